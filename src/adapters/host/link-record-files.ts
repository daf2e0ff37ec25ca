import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinkRecord } from '../../domain/host/link-record.ts';
import type { LinkRecords } from '../../daemon/ports.ts';
import type { Logger } from '../../runtime/logger.ts';
import { readIfPresent } from './link-files.ts';

/** What {@link createLinkRecordFiles} needs. */
export interface LinkRecordFilesDeps {
  /** A folder below the host's /run, which a boot empties. */
  readonly directory: string;
  readonly bootId: string;
  readonly logger: Logger;
}

function isRecord(value: unknown): value is LinkRecord {
  if (typeof value !== 'object' || value === null) return false;
  const has = (name: string, type: string): boolean => typeof Reflect.get(value, name) === type;
  return (
    has('attachmentUid', 'string') &&
    has('attachmentName', 'string') &&
    has('macAddress', 'string') &&
    has('bootId', 'string') &&
    has('linkIndex', 'number') &&
    Reflect.get(value, 'before') !== null &&
    has('before', 'object') &&
    ['altNames', 'addresses', 'tables'].every((name) => Array.isArray(Reflect.get(value, name)))
  );
}

function parse(text: string | undefined): LinkRecord | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Records as one file each, replaced as a whole. */
export function createLinkRecordFiles({ directory, bootId, logger }: LinkRecordFilesDeps): LinkRecords {
  const fileOf = (uid: string): string => join(directory, `${uid.replaceAll(/[^0-9A-Za-z-]/g, '_')}.json`);

  async function loadFile(name: string): Promise<LinkRecord[]> {
    const path = join(directory, name);
    const record = parse(await readIfPresent(path));
    if (record?.bootId === bootId) return [record];
    if (record === undefined) logger.warn({ path }, 'record of a link cannot be read, it is dropped');
    await rm(path, { force: true });
    return [];
  }

  return {
    async load() {
      await mkdir(directory, { recursive: true });
      const names = (await readdir(directory)).filter((name) => name.endsWith('.json'));
      return (await Promise.all(names.map((name) => loadFile(name)))).flat();
    },

    async save(record) {
      const path = fileOf(record.attachmentUid);
      const draft = `${path}.tmp`;
      // Somebody may have swept /run.
      await mkdir(directory, { recursive: true });
      await writeFile(draft, JSON.stringify(record), { flush: true });
      await rename(draft, path);
    },

    async remove(attachmentUid) {
      await rm(fileOf(attachmentUid), { force: true });
    },
  };
}
