import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import type { HostPaths } from './link-files.ts';

/** What {@link createLinkNaming} needs. */
export interface LinkNamingDeps {
  readonly paths: Pick<HostPaths, 'run'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Tells links that udev has still to name. */
export interface LinkNaming {
  /** Those of the indexes, which are all that there are, that udev has not finished with. */
  unfinished(indexes: readonly number[]): Promise<ReadonlySet<number>>;
}

/** udev needs some milliseconds; a device that its rules say nothing about it notes nowhere. */
const NAMED_WITHIN_MS = 3_000;

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Whatever keeps the file from being read: without it nothing is known, and nothing is waited for.
    return false;
  }
}

/** udev has notes of many devices; where none runs there is no folder, or one that was made for a mount. */
async function hasNotes(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch {
    return false;
  }
}

/**
 * Reads udev's own notes: one file for each device that it has finished with, `n` and the index for a link (systemd,
 * sd-device, device_get_device_id; systemd-networkd waits for it, too). Where no udev runs nothing is waited for.
 */
export function createLinkNaming({ paths, clock }: LinkNamingDeps): LinkNaming {
  const folder = join(paths.run, 'udev/data');
  let seenSinceMs: ReadonlyMap<number, number> = new Map();

  async function withoutNote(indexes: readonly number[]): Promise<readonly number[]> {
    const found = await Promise.all(
      indexes.map(async (index) => ({ index, isNoted: await exists(join(folder, `n${index}`)) })),
    );
    const open = found.filter(({ isNoted }) => !isNoted).map(({ index }) => index);
    return open.length > 0 && (await hasNotes(folder)) ? open : [];
  }

  return {
    async unfinished(indexes) {
      const open = await withoutNote(indexes);
      const nowMs = clock.monotonicMs();
      seenSinceMs = new Map(open.map((index) => [index, seenSinceMs.get(index) ?? nowMs]));
      const isNew = (index: number): boolean => nowMs - (seenSinceMs.get(index) ?? nowMs) < NAMED_WITHIN_MS;
      return new Set(open.filter((index) => isNew(index)));
    },
  };
}
