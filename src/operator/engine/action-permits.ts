import { groupsInTurn, keyInTurn, type Turn } from '../../domain/fair-turn.ts';
import type { BucketSize } from '../../domain/rate-bucket.ts';
import type { Clock, ScheduledTask } from '../../runtime/clock.ts';
import type { BudgetObserver, Ec2Budget } from './ec2-budget.ts';

/** EC2 actions that change something; each has a throttle bucket of its own. */
export type MutatingAction =
  | 'CreateNetworkInterface'
  | 'AttachNetworkInterface'
  | 'ModifyNetworkInterfaceAttribute'
  | 'DetachNetworkInterface'
  | 'DeleteNetworkInterface'
  | 'CreateTags'
  | 'DeleteTags'
  | 'AssignPrivateIpAddresses'
  | 'UnassignPrivateIpAddresses'
  | 'AssignIpv6Addresses'
  | 'UnassignIpv6Addresses';

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

/** EC2's bucket for mutating actions that its documentation does not name. */
const EC2_MUTATING_BUCKET: BucketSize = { burst: 50, tokensPerSecond: 5 };

/** Actions of releases. They share {@link ActionPermitsDeps.maxCleanupCalls}; deletes first: each ends a release. */
const CLEANUP_ACTIONS: readonly MutatingAction[] = ['DeleteNetworkInterface', 'DetachNetworkInterface'];

/** A permit that is not used for so long goes to the next in line. */
const GRANT_EXPIRES_MS = 15_000;

interface Waiting extends Turn {
  readonly sinceMs: number;
}

interface Grant extends Waiting {
  readonly grantedAtMs: number;
}

interface Lane {
  readonly action: MutatingAction;
  /** Keys that wait for a token, in the order they came. */
  readonly waiting: Map<string, Waiting>;
  /** Keys that were given a token and have not used it yet, in the order they were. */
  readonly granted: Map<string, Grant>;
  readonly served: { readonly groups: Map<string, number>; readonly keys: Map<string, number> };
  /** Calls under way. */
  calls: number;
  timer: ScheduledTask | undefined;
}

/** What {@link ActionPermits} needs. */
export interface ActionPermitsDeps {
  readonly clock: Clock;
  readonly budget: Ec2Budget;
  /** A waiting key has its token now: reconcile it. */
  readonly onGrant: (key: string) => void;
  /**
   * Detach and delete calls under way at a time; default no limit. Without one a burst of releases could hold every
   * worker in a slow EC2 call while creates wait for a worker.
   */
  readonly maxCleanupCalls?: number;
  readonly observer?: BudgetObserver;
}

/**
 * Who may call EC2 next. Nobody blocks on a bucket: who gets no token is woken when one is kept for it, plans
 * anew from what is true then, and uses the token or gives it back. Those who wait are served in turn over their groups.
 */
export class ActionPermits {
  readonly #deps: ActionPermitsDeps;
  readonly #lanes = new Map<MutatingAction, Lane>();
  #turns = 0;

  constructor(deps: ActionPermitsDeps) {
    this.#deps = deps;
  }

  /**
   * Uses a token for one call; {@link finished} has to follow. False: none is there; the key waits for one and is
   * woken. `turn` decides who comes first among those who wait; by default every key is a group of its own.
   */
  take(action: MutatingAction, key: string, turn: Turn = { group: key, order: 0 }): boolean {
    const lane = this.#lane(action);
    const nowMs = this.#deps.clock.monotonicMs();
    this.#expire(lane, nowMs);
    const grant = lane.granted.get(key);
    if (grant !== undefined) {
      lane.granted.delete(key);
      this.#use(lane, nowMs - grant.sinceMs);
      return true;
    }
    if (lane.waiting.size === 0 && this.#tryServe(lane, key, turn)) {
      this.#use(lane, 0);
      return true;
    }
    if (!lane.waiting.has(key)) lane.waiting.set(key, { ...turn, sinceMs: nowMs });
    this.#arm(lane);
    return false;
  }

  /** The call that a token was used for is over, well or not. */
  finished(action: MutatingAction): void {
    this.#lane(action).calls -= 1;
    if (CLEANUP_ACTIONS.includes(action)) this.#serveBeside(action);
  }

  /** EC2 throttled a call of this action: it goes slower from now on. */
  throttled(action: MutatingAction): void {
    this.#deps.budget.throttled(action);
  }

  /** Gives up what the key waits for or was granted, but for `kept`. */
  release(key: string, kept?: MutatingAction): void {
    for (const [action, lane] of this.#lanes) {
      if (action === kept) continue;
      lane.waiting.delete(key);
      if (lane.granted.delete(key)) {
        this.#deps.budget.giveBack(action);
        this.#serveBeside(action);
      }
    }
  }

  /** Keys that wait, by action. */
  waiting(): Readonly<Record<string, number>> {
    return Object.fromEntries(Array.from(this.#lanes, ([action, lane]) => [action, lane.waiting.size]));
  }

  /** Groups of the keys that wait for a token: those whose turn comes next, of each action one after the other. */
  *waitingGroups(): Generator<string> {
    const lines = Array.from(this.#lanes.values(), ({ waiting, served }) => groupsInTurn(waiting, served));
    const longest = Math.max(0, ...lines.map((line) => line.length));
    for (let place = 0; place < longest; place += 1) {
      for (const line of lines) {
        const group = line[place];
        if (group !== undefined) yield group;
      }
    }
  }

  #lane(action: MutatingAction): Lane {
    const known = this.#lanes.get(action);
    if (known !== undefined) return known;
    const lane: Lane = {
      action,
      waiting: new Map(),
      granted: new Map(),
      served: { groups: new Map(), keys: new Map() },
      calls: 0,
      timer: undefined,
    };
    this.#lanes.set(action, lane);
    return lane;
  }

  /** Lanes that compete for the same calls under way. */
  #lanesBeside(action: MutatingAction): Lane[] {
    const actions = CLEANUP_ACTIONS.includes(action) ? CLEANUP_ACTIONS : [action];
    return actions.map((each) => this.#lane(each));
  }

  #isCallFree(action: MutatingAction): boolean {
    if (!CLEANUP_ACTIONS.includes(action)) return true;
    const inUse = this.#lanesBeside(action).reduce((sum, lane) => sum + lane.calls + lane.granted.size, 0);
    return inUse < (this.#deps.maxCleanupCalls ?? Number.POSITIVE_INFINITY);
  }

  #use(lane: Lane, waitedMs: number): void {
    lane.calls += 1;
    this.#deps.observer?.waited(lane.action, waitedMs);
  }

  /** Takes a token for the key, if there is one, and notes its turn. */
  #tryServe(lane: Lane, key: string, turn: Turn): boolean {
    const { budget } = this.#deps;
    if (!this.#isCallFree(lane.action)) return false;
    const { tokens, seed } = budget.bucketOf(lane.action);
    if (!budget.tryTake(lane.action)) return false;
    if (tokens === seed.burst && lane.waiting.size === 0) {
      // Nobody has waited for long: whose turn it was is of no interest any more.
      lane.served.groups.clear();
      lane.served.keys.clear();
    }
    this.#turns += 1;
    lane.served.groups.set(turn.group, this.#turns);
    lane.served.keys.set(key, this.#turns);
    return true;
  }

  #expire(lane: Lane, nowMs: number): void {
    for (const [key, { grantedAtMs }] of lane.granted) {
      if (nowMs - grantedAtMs < GRANT_EXPIRES_MS) break;
      lane.granted.delete(key);
      this.#deps.budget.giveBack(lane.action);
    }
  }

  #serveBeside(action: MutatingAction): void {
    for (const lane of this.#lanesBeside(action)) this.#serve(lane);
  }

  #serve(lane: Lane): void {
    for (let key = keyInTurn(lane.waiting, lane.served); key !== undefined;) {
      const waiting = lane.waiting.get(key);
      if (waiting === undefined || !this.#tryServe(lane, key, waiting)) break;
      lane.waiting.delete(key);
      lane.granted.set(key, { ...waiting, grantedAtMs: this.#deps.clock.monotonicMs() });
      this.#deps.onGrant(key);
      key = keyInTurn(lane.waiting, lane.served);
    }
    lane.timer?.cancel();
    lane.timer = undefined;
    this.#arm(lane);
  }

  #arm(lane: Lane): void {
    if (lane.timer !== undefined || lane.waiting.size === 0) return;
    const { budget, clock } = this.#deps;
    const tokenMs = this.#isCallFree(lane.action) ? budget.msUntilToken(lane.action) : Infinity;
    const waitMs = Math.min(tokenMs, this.#msUntilExpiry(lane.action));
    // Without a timer it is the end of a call that wakes the lane.
    if (waitMs === Infinity) return;
    // Rounded up, and never 0: timers may fire a fraction of a millisecond early.
    lane.timer = clock.schedule(Math.max(1, Math.ceil(waitMs)), () => {
      lane.timer = undefined;
      for (const each of this.#lanesBeside(lane.action)) this.#expire(each, clock.monotonicMs());
      this.#serve(lane);
    });
  }

  #msUntilExpiry(action: MutatingAction): number {
    const grants = this.#lanesBeside(action).map((lane) => lane.granted.values().next().value?.grantedAtMs);
    const firstAtMs = Math.min(...grants.map((grantedAtMs) => grantedAtMs ?? Infinity));
    return firstAtMs + GRANT_EXPIRES_MS - this.#deps.clock.monotonicMs();
  }
}

/**
 * Our part of the bucket of each action: `share` of what `overrides` say the account has, else of what EC2 documents.
 * An action that is not documented by name counts as reading or as mutating by its name.
 */
export function bucketSizes(
  share: number,
  overrides: Readonly<Record<string, BucketSize>> = {},
): (action: string) => BucketSize {
  const documented: Readonly<Record<string, BucketSize>> = EC2_BUCKETS;
  return (action) => {
    const unnamed = action.startsWith('Describe') ? EC2_DESCRIBE_BUCKET : EC2_MUTATING_BUCKET;
    return scale(overrides[action] ?? documented[action] ?? unnamed, share);
  };
}

/** A bucket of which `share` is ours, at least one token. */
export function scale(size: BucketSize, share: number): BucketSize {
  return {
    burst: Math.max(1, Math.floor(size.burst * share)),
    tokensPerSecond: size.tokensPerSecond * share,
  };
}
