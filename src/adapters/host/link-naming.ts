import { access } from 'node:fs/promises';
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

/**
 * Reads udev's own notes: one file for each device that it has finished with, `n` and the index for a link (systemd,
 * sd-device, device_get_device_id; systemd-networkd waits for it, too). Where no udev runs nothing is waited for.
 */
export function createLinkNaming({ paths, clock }: LinkNamingDeps): LinkNaming {
  let seenSinceMs: ReadonlyMap<number, number> = new Map();
  return {
    async unfinished(indexes) {
      if (!(await exists(join(paths.run, 'udev/control')))) return new Set();
      const nowMs = clock.monotonicMs();
      const found = await Promise.all(
        indexes.map(async (index) => ({
          index,
          isNoted: await exists(join(paths.run, 'udev/data', `n${index}`)),
        })),
      );
      const open = found.filter(({ isNoted }) => !isNoted);
      seenSinceMs = new Map(open.map(({ index }) => [index, seenSinceMs.get(index) ?? nowMs]));
      const isNew = (index: number): boolean => nowMs - (seenSinceMs.get(index) ?? nowMs) < NAMED_WITHIN_MS;
      return new Set(open.map(({ index }) => index).filter((index) => isNew(index)));
    },
  };
}
