import type { Check } from '../runtime/health.ts';
import type { Informer } from '../runtime/informer.ts';
import type { Manager } from '../runtime/manager.ts';
import { watchCheck } from '../runtime/watch-check.ts';
import type { EniLister } from './engine/eni-lister.ts';

/** Whether EC2 answers. */
function ec2Check(lister: EniLister): Check {
  return () => {
    const { lastError } = lister;
    return lastError === undefined
      ? { ok: true, message: 'EC2 answers, or was not asked yet' }
      : { ok: false, message: lastError.message };
  };
}

/** Makes readiness depend on EC2 and on the watches. */
export function addReadyChecks(
  manager: Pick<Manager, 'addReadyCheck'>,
  lister: EniLister,
  informers: readonly Pick<Informer<unknown>, 'name' | 'hasSynced' | 'lastProgressAgeMs'>[],
): void {
  manager.addReadyCheck('ec2', ec2Check(lister));
  for (const informer of informers) {
    manager.addReadyCheck(`watch ${informer.name}`, watchCheck(informer));
  }
}
