import type { WaitingReason } from '../../../api/v1alpha1/conditions.ts';
import type { Condition } from '../../../gen/v1alpha1/stored.ts';
import { amount } from '../amount.ts';
import type { ConditionState } from '../conditions.ts';
import type { HostVerdict } from './host-verdict.ts';
import type { ReleaseGate } from './release-gate.ts';

/** What an attachment waits for on the host's side. */
export interface HostWait {
  readonly reason: Extract<WaitingReason, 'HostNotConfigured' | 'HostNotReleased' | 'InUse' | 'Releasing'>;
  readonly message: string;
  readonly recheckAfterMs: number;
}

/** The daemon's writes wake the attachment; this is only the net below. */
const CONFIGURE_RECHECK_MS = 60_000;
/** Pods are not watched. */
const POD_RECHECK_MS = 10_000;
const NAMED_PODS = 10;

/** What keeps an attached ENI from being Ready; undefined where the host is as wanted, or nobody asks for it. */
export function configureWait(verdict: HostVerdict | undefined): HostWait | undefined {
  if (verdict === undefined || verdict.kind === 'configured') return undefined;
  const { message } = verdict;
  return {
    reason: 'HostNotConfigured',
    message: verdict.kind === 'hindered' ? `${verdict.reason}: ${message}` : message,
    recheckAfterMs: CONFIGURE_RECHECK_MS,
  };
}

/** Whether the daemon hit something that people should know of at once. */
export function isHostHindered(verdict: HostVerdict | undefined): boolean {
  return verdict?.kind === 'hindered' && verdict.reason !== 'Configuring';
}

function usersMessage(users: readonly string[]): string {
  const more = users.length > NAMED_PODS ? ` and ${users.length - NAMED_PODS} more` : '';
  return `used by ${users.length === 1 ? 'pod' : 'pods'} ${users.slice(0, NAMED_PODS).join(', ')}${more}`;
}

/** What keeps an ENI from being detached; undefined where the gate is open, or was not asked. */
export function releaseWait(gate: ReleaseGate | undefined): HostWait | undefined {
  if (gate === undefined || gate.kind === 'open') return undefined;
  if (gate.kind === 'blocked') {
    return { reason: 'InUse', message: usersMessage(gate.users), recheckAfterMs: POD_RECHECK_MS };
  }
  const { message, recheckAfterMs, cause } = gate;
  return { reason: cause === 'daemon-hindered' ? 'HostNotReleased' : 'Releasing', message, recheckAfterMs };
}

/** Whether a reason that is not Stalled keeps a release waiting for longer than a release takes anyway. */
export function holdsRelease(reason: string): boolean {
  return reason === 'AttachedElsewhere' || reason === 'HostNotReleased' || reason === 'InUse';
}

/** Word in the STATUS column while the gate is shut for something that people may have to see to. */
export function blockedState(gate: ReleaseGate | undefined): `Blocked${string}` | undefined {
  if (gate?.kind === 'blocked') {
    return `Blocked (${amount(gate.users.length, 'pod')})`;
  }
  return gate?.kind === 'waiting' && gate.cause === 'daemon-hindered' ? 'Blocked' : undefined;
}

/**
 * The condition by which the daemon learns whether it may touch the host. What is not known anew stands as it was; that
 * the link is free stands until the end, so that a daemon which comes back late still gives the host back.
 */
export function blockedCondition(
  gate: ReleaseGate | undefined,
  previous: readonly Condition[],
): ConditionState | undefined {
  if (gate?.kind === 'blocked') {
    return { type: 'Blocked', status: 'True', reason: 'InUse', message: usersMessage(gate.users) };
  }
  if (gate?.kind === 'waiting' && gate.cause !== 'pods-unknown') {
    return { type: 'Blocked', status: 'False', reason: 'NotInUse', message: 'no pod uses the link' };
  }
  const before = previous.find(({ type }) => type === 'Blocked');
  if (before === undefined || (before.status === 'True' && gate?.kind !== 'waiting')) return undefined;
  const { status, reason, message } = before;
  return { type: 'Blocked', status, reason, message };
}

/**
 * Since when no daemon is there that could give the host back: the date of this condition outlives the operator's
 * process. It goes only when a daemon has been seen.
 */
export function daemonDeadCondition(
  gate: ReleaseGate | undefined,
  previous: readonly Condition[],
): ConditionState | undefined {
  const isKnown = gate?.kind === 'blocked' || (gate?.kind === 'waiting' && gate.cause !== 'pods-unknown');
  const isDead = isKnown ? gate.isDaemonDead : deadSince(previous) !== undefined;
  if (!isDead) return undefined;
  const message = 'neither a ready daemon nor a ready Node is there to give the host back';
  return { type: 'DaemonDead', status: 'True', reason: 'NotReady', message };
}

/** The stored date of {@link daemonDeadCondition}, RFC 3339. */
export function deadSince(conditions: readonly Condition[]): string | undefined {
  const dead = conditions.find(({ type, status }) => type === 'DaemonDead' && status === 'True');
  return dead?.lastTransitionTime;
}
