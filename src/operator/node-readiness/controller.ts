import { NODE_CONDITION } from '../../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import {
  nodeReadiness,
  type NodeReadinessCondition,
  type NodeReadinessFacts,
  type WantedOnNode,
} from '../../domain/node-readiness.ts';
import { type ClusterNode, matchesSelector } from '../../domain/node-selection.ts';
import type { Clock } from '../../runtime/clock.ts';
import { done, type ReconcileOutcome, requeueAfter } from '../../runtime/outcome.ts';
import type { Caches } from '../caches.ts';
import type { EventSink, NodeWriter } from '../ports.ts';
import type { NodeDesires } from './node-desires.ts';

/** What the controller of the readiness of nodes needs. */
export interface NodeReadinessDeps {
  readonly caches: Caches;
  readonly desires: Pick<NodeDesires, 'wanted'>;
  readonly writer: NodeWriter;
  readonly events: EventSink;
  readonly clock: Clock;
  /** Key of the taint that a node bears until its ENIs are Ready. */
  readonly startupTaint: string | undefined;
}

/** Whether the attachment's Ready condition is true of its present spec. */
export function isReadyNow({ metadata, status }: NodeENIAttachment): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  return (status.conditions ?? []).some(
    ({ type, status: is, observedGeneration }) =>
      type === 'Ready' && is === 'True' && observedGeneration === metadata.generation,
  );
}

/**
 * Says on each Node whether the ENIs that NodeENIs want there are Ready, and takes the startup taint off once they are. The
 * taint is never put on, and nothing is written while nothing changes.
 */
export function createNodeReadinessReconcile(
  deps: NodeReadinessDeps,
): (name: string, signal: AbortSignal) => Promise<ReconcileOutcome> {
  const { caches, clock, writer, events, startupTaint } = deps;
  const knownSinceMs = new Map<string, { readonly uid: string; readonly sinceMs: number }>();

  function knownForMs({ name, uid }: ClusterNode): number {
    const nowMs = clock.monotonicMs();
    const known = knownSinceMs.get(name);
    if (known?.uid === uid) return nowMs - known.sinceMs;
    knownSinceMs.set(name, { uid, sinceMs: nowMs });
    return 0;
  }

  function selecting(node: ClusterNode): NodeENI[] {
    return caches.nodeEnis
      .list()
      .filter(
        ({ metadata, spec }) =>
          metadata.deletionTimestamp === undefined && matchesSelector(spec.nodeSelector, node.labels),
      );
  }

  function wantedOn({ metadata }: NodeENI, node: ClusterNode): WantedOnNode {
    const wanted = deps.desires.wanted(metadata, node.name);
    const attachments =
      node.instanceId === undefined ? [] : caches.attachments.byIndex('instance', node.instanceId);
    const own = attachments.filter(({ spec }) => spec.nodeENI.uid === metadata.uid);
    return {
      nodeEniName: metadata.name,
      isUnresolved: wanted === undefined,
      wanted: wanted ?? 0,
      ready: own.filter((attachment) => isReadyNow(attachment)).length,
    };
  }

  function factsOf(node: ClusterNode): NodeReadinessFacts {
    return {
      nodeEnis: selecting(node).map((nodeEni) => wantedOn(nodeEni, node)),
      hasStartupTaint: startupTaint !== undefined && node.health.taintKeys.includes(startupTaint),
      hasCondition: node.health.eniCondition !== undefined,
      knownForMs: knownForMs(node),
    };
  }

  async function write(
    node: ClusterNode,
    condition: NodeReadinessCondition,
    signal: AbortSignal,
  ): Promise<void> {
    const { name, uid, health } = node;
    const { eniCondition: before } = health;
    const { status, reason, message } = condition;
    if (before?.status === status && before.reason === reason && before.message === message) return;
    const writtenAt = new Date(clock.now()).toISOString();
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : writtenAt;
    await writer.applyCondition(name, { ...condition, lastTransitionTime, writtenAt }, signal);
    if (before === undefined || before.status === status) return;
    const type = status === 'True' ? 'Normal' : 'Warning';
    events.record({ kind: 'Node', name, uid, type, reason: EVENT_REASONS[status], message });
  }

  async function removeTaint({ name, uid }: ClusterNode, signal: AbortSignal): Promise<void> {
    if (startupTaint === undefined) return;
    await writer.removeTaint({ name, uid }, startupTaint, signal);
    const message = `taint ${startupTaint} is taken off: ${NODE_CONDITION} is True`;
    events.record({ kind: 'Node', name, uid, type: 'Normal', reason: 'StartupTaintRemoved', message });
  }

  return async (name, signal) => {
    const node = caches.nodes.get(name);
    if (node === undefined) {
      knownSinceMs.delete(name);
      return done;
    }
    const facts = factsOf(node);
    // A new leader knows nothing better than what an earlier one said, until it has planned; its plan brings us back.
    const isPlanned = facts.nodeEnis.every(({ isUnresolved }) => !isUnresolved);
    if (!isPlanned && facts.hasCondition) return done;
    const { condition, withdrawsCondition, removesTaint, recheckAfterMs } = nodeReadiness(facts);
    if (condition !== undefined) await write(node, condition, signal);
    if (withdrawsCondition) await writer.withdrawCondition(name, signal);
    if (removesTaint) await removeTaint(node, signal);
    return recheckAfterMs === undefined
      ? done
      : requeueAfter(recheckAfterMs, 'a NodeENI may be on its way to a new node');
  };
}

const EVENT_REASONS = { True: 'NodeENIsReady', False: 'NodeENIsNotReady' } as const;
