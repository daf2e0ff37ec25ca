import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDirectory } from './claim-directory.ts';

describe('the folder of a control plane', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'claim-directory-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const writeData = (): void => {
    mkdirSync(join(dir, 'data'));
    writeFileSync(join(dir, 'data', 'db'), 'precious');
  };

  it('is refused, untouched, when it holds data that no control plane made', async () => {
    writeData();

    await expect(claimDirectory(dir, false)).rejects.toThrow('holds data that no control plane made');
    expect(readFileSync(join(dir, 'data', 'db'), 'utf8')).toBe('precious');
  });

  it('keeps files that are not its own and loses the data of the last run', async () => {
    (await claimDirectory(dir, false)).release();
    writeData();
    writeFileSync(join(dir, 'notes.txt'), 'mine');

    await claimDirectory(dir, false);

    expect(existsSync(join(dir, 'data'))).toBe(false);
    expect(readFileSync(join(dir, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('keeps the data of the last run when asked to', async () => {
    (await claimDirectory(dir, false)).release();
    writeData();

    await claimDirectory(dir, true);

    expect(readFileSync(join(dir, 'data', 'db'), 'utf8')).toBe('precious');
  });

  it('is refused while its owner lives', async () => {
    await claimDirectory(dir, false);

    await expect(claimDirectory(dir, false)).rejects.toThrow(
      `in use by the control plane of process ${process.pid}`,
    );
  });
});
