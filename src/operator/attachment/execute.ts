import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { Eni } from '../../domain/ec2-resources.ts';
import type { DriftStep } from '../../domain/eni-drift.ts';
import type { EniStep } from '../../domain/eni-step.ts';
import type { Turn } from '../../domain/fair-turn.ts';
import type { MutatingAction } from '../engine/action-permits.ts';
import { createInput, newAttempt } from './attempt.ts';
import type { AttachmentControllerDeps } from './deps.ts';
import { actionOfDrift, executeDrift } from './execute-drift.ts';
import type { ObservedAttachment } from './observe.ts';

/** Steps that call EC2. */
export type Ec2Step =
  Extract<EniStep, { kind: 'create' | 'adopt' | 'attach' | 'detach' | 'delete' }> | DriftStep;

const ACTIONS: Readonly<Record<Exclude<Ec2Step['kind'], DriftStep['kind']>, MutatingAction>> = {
  create: 'CreateNetworkInterface',
  adopt: 'CreateTags',
  attach: 'AttachNetworkInterface',
  detach: 'DetachNetworkInterface',
  delete: 'DeleteNetworkInterface',
};

/** Whether the step changes an ENI in place. */
export function isDriftStep(step: Ec2Step): step is DriftStep {
  return !(step.kind in ACTIONS);
}

/** The EC2 action of a step. */
export function actionOf(step: Ec2Step): MutatingAction {
  return isDriftStep(step) ? actionOfDrift(step) : ACTIONS[step.kind];
}

/** Whose turn an attachment waits for: nodes take turns, and on a node the lower device index comes first. */
export function turnOf({ spec }: NodeENIAttachment): Turn {
  return { group: spec.instanceID, order: spec.deviceIndex };
}

/** Freezes the inputs of a new attempt in the attachment; returns it as stored. */
export async function freezeAttempt(
  attachment: NodeENIAttachment,
  number: number,
  observed: ObservedAttachment,
  context: { readonly deps: AttachmentControllerDeps; readonly signal: AbortSignal },
): Promise<NodeENIAttachment> {
  const { deps, signal } = context;
  const { nodeEni, groups } = observed;
  if (nodeEni === undefined || groups?.kind !== 'chosen') {
    throw new Error(`an attempt of ${attachment.metadata.name} was planned without its inputs`);
  }
  const attempt = newAttempt({
    number,
    nodeEni,
    attachment,
    securityGroupIds: groups.groupIds,
    cluster: deps.cluster,
    now: new Date(deps.clock.now()).toISOString(),
  });
  return deps.writer.freezeAttempt(attachment, attempt, signal);
}

/** Makes the one EC2 call of a step and tells the inventory what it did. */
export async function executeStep(
  step: Ec2Step,
  attachment: NodeENIAttachment,
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<void> {
  const { ec2, inventory, clock } = deps;
  if (isDriftStep(step)) return executeDrift(step, deps, signal);
  switch (step.kind) {
    case 'create':
      await create(attachment, deps, signal);
      return;
    case 'adopt':
      await ec2.tagEni({ eniId: step.eniId, tags: step.tags }, signal);
      // From now on it is found by its tags, as any other of ours.
      inventory.recordWrite({ ...step.eni, tags: { ...step.eni.tags, ...step.tags } }, clock.monotonicMs());
      deps.directories.invalidateInstance(attachment.spec.instanceID);
      return;
    case 'attach':
      await attach(step.eniId, attachment, deps, signal);
      return;
    case 'detach':
      await ec2.detachEni(step.attachmentId, signal, step.force);
      if (step.force === true) {
        deps.memory.forcedDetach(attachment.metadata.uid, step.attachmentId, clock.monotonicMs());
      }
      rewrite(step.eniId, deps, (eni) =>
        eni.attachment === undefined
          ? eni
          : { ...eni, attachment: { ...eni.attachment, status: 'detaching' } },
      );
      return;
    case 'delete':
      await ec2.deleteEni(step.eniId, signal);
      inventory.recordGone(step.eniId, clock.monotonicMs());
      return;
  }
}

async function create(
  attachment: NodeENIAttachment,
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<void> {
  const { attempt } = attachment.spec;
  if (attempt === undefined)
    throw new Error(`a create of ${attachment.metadata.name} was planned without an attempt`);
  const eni = await deps.ec2.createEni(createInput(attempt, attachment.metadata.uid, deps), signal);
  deps.memory.forget(attachment.metadata.uid);
  deps.inventory.recordWrite(eni, deps.clock.monotonicMs());
}

async function attach(
  eniId: string,
  attachment: NodeENIAttachment,
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<void> {
  const { instanceID: instanceId, networkCardIndex, deviceIndex } = attachment.spec;
  const { attachmentId } = await deps.ec2.attachEni(
    { eniId, instanceId, networkCardIndex, deviceIndex },
    signal,
  );
  rewrite(eniId, deps, (eni) => ({
    ...eni,
    status: 'in-use',
    // EC2's default for attached ENIs; AttachNetworkInterface cannot set it (aws/amazon-vpc-cni-k8s#1023).
    attachment: {
      attachmentId,
      instanceId,
      deviceIndex,
      networkCardIndex,
      status: 'attaching',
      deleteOnTermination: false,
    },
  }));
}

function rewrite(eniId: string, deps: AttachmentControllerDeps, change: (eni: Eni) => Eni): void {
  const eni = deps.inventory.get(eniId);
  if (eni !== undefined) deps.inventory.recordWrite(change(eni), deps.clock.monotonicMs());
}
