import { FINALIZER } from '../../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { isReleaseHeld } from '../../domain/deletion-protection.ts';
import { type EniStep, planEniStep } from '../../domain/eni-step.ts';
import type { Ec2Failure } from '../../domain/failure.ts';
import { isHostHindered } from '../../domain/host/host-waits.ts';
import { done, type ReconcileOutcome, requeueAfter } from '../../runtime/outcome.ts';
import { asEc2Failure } from '../engine/as-ec2-failure.ts';
import { NOT_LEADER } from '../engine/fenced-writer.ts';
import { abandonmentMessage } from './abandonment.ts';
import type { AttachmentControllerDeps } from './deps.ts';
import { actionOf, type Ec2Step, executeStep, freezeAttempt, turnOf } from './execute.ts';
import { concludeFailure } from './handle-failure.ts';
import { observeAttachment, type ObservedAttachment, ordersOf } from './observe.ts';
import { type AttachmentNews, reportNews, reportQueued, tell } from './report.ts';
import { tellStep } from './tell-step.ts';

/** Steps of one reconcile; more than any attachment needs, so that a wrong plan cannot spin. */
const MAX_STEPS = 24;

type Progress = { readonly next: NodeENIAttachment } | { readonly outcome: ReconcileOutcome };

/**
 * Drives one attachment, step by step, to an ENI that is attached as wanted, or, once it is being deleted, to no ENI at
 * all. Every step is planned from what is true at that moment.
 */
export function createAttachmentReconcile(
  deps: AttachmentControllerDeps,
): (name: string, signal: AbortSignal) => Promise<ReconcileOutcome> {
  async function observe(attachment: NodeENIAttachment, signal: AbortSignal): Promise<ObservedAttachment> {
    try {
      return await observeAttachment(attachment, deps, signal);
    } catch (error) {
      const failure = asEc2Failure(error);
      if (failure !== undefined) await reportFailure(attachment, failure, signal);
      throw error;
    }
  }

  function eniOf(
    attachment: NodeENIAttachment,
    observed?: ObservedAttachment,
  ): ReturnType<typeof deps.inventory.get> {
    const eniId = observed?.observation.eni?.eniId ?? attachment.status.eniID;
    return eniId === undefined ? undefined : deps.inventory.get(eniId);
  }

  async function reportFailure(
    attachment: NodeENIAttachment,
    failure: Ec2Failure,
    signal: AbortSignal,
    observed?: ObservedAttachment,
  ): Promise<void> {
    const { reason, message } = failure;
    // Who does not lead has nothing to tell.
    if (failure.code === NOT_LEADER) return;
    await reportNews(
      attachment,
      {
        eni: eniOf(attachment, observed),
        isSettled: false,
        hindrance: { reason, message },
        isUrgent: true,
      },
      deps,
      signal,
    );
  }

  async function callEc2(
    step: Ec2Step,
    at: { readonly attachment: NodeENIAttachment; readonly observed: ObservedAttachment },
    signal: AbortSignal,
  ): Promise<Progress> {
    const { attachment, observed } = at;
    const { name } = attachment.metadata;
    if (!deps.permits.take(actionOf(step), name, turnOf(attachment))) {
      deps.permits.release(name, actionOf(step));
      const tellInMs = await reportQueued(attachment, eniOf(attachment, observed), deps, signal);
      return { outcome: tellInMs === undefined ? done : requeueAfter(tellInMs, STATUS_DUE) };
    }
    try {
      await executeStep(step, attachment, deps, signal);
    } catch (error) {
      const failure = asEc2Failure(error);
      if (failure === undefined) throw error;
      if (concludeFailure(step, failure, attachment, deps) !== undefined) return { next: attachment };
      // The id is stored even if no later step ever succeeds: without it a restart would send the same token again.
      await reportFailure(attachment, failure, signal, observed);
      throw error;
    } finally {
      deps.permits.finished(actionOf(step));
    }
    tellStep(step, attachment, deps);
    return { next: attachment };
  }

  async function waitFor(
    step: Extract<EniStep, { kind: 'wait' }>,
    at: { readonly attachment: NodeENIAttachment; readonly observed: ObservedAttachment },
    signal: AbortSignal,
  ): Promise<Progress> {
    const { name } = at.attachment.metadata;
    const { eni, host, releaseGate } = at.observed.observation;
    const { reason, message, recheckAfterMs } = step;
    const isHeld = releaseGate !== undefined && releaseGate.kind !== 'open';
    deps.permits.release(name);
    if (eni !== undefined && recheckAfterMs < FOLLOWED_BELOW_MS && !isHeld) {
      deps.lister.follow(eni.eniId, name, SOONEST_CHANGE_MS);
    }
    const news: AttachmentNews = {
      eni,
      isSettled: false,
      hindrance: { reason, message },
      ...(releaseGate === undefined ? {} : { releaseGate }),
      // The daemon waits to hear that it may give the host back.
      ...(isHeld || isHostHindered(host) ? { isUrgent: true } : {}),
    };
    const tellInMs = (await reportNews(at.attachment, news, deps, signal)) ?? Number.POSITIVE_INFINITY;
    return {
      outcome:
        tellInMs < recheckAfterMs ? requeueAfter(tellInMs, STATUS_DUE) : requeueAfter(recheckAfterMs, reason),
    };
  }

  async function takeStep(attachment: NodeENIAttachment, signal: AbortSignal): Promise<Progress> {
    const observed = await observe(attachment, signal);
    const step = planEniStep(observed.observation);
    const { name, uid } = attachment.metadata;
    if (step.kind === 'wait') return waitFor(step, { attachment, observed }, signal);
    if (step.kind === 'freeze-attempt') {
      // What was proven of the attempt before says nothing of this one.
      deps.lister.forgetAbsence(name);
      const next = await freezeAttempt(attachment, step.number, observed, { deps, signal });
      deps.memory.begin(uid, step.number);
      return { next };
    }
    if (step.kind === 'ready') {
      deps.permits.release(name);
      deps.memory.forget(uid);
      await reportNews(attachment, { eni: observed.observation.eni, isSettled: true }, deps, signal);
      return { outcome: done };
    }
    if (step.kind === 'finish') {
      // What it held is free; whoever is woken by its end must not believe an older answer.
      deps.directories.interfacesChanged(attachment.spec.instanceID);
      await deps.writer.removeFinalizer(attachment, signal);
      forget(name, uid);
      deps.memory.wrote(attachment.metadata, deps.clock.monotonicMs());
      if (step.retainedEniId !== undefined) {
        tell(
          attachment,
          'ENIRetained',
          `${step.retainedEniId} is kept, detached, by deletionPolicy Retain`,
          deps,
        );
      }
      return { outcome: done };
    }
    if (step.kind === 'abandon') {
      // Told first: once the object is gone nobody else remembers the ids.
      tell(attachment, 'ENIAbandoned', abandonmentMessage(attachment, deps), deps);
      await deps.writer.removeFinalizer(attachment, signal);
      forget(name, uid);
      return { outcome: done };
    }
    return callEc2(step, { attachment, observed }, signal);
  }

  /** An attachment whose NodeENI went past its finalizer is released; undefined while the owner is there. */
  async function releaseOrphan(
    attachment: NodeENIAttachment,
    signal: AbortSignal,
  ): Promise<ReconcileOutcome | undefined> {
    const owner = attachment.spec.nodeENI.name;
    const isReleasing = attachment.metadata.deletionTimestamp !== undefined;
    if (isReleasing || deps.caches.nodeEnis.get(owner) !== undefined) return undefined;
    if (await deps.writer.ownerExists(owner, signal))
      return requeueAfter(CACHE_LAG_MS, 'the cache lags behind');
    await deps.writer.delete(attachment.metadata, signal);
    return done;
  }

  /** What is to be done where too little is known to plan anything. */
  function notYet(attachment: NodeENIAttachment): ReconcileOutcome | undefined {
    if (deps.memory.isOvertaken(attachment.metadata, deps.clock.monotonicMs())) {
      return requeueAfter(CACHE_LAG_MS, 'the cache lags behind');
    }
    // Until the first listing, which wakes everybody, nothing better is known than what is stored.
    const isKnown = deps.lister.isComplete || attachment.status.conditions === undefined;
    return isKnown || ordersOf(attachment, deps).isAbandoned ? undefined : done;
  }

  /** How the reconcile ends where others have to give way or to agree first; undefined where nothing is in the way. */
  async function mayGoOn(
    attachment: NodeENIAttachment,
    signal: AbortSignal,
  ): Promise<ReconcileOutcome | undefined> {
    const { name } = attachment.metadata;
    if (isReleaseHeld(attachment, deps.caches.nodeEnis.get(attachment.spec.nodeENI.name))) {
      // The NodeENI's event wakes it when the protection goes.
      deps.permits.release(name);
      return done;
    }
    const orphaned = await releaseOrphan(attachment, signal);
    return orphaned ?? deps.claims.settle(attachment, signal);
  }

  function forget(name: string, uid: string): void {
    deps.permits.release(name);
    deps.lister.forgetAbsence(name);
    deps.memory.forget(uid);
    deps.releaseGate.forget(uid);
  }

  return async (name, signal) => {
    let attachment = deps.caches.attachments.get(name);
    if (attachment === undefined || !(attachment.metadata.finalizers ?? []).includes(FINALIZER)) {
      deps.permits.release(name);
      deps.lister.forgetAbsence(name);
      deps.memory.forgetName(name);
      return done;
    }
    const early = notYet(attachment);
    if (early !== undefined) return early;
    const held = await mayGoOn(attachment, signal);
    if (held !== undefined) return held;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const progress = await takeStep(attachment, signal);
      if ('outcome' in progress) {
        return progress.outcome;
      }
      attachment = progress.next;
    }
    throw new Error(`${name} needed more than ${MAX_STEPS} steps`);
  };
}

/** A new NodeENI and its attachments reach the caches by different watches, and our own writes by theirs. */
const CACHE_LAG_MS = 1_000;

/** EC2 attaches and detaches nothing faster (kubernetes-sigs/aws-ebs-csi-driver, aws/amazon-vpc-cni-k8s#608). */
const SOONEST_CHANGE_MS = 1_000;

const STATUS_DUE = 'a status write is due';

/** Waits shorter than this are for EC2 to show something; longer ones are for people or for other ENIs. */
const FOLLOWED_BELOW_MS = 30_000;
