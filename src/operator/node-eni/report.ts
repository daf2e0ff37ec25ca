import { isDeepStrictEqual } from 'node:util';
import {
  type ConditionReason,
  isConditionReason,
  isStalledReason,
  type NodeENIConditionType,
} from '../../../api/v1alpha1/conditions.ts';
import { NEWS_TYPES } from '../../../api/v1alpha1/event-reasons.ts';
import type { Condition, NodeENI, NodeENIStatus } from '../../../gen/v1alpha1/stored.ts';
import { PROGRESS_REASONS } from '../../domain/report-delay.ts';
import { type NodeEniFacts, reportNodeEni } from '../../domain/node-eni-report.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { EventSink, NodeEniWriter } from '../ports.ts';

/** What {@link NodeEniReporter} needs. */
export interface NodeEniReporterDeps {
  readonly writer: NodeEniWriter;
  readonly events: EventSink;
  readonly clock: Clock;
}

/** Details that are an event, too, when they begin. */
const TOLD_DETAILS = ['NodeAddressFromENI', 'SubnetNameMoved'] as const;

/** One status write a second at most: each is read by every watcher. */
const MIN_WRITE_PERIOD_MS = 1_000;
/** While attachments make ordinary progress their sum changes all the time. */
const PROGRESS_WRITE_PERIOD_MS = 3_000;

/** Whether both tell of a way on which nothing is wrong, so that only counts and entries differ. */
function isMereProgress(before: NodeENIStatus, after: NodeENIStatus): boolean {
  return [before, after].every((status) => PROGRESS_REASONS.has(conditionOf(status, 'Ready')?.reason ?? ''));
}

function conditionOf(status: NodeENIStatus, type: NodeENIConditionType): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

/** Writes NodeENI statuses when they changed, and tells people what changed. */
export class NodeEniReporter {
  readonly #deps: NodeEniReporterDeps;
  readonly #writtenAtMs = new Map<string, number>();

  constructor(deps: NodeEniReporterDeps) {
    this.#deps = deps;
  }

  /** Writes the status if it differs; returns in how many milliseconds to come again when it is too early for that. */
  async report(
    nodeEni: NodeENI,
    facts: Omit<NodeEniFacts, 'nodeSelector' | 'previous' | 'generation' | 'now'>,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { clock, writer } = this.#deps;
    const { name, generation } = nodeEni.metadata;
    const { nodeSelector } = nodeEni.spec;
    const previous = nodeEni.status;
    const now = new Date(clock.now()).toISOString();
    const status = reportNodeEni({ ...facts, nodeSelector, previous, generation, now });
    if (isDeepStrictEqual(status, previous)) return undefined;
    const sinceWriteMs = clock.monotonicMs() - (this.#writtenAtMs.get(name) ?? Number.NEGATIVE_INFINITY);
    const periodMs = isMereProgress(previous, status) ? PROGRESS_WRITE_PERIOD_MS : MIN_WRITE_PERIOD_MS;
    // Rounded up: the rest of a fraction may be too small to move a clock.
    if (sinceWriteMs < periodMs) return Math.ceil(periodMs - sinceWriteMs);
    await writer.applyStatus(nodeEni, status, signal);
    this.#writtenAtMs.set(name, clock.monotonicMs());
    this.#tell(nodeEni, previous, status);
    for (const detail of TOLD_DETAILS) this.#tellDetail(detail, nodeEni, [previous, status]);
    return undefined;
  }

  /** The NodeENI is gone. */
  forget(name: string): void {
    this.#writtenAtMs.delete(name);
  }

  #tellDetail(
    detail: (typeof TOLD_DETAILS)[number],
    nodeEni: NodeENI,
    [previous, status]: readonly [NodeENIStatus, NodeENIStatus],
  ): void {
    const moved = conditionOf(status, detail);
    if (moved === undefined || conditionOf(previous, detail) !== undefined) return;
    const { name, uid } = nodeEni.metadata;
    const { message } = moved;
    this.#deps.events.record({
      kind: 'NodeENI',
      name,
      uid,
      type: NEWS_TYPES[detail],
      reason: detail,
      message,
    });
  }

  #tell(nodeEni: NodeENI, previous: NodeENIStatus, status: NodeENIStatus): void {
    const [before, after] = [conditionOf(previous, 'Ready'), conditionOf(status, 'Ready')];
    if (after === undefined || !isConditionReason(after.reason) || PROGRESS_REASONS.has(after.reason)) return;
    if (before?.status === after.status && before.reason === after.reason) return;
    const { name, uid } = nodeEni.metadata;
    const type = after.status === 'True' ? 'Normal' : 'Warning';
    this.#deps.events.record({
      kind: 'NodeENI',
      name,
      uid,
      type,
      reason: after.reason,
      message: after.message,
    });
  }
}

/** Whether a condition reason of an EC2 failure should be shown as the reason why nothing can be planned. */
export function blockerOf(failure: { readonly reason: ConditionReason; readonly message: string }): {
  readonly reason: ConditionReason;
  readonly message: string;
} {
  return isStalledReason(failure.reason) || failure.reason === 'Throttled'
    ? failure
    : { reason: 'EC2Unavailable', message: failure.message };
}
