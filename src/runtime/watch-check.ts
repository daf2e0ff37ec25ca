import type { Check } from './health.ts';

/** A watch that has been silent for longer than two bookmarks take is of no use. */
const SILENT_AFTER_MS = 150_000;

/** Whether a watch is alive. */
export function watchCheck(informer: {
  readonly hasSynced: boolean;
  readonly lastProgressAgeMs: number;
}): Check {
  return () => {
    if (!informer.hasSynced) return { ok: false, message: 'the API server has not answered yet' };
    const ageMs = Math.round(informer.lastProgressAgeMs);
    return { ok: ageMs < SILENT_AFTER_MS, message: `last sign of the API server ${ageMs} ms ago` };
  };
}
