import { FINALIZER } from '../../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { type IntentInput, type IntentPlan, planAttachments } from '../../domain/attachment-intent.ts';
import { isDeletionHeld } from '../../domain/deletion-protection.ts';
import { effectiveSpec } from '../../domain/effective-spec.ts';
import { conflictProblem, type IndexConflict } from '../../domain/index-conflict.ts';
import type { NodeEniFacts } from '../../domain/node-eni-report.ts';
import type { Clock } from '../../runtime/clock.ts';
import { done, type ReconcileOutcome, requeueAfter } from '../../runtime/outcome.ts';
import { asEc2Failure } from '../engine/as-ec2-failure.ts';
import { type SettleCreatesDeps, settleCreates } from '../claims/settle-creates.ts';
import { sharedSubnetsOf } from '../claims/shared-subnets-of.ts';
import { addressesOfNodes } from '../../domain/node-address-detail.ts';
import type { Caches } from '../caches.ts';
import type { NodeEniWriter } from '../ports.ts';
import { type ApplyIntentDeps, applyIntentPlan } from './apply.ts';
import { observeNodeEni, type ObserveNodeEniDeps } from './observe.ts';
import { blockerOf, type NodeEniReporter } from './report.ts';
import { createTypeLimits, typesOfMatchingNodes } from './type-limits.ts';

/** What the controller of NodeENIs needs. */
export interface NodeEniControllerDeps extends ObserveNodeEniDeps, ApplyIntentDeps, SettleCreatesDeps {
  readonly writer: NodeEniWriter;
  readonly reporter: NodeEniReporter;
  readonly clock: Clock;
  /** Milliseconds until all that waits is made, and so many attachments more of this NodeENI. */
  readonly predictMs?: (nodeEni: NodeENI, attachments: number) => number;
  /** Hears of every plan, before it is carried out; never throws. */
  readonly onPlanned?: (nodeEni: NodeENI, plan: IntentPlan) => void;
  /** Hears of NodeENIs that are gone. */
  readonly onGone?: (name: string) => void;
}

/** What is to be done, conflicts with other NodeENIs settled. */
interface SettledPlan {
  readonly input: IntentInput;
  readonly plan: IntentPlan;
  readonly conflicts: readonly IndexConflict[];
}

type Facts = Omit<NodeEniFacts, 'nodeSelector' | 'previous' | 'generation' | 'now'>;

/**
 * Turns one NodeENI and the nodes into NodeENIAttachments, and their state into its status. It never changes
 * EC2; that is the attachment controller's.
 */
export function createNodeEniReconcile(
  deps: NodeEniControllerDeps,
): (name: string, signal: AbortSignal) => Promise<ReconcileOutcome> {
  const { caches, clock, reporter, writer } = deps;
  const typeLimits = createTypeLimits(deps);

  function forget(name: string): ReconcileOutcome {
    reporter.forget(name);
    deps.claims.forget(name);
    deps.onGone?.(name);
    return done;
  }

  async function finalize(nodeEni: NodeENI, signal: AbortSignal): Promise<boolean> {
    const { name, uid } = nodeEni.metadata;
    if (caches.attachments.byIndex('nodeEni', name).length > 0) return false;
    const left = await deps.attachmentWriter.list(signal);
    if (left.some((attachment) => attachment.spec.nodeENI.uid === uid)) return false;
    await writer.setFinalizer(nodeEni, false, signal);
    return true;
  }

  async function reportBlocked(nodeEni: NodeENI, error: unknown, signal: AbortSignal): Promise<void> {
    const failure = asEc2Failure(error);
    if (failure === undefined) return;
    const attachments = caches.attachments.byIndex('nodeEni', nodeEni.metadata.name);
    const { matchingNodes = 0, desiredAttachments = attachments.length } = nodeEni.status;
    const facts: Facts = {
      isDeleting: false,
      matchingNodes,
      desiredAttachments,
      problems: [],
      attachments,
      wantedNames: new Set(attachments.map((attachment) => attachment.metadata.name)),
      slots: [],
      subnets: [],
      blocker: blockerOf(failure),
    };
    await reporter.report(nodeEni, facts, signal);
  }

  async function reportHeld(nodeEni: NodeENI, signal: AbortSignal): Promise<ReconcileOutcome> {
    const { name } = nodeEni.metadata;
    const attachments = caches.attachments.byIndex('nodeEni', name);
    const { matchingNodes = 0, desiredAttachments = attachments.length } = nodeEni.status;
    const facts: Facts = {
      isDeleting: true,
      heldName: name,
      matchingNodes,
      desiredAttachments,
      problems: [],
      attachments,
      wantedNames: new Set(attachments.map((attachment) => attachment.metadata.name)),
      slots: [],
      subnets: [],
    };
    const againMs = await reporter.report(nodeEni, facts, signal);
    return againMs === undefined ? done : requeueAfter(againMs, 'a status write is due');
  }

  async function planOf(nodeEni: NodeENI, signal: AbortSignal): Promise<SettledPlan> {
    try {
      const input = await observeNodeEni(nodeEni, clock.now(), deps, signal);
      const plan = planAttachments(input);
      const wanted = { nodeEni, spec: input.spec, creates: plan.creates, instances: input.instances };
      const { creates, conflicts } = await settleCreates(wanted, deps, signal);
      const problems = [...plan.problems, ...conflicts.map((conflict) => conflictProblem(conflict))];
      const settled = { input, plan: { ...plan, creates, problems }, conflicts };
      deps.onPlanned?.(nodeEni, settled.plan);
      return settled;
    } catch (error) {
      await reportBlocked(nodeEni, error, signal);
      throw error;
    }
  }

  async function reportPlan(
    nodeEni: NodeENI,
    { input, plan, conflicts }: SettledPlan,
    created: readonly string[],
    signal: AbortSignal,
  ): Promise<ReconcileOutcome> {
    const types = typesOfMatchingNodes(input);
    const attachments = caches.attachments.byIndex('nodeEni', nodeEni.metadata.name);
    const wantedNames = new Set([...created, ...plan.keeps.map(({ attachment }) => attachment.name)]);
    const predictedMs = deps.predictMs?.(nodeEni, notQueued(wantedNames, attachments));
    const againMs = await reporter.report(
      nodeEni,
      {
        isDeleting: input.isDeleting,
        matchingNodes: plan.matchingNodes,
        desiredAttachments: plan.desiredAttachments,
        problems: plan.problems,
        conflicts,
        sharedSubnets: sharedSubnetsOf(attachments, caches),
        nodeAddresses: addressesOfNodes(attachments, (id) => internalAddressOf(id, caches)),
        ...(input.isDeleting
          ? {}
          : { instanceTypes: { names: types, limits: await typeLimits(types, signal) } }),
        attachments,
        wantedNames,
        movedNames: plan.movedNames,
        ...(predictedMs === undefined ? {} : { predictedMs }),
        slots: effectiveSpec(nodeEni.spec).slots,
        subnets: input.subnets,
      },
      signal,
    );
    const waits = [againMs, plan.recheckAfterMs, plan.problems.length > 0 ? PROBLEM_RECHECK_MS : undefined];
    const next = waits.filter((ms) => ms !== undefined).toSorted((a, b) => a - b)[0];
    return next === undefined ? done : requeueAfter(next, 'a grace, a status write or a problem is due');
  }

  return async (name, signal) => {
    const nodeEni = caches.nodeEnis.get(name);
    if (nodeEni === undefined) return forget(name);
    const isDeleting = nodeEni.metadata.deletionTimestamp !== undefined;
    const hasFinalizer = (nodeEni.metadata.finalizers ?? []).includes(FINALIZER);
    if (isDeleting && !hasFinalizer) return done;
    if (!hasFinalizer) {
      // Persisted before anything exists that it would have to protect; its own event brings us back.
      await writer.setFinalizer(nodeEni, true, signal);
      return done;
    }
    // Its own event brings us back when the annotation goes.
    if (isDeletionHeld(nodeEni)) return reportHeld(nodeEni, signal);
    const settled = await planOf(nodeEni, signal);
    const { input, plan } = settled;
    const now = new Date(clock.now()).toISOString();
    const created = await applyIntentPlan({ nodeEni, spec: input.spec, now }, plan, deps, signal);
    if (isDeleting && (await finalize(nodeEni, signal))) return done;
    return reportPlan(nodeEni, settled, created, signal);
  };
}

function internalAddressOf(instanceId: string, caches: Caches): string | undefined {
  return caches.nodes.byIndex('instance', instanceId)[0]?.internalAddress;
}

/** Who was looked at once waits in the queues of EC2 itself, or has been served. */
function notQueued(wantedNames: ReadonlySet<string>, attachments: readonly NodeENIAttachment[]): number {
  const known = attachments.filter(
    ({ metadata, status }) => wantedNames.has(metadata.name) && status.conditions !== undefined,
  );
  return wantedNames.size - known.length;
}

/** What EC2 lacks may be made any moment, and EC2 does not tell us. */
const PROBLEM_RECHECK_MS = 60_000;
