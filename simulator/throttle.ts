import type { Clock } from './clock.ts';
import type { ParamNode } from './params.ts';
import { structures, text, texts } from './params.ts';

/** A token bucket: at most `capacity` at once, refilled by `refillPerSecond`. */
interface Bucket {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

/** What one call takes from one bucket. */
interface Demand {
  readonly name: string;
  readonly bucket: Bucket;
  readonly tokens: number;
}

// EC2 developer guide, "Request throttling for the Amazon EC2 API" (per account, Region and action).
const MUTATING: Bucket = { capacity: 50, refillPerSecond: 5 };
const NAMED: Bucket = { capacity: 100, refillPerSecond: 5 };
const TAGGING: Bucket = { capacity: 100, refillPerSecond: 10 };
const DESCRIBE: Bucket = { capacity: 100, refillPerSecond: 20 };
const UNPAGED_DESCRIBE: Bucket = { capacity: 50, refillPerSecond: 10 };
const STATE_CHANGE: Bucket = { capacity: 5, refillPerSecond: 2 };

const BY_ACTION: Readonly<Record<string, Bucket>> = {
  AssignIpv6Addresses: NAMED,
  AssignPrivateIpAddresses: NAMED,
  CreateNetworkInterface: NAMED,
  CreateTags: TAGGING,
  DeleteNetworkInterface: NAMED,
  DeleteTags: TAGGING,
  ModifyNetworkInterfaceAttribute: NAMED,
  RunInstances: STATE_CHANGE,
  StartInstances: STATE_CHANGE,
  StopInstances: STATE_CHANGE,
  TerminateInstances: NAMED,
  UnassignIpv6Addresses: NAMED,
  UnassignPrivateIpAddresses: NAMED,
};

// Same page, "Resource token bucket sizes and refill rates", for RunInstances and TerminateInstances; the buckets of
// StartInstances and StopInstances, here and above, are assumed.
const PER_INSTANCE: Readonly<Record<string, Bucket>> = {
  RunInstances: { capacity: 1000, refillPerSecond: 2 },
  StartInstances: { capacity: 1000, refillPerSecond: 2 },
  StopInstances: { capacity: 1000, refillPerSecond: 20 },
  TerminateInstances: { capacity: 1000, refillPerSecond: 20 },
};

const PAGED_ACTIONS: ReadonlySet<string> = new Set([
  'DescribeInstances',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
]);

// EC2 developer guide, "Request throttling": the filters that excuse a DescribeNetworkInterfaces call from pagination.
const EXCUSING_FILTERS: ReadonlySet<string> = new Set([
  'group-id',
  'mac-address',
  'private-dns-name',
  'private-ip-address',
  'subnet-id',
  'vpc-id',
]);

function isUnpaged(action: string, params: ParamNode): boolean {
  if (!PAGED_ACTIONS.has(action) || params.children.has('MaxResults')) return false;
  const names = structures(params, 'Filter').map((node) => text(node, 'Name') ?? '');
  if (action !== 'DescribeNetworkInterfaces') return names.length === 0;
  return !names.some((name) => EXCUSING_FILTERS.has(name));
}

function requestDemand(action: string, params: ParamNode): Demand {
  if (!action.startsWith('Describe')) {
    return { name: action, bucket: BY_ACTION[action] ?? MUTATING, tokens: 1 };
  }
  return isUnpaged(action, params)
    ? { name: `${action}/unpaged`, bucket: UNPAGED_DESCRIBE, tokens: 1 }
    : { name: action, bucket: DESCRIBE, tokens: 1 };
}

function demandsOf(action: string, params: ParamNode): readonly Demand[] {
  const request = requestDemand(action, params);
  const bucket = PER_INSTANCE[action];
  if (bucket === undefined) return [request];
  const instances =
    action === 'RunInstances' ? Number(text(params, 'MaxCount') ?? '1') : texts(params, 'InstanceId').length;
  return [
    request,
    { name: `${action}/instances`, bucket, tokens: Number.isFinite(instances) ? instances : 1 },
  ];
}

/** The token buckets of an account. */
export interface Throttle {
  /** Takes what the call needs from all its buckets, or nothing and answers false. */
  admits(action: string, params: ParamNode): boolean;
}

/** Full buckets. */
export function createThrottle(clock: Clock): Throttle {
  const levels = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  const levelOf = (demand: Demand, nowMs: number): number => {
    const level = levels.get(demand.name);
    if (level === undefined) return demand.bucket.capacity;
    const refilled = level.tokens + ((nowMs - level.atMs) / 1000) * demand.bucket.refillPerSecond;
    return Math.min(demand.bucket.capacity, refilled);
  };
  return {
    admits: (action, params) => {
      const nowMs = clock.nowMs();
      const demands = demandsOf(action, params);
      // The tolerance keeps a sum of refills such as 0.1 + 0.2 from falling short of a whole token.
      if (demands.some((demand) => levelOf(demand, nowMs) + 1e-9 < demand.tokens)) return false;
      for (const demand of demands) {
        levels.set(demand.name, { tokens: levelOf(demand, nowMs) - demand.tokens, atMs: nowMs });
      }
      return true;
    },
  };
}
