/** What the operator knows of the host's side of an attachment that is being released. */
export interface ReleaseGateFacts {
  /** The daemon claimed the link, by a read made after the deletion began. */
  readonly isClaimed: boolean;
  /** The daemon gave the host back. */
  readonly isReleased: boolean;
  /** Why the daemon cannot give the host back, in its own words. */
  readonly releaseTrouble?: string;
  /** Names of pods that use the link; undefined while they have not been asked for. */
  readonly users: readonly string[] | undefined;
  /** The Node of the attachment's instance is gone, or is another one by now: nobody there can use or release anything. */
  readonly isNodeGone: boolean;
  /** How long neither a ready daemon nor a ready Node has been seen; undefined while one is. */
  readonly daemonDeadForMs?: number;
  readonly releaseDeadlineMs: number;
  /** A person ordered force. */
  readonly isForced: boolean;
}

/** Whether EC2 may be told to take the ENI from its instance. */
export type ReleaseGate =
  | { readonly kind: 'open' }
  /** Pods use the link. */
  | { readonly kind: 'blocked'; readonly users: readonly string[]; readonly isDaemonDead: boolean }
  | {
      readonly kind: 'waiting';
      readonly cause: GateWait;
      readonly message: string;
      readonly recheckAfterMs: number;
      /** Neither a ready daemon nor a ready Node is there. */
      readonly isDaemonDead: boolean;
    };

/** What the gate waits for while no pod is known to use the link. */
export type GateWait =
  /** Which pods use the link is not known. */
  | 'pods-unknown'
  /** No pod uses it; the daemon has still to give the host back. */
  | 'daemon'
  /** As before, and the daemon is not there, or says that it cannot. */
  | 'daemon-hindered';

const POD_RECHECK_MS = 10_000;

/**
 * Decides whether the ENI may be detached: never under a pod that uses it, never before a living daemon has given the host
 * back, and not for ever because of a dead one.
 */
export function releaseGate(facts: ReleaseGateFacts): ReleaseGate {
  if (facts.isForced || facts.isNodeGone) return { kind: 'open' };
  if (facts.users === undefined) {
    return {
      kind: 'waiting',
      cause: 'pods-unknown',
      message: 'the pods of the node have not been read yet',
      recheckAfterMs: POD_RECHECK_MS,
      isDaemonDead: false,
    };
  }
  if (facts.users.length > 0) {
    return { kind: 'blocked', users: facts.users, isDaemonDead: facts.daemonDeadForMs !== undefined };
  }
  if (!facts.isClaimed || facts.isReleased) return { kind: 'open' };
  return waitForDaemon(facts);
}

function waitForDaemon({
  daemonDeadForMs,
  releaseDeadlineMs,
  releaseTrouble,
}: ReleaseGateFacts): ReleaseGate {
  if (daemonDeadForMs !== undefined && daemonDeadForMs >= releaseDeadlineMs) return { kind: 'open' };
  if (daemonDeadForMs === undefined) {
    const isHindered = releaseTrouble !== undefined;
    return {
      kind: 'waiting',
      cause: isHindered ? 'daemon-hindered' : 'daemon',
      message: isHindered
        ? `the daemon cannot give the host back: ${releaseTrouble}`
        : 'waiting for the daemon to give the host back',
      recheckAfterMs: POD_RECHECK_MS,
      isDaemonDead: false,
    };
  }
  return {
    kind: 'waiting',
    cause: 'daemon-hindered',
    message: 'the daemon of the node is not ready: the ENI is detached without it after the release deadline',
    recheckAfterMs: Math.min(releaseDeadlineMs - daemonDeadForMs, POD_RECHECK_MS),
    isDaemonDead: true,
  };
}
