import type { Check } from '../runtime/health.ts';
import type { EniLister } from './engine/eni-lister.ts';

/** Whether EC2 answers. */
export function ec2Check(lister: EniLister): Check {
  return () => {
    const { lastError } = lister;
    return lastError === undefined
      ? { ok: true, message: 'EC2 answers, or was not asked yet' }
      : { ok: false, message: lastError.message };
  };
}

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
