import type { Clock, ScheduledTask } from '../../runtime/clock.ts';

const MUTATING_ACTIONS = [
  'CreateNetworkInterface',
  'AttachNetworkInterface',
  'ModifyNetworkInterfaceAttribute',
  'DetachNetworkInterface',
  'DeleteNetworkInterface',
  'CreateTags',
  'DeleteTags',
  'AssignPrivateIpAddresses',
  'UnassignPrivateIpAddresses',
  'AssignIpv6Addresses',
  'UnassignIpv6Addresses',
] as const;

/** EC2 actions that change something; each has a throttle bucket of its own. */
export type MutatingAction = (typeof MUTATING_ACTIONS)[number];

/** Size of a token bucket. */
export interface BucketSize {
  readonly burst: number;
  readonly tokensPerSecond: number;
}

/**
 * EC2's own buckets per account and Region (EC2 Developer Guide, Request throttling for the Amazon EC2 API). Attach
 * and Detach are not listed by name and so have the size of "mutating actions".
 */
export const EC2_BUCKETS: Readonly<Record<MutatingAction, BucketSize>> = {
  CreateNetworkInterface: { burst: 100, tokensPerSecond: 5 },
  AttachNetworkInterface: { burst: 50, tokensPerSecond: 5 },
  ModifyNetworkInterfaceAttribute: { burst: 100, tokensPerSecond: 5 },
  DetachNetworkInterface: { burst: 50, tokensPerSecond: 5 },
  DeleteNetworkInterface: { burst: 100, tokensPerSecond: 5 },
  CreateTags: { burst: 100, tokensPerSecond: 10 },
  DeleteTags: { burst: 100, tokensPerSecond: 10 },
  AssignPrivateIpAddresses: { burst: 100, tokensPerSecond: 5 },
  UnassignPrivateIpAddresses: { burst: 100, tokensPerSecond: 5 },
  AssignIpv6Addresses: { burst: 100, tokensPerSecond: 5 },
  UnassignIpv6Addresses: { burst: 100, tokensPerSecond: 5 },
};

/** EC2's bucket for filtered or paginated Describe calls. */
export const EC2_DESCRIBE_BUCKET: BucketSize = { burst: 100, tokensPerSecond: 20 };

interface Lane {
  readonly size: BucketSize;
  tokens: number;
  refilledAtMs: number;
  /** Keys that wait for a token, first come first served. */
  readonly waiting: Set<string>;
  /** Keys that were given a token and have not used it yet. */
  readonly granted: Set<string>;
  timer: ScheduledTask | undefined;
}

/** What {@link ActionPermits} needs. */
export interface ActionPermitsDeps {
  readonly clock: Clock;
  readonly buckets: Readonly<Record<MutatingAction, BucketSize>>;
  /** A waiting key has its token now: reconcile it. */
  readonly onGrant: (key: string) => void;
}

/**
 * One token bucket per EC2 action. Nobody blocks on a bucket: who gets no token is woken when one is kept for it, plans
 * anew from what is true then, and uses the token or gives it back.
 */
export class ActionPermits {
  readonly #deps: ActionPermitsDeps;
  readonly #lanes: ReadonlyMap<MutatingAction, Lane>;

  constructor(deps: ActionPermitsDeps) {
    this.#deps = deps;
    const refilledAtMs = deps.clock.monotonicMs();
    const laneOf = (size: BucketSize): Lane => ({
      size,
      tokens: size.burst,
      refilledAtMs,
      waiting: new Set(),
      granted: new Set(),
      timer: undefined,
    });
    this.#lanes = new Map(MUTATING_ACTIONS.map((action) => [action, laneOf(deps.buckets[action])]));
  }

  /** Uses a token for one call. False: none is there; the key waits for one and is woken. */
  take(action: MutatingAction, key: string): boolean {
    const lane = this.#lane(action);
    if (lane.granted.delete(key)) return true;
    this.#refill(lane);
    if (lane.waiting.size === 0 && lane.tokens >= 1) {
      lane.tokens -= 1;
      return true;
    }
    lane.waiting.add(key);
    this.#arm(lane);
    return false;
  }

  /** Gives up what the key waits for or was granted, but for `kept`. */
  release(key: string, kept?: MutatingAction): void {
    for (const [action, lane] of this.#lanes) {
      if (action === kept) continue;
      lane.waiting.delete(key);
      if (lane.granted.delete(key)) {
        lane.tokens = Math.min(lane.size.burst, lane.tokens + 1);
        this.#serve(lane);
      }
    }
  }

  #lane(action: MutatingAction): Lane {
    const lane = this.#lanes.get(action);
    if (lane === undefined) throw new Error(`no bucket for ${action}`);
    return lane;
  }

  #refill(lane: Lane): void {
    const nowMs = this.#deps.clock.monotonicMs();
    const gained = ((nowMs - lane.refilledAtMs) / 1000) * lane.size.tokensPerSecond;
    lane.tokens = Math.min(lane.size.burst, lane.tokens + gained);
    lane.refilledAtMs = nowMs;
  }

  #serve(lane: Lane): void {
    for (const key of lane.waiting) {
      if (lane.tokens < 1) break;
      lane.tokens -= 1;
      lane.waiting.delete(key);
      lane.granted.add(key);
      this.#deps.onGrant(key);
    }
    this.#arm(lane);
  }

  #arm(lane: Lane): void {
    if (lane.timer !== undefined || lane.waiting.size === 0) return;
    const waitMs = Math.max(1, Math.ceil(((1 - lane.tokens) / lane.size.tokensPerSecond) * 1000));
    lane.timer = this.#deps.clock.schedule(waitMs, () => {
      lane.timer = undefined;
      this.#refill(lane);
      this.#serve(lane);
    });
  }
}

/** The share of each bucket that this operator takes. */
export function shareOf(
  buckets: Readonly<Record<MutatingAction, BucketSize>>,
  share: number,
): typeof buckets {
  return {
    CreateNetworkInterface: scale(buckets.CreateNetworkInterface, share),
    AttachNetworkInterface: scale(buckets.AttachNetworkInterface, share),
    ModifyNetworkInterfaceAttribute: scale(buckets.ModifyNetworkInterfaceAttribute, share),
    DetachNetworkInterface: scale(buckets.DetachNetworkInterface, share),
    DeleteNetworkInterface: scale(buckets.DeleteNetworkInterface, share),
    CreateTags: scale(buckets.CreateTags, share),
    DeleteTags: scale(buckets.DeleteTags, share),
    AssignPrivateIpAddresses: scale(buckets.AssignPrivateIpAddresses, share),
    UnassignPrivateIpAddresses: scale(buckets.UnassignPrivateIpAddresses, share),
    AssignIpv6Addresses: scale(buckets.AssignIpv6Addresses, share),
    UnassignIpv6Addresses: scale(buckets.UnassignIpv6Addresses, share),
  };
}

/** A bucket of which `share` is ours, at least one token. */
export function scale(size: BucketSize, share: number): BucketSize {
  return {
    burst: Math.max(1, Math.floor(size.burst * share)),
    tokensPerSecond: size.tokensPerSecond * share,
  };
}
