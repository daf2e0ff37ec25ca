import { msUntilTokens, type RateBucket, rateAt } from './rate-bucket.ts';

/** Calls to come and the buckets that they come from, by EC2 action. */
export interface ConvergenceInput {
  /** Calls that are still to be made, by action. */
  readonly waiting: Readonly<Record<string, number>>;
  /** An action without a bucket has no limit. */
  readonly buckets: Readonly<Record<string, RateBucket>>;
  /** Monotonic milliseconds. */
  readonly nowMs: number;
}

/** The time that EC2 takes to create and to attach one ENI; all of them go through it side by side. */
const SETTLE_MS = 4_000;

/** The action that takes longest, how long until its last call goes out, and its rate now. */
export interface Bottleneck {
  readonly action: string;
  readonly durationMs: number;
  readonly tokensPerSecond: number;
}

/** The action that decides how long everything takes; undefined when nothing is to be done. */
export function bottleneckOf({ waiting, buckets, nowMs }: ConvergenceInput): Bottleneck | undefined {
  const candidates = Object.entries(waiting).flatMap(([action, count]) => {
    const bucket = buckets[action];
    if (bucket === undefined || count <= 0) return [];
    const durationMs = msUntilTokens(bucket, count, nowMs);
    return [{ action, durationMs, tokensPerSecond: rateAt(bucket, nowMs) }];
  });
  return candidates.toSorted((a, b) => b.durationMs - a.durationMs)[0];
}

/**
 * Milliseconds until all calls are made and have their effect, if nobody else uses the buckets and all stays quiet.
 * Actions have buckets of their own and go on side by side, so the slowest decides: max over actions of
 * (calls − tokens) / rate, and what one ENI takes. 0 when nothing is to be done.
 */
export function predictConvergenceMs(input: ConvergenceInput): number {
  const isIdle = Object.values(input.waiting).every((count) => count <= 0);
  return isIdle ? 0 : (bottleneckOf(input)?.durationMs ?? 0) + SETTLE_MS;
}

/** What the attachments to be made ask for: those that others wait for come first. */
export interface AttachDemand {
  /** Keys that wait now, by action. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly attachments: number;
  readonly deleteOnTermination: boolean;
  readonly sourceDestCheck: boolean;
}

/** Calls that making attachments takes, by action: whoever waits for one stage goes through those behind it, too. */
export function callsToAttach(demand: AttachDemand): Readonly<Record<string, number>> {
  const { attachments } = demand;
  const waitingFor = (action: string): number => demand.waiting[action] ?? 0;
  const create = waitingFor('CreateNetworkInterface') + attachments;
  const attach = create + waitingFor('AttachNetworkInterface');
  // EC2's defaults are the opposite: only a wish that differs needs a call.
  const modifiesEach = (demand.deleteOnTermination ? 1 : 0) + (demand.sourceDestCheck ? 0 : 1);
  return {
    CreateNetworkInterface: create,
    AttachNetworkInterface: attach,
    ModifyNetworkInterfaceAttribute:
      attach - attachments + waitingFor('ModifyNetworkInterfaceAttribute') + attachments * modifiesEach,
  };
}
