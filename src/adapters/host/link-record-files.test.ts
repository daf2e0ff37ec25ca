import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aHost, aLink, aLinkWish } from '../../../test/builders/host-state.ts';
import type { LinkRecords } from '../../daemon/ports.ts';
import { recordFor } from '../../domain/host/link-record.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import { createLinkRecordFiles } from './link-record-files.ts';

const record = recordFor(aLinkWish(3), aLink(3), { bootId: 'boot-1', state: aHost([]) });
const logger = new RecordingLogger();
let root: string;
let directory: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'link-records-'));
  directory = join(root, 'state');
});

afterEach(() => rmSync(root, { recursive: true }));

function files(bootId = 'boot-1'): LinkRecords {
  return createLinkRecordFiles({ directory, bootId, logger });
}

describe('records on disk', () => {
  it('come back as they were, and are gone once they are removed', async () => {
    await files().save(record);
    expect(await files().load()).toEqual([record]);
    await files().remove(record.attachmentUid);
    expect(await files().load()).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('of another boot say nothing, and go', async () => {
    await files().save(record);
    expect(await files('boot-2').load()).toEqual([]);
    expect(await files().load()).toEqual([]);
  });

  it.each([
    ['half a file', '{"attachmentUid":"a","boot'],
    ['another format', '{"attachmentUid":"a","bootId":"boot-1"}'],
    ['nothing', ''],
    ['no object', 'null'],
  ])('that hold %s are dropped with a warning, and stop nothing', async (_, text) => {
    await files().save(record);
    writeFileSync(join(directory, 'broken.json'), text);
    const before = logger.lines.length;
    expect(await files().load()).toEqual([record]);
    expect(logger.lines.slice(before)).toMatchObject([{ level: 'warn' }]);
    expect(readdirSync(directory)).toEqual(['uid-3.json']);
  });

  it('are no file in writing that a killed process left', async () => {
    await files().save(record);
    writeFileSync(join(directory, 'uid-4.json.tmp'), '{');
    expect(await files().load()).toEqual([record]);
  });

  it('are written again after somebody swept the folder away', async () => {
    await files().load();
    rmSync(directory, { recursive: true });
    await files().save(record);
    expect(await files().load()).toEqual([record]);
  });

  it('never leave the folder, whatever the uid', async () => {
    await files().save({ ...record, attachmentUid: '../../evil' });
    expect(readdirSync(root)).toEqual(['state']);
  });
});
