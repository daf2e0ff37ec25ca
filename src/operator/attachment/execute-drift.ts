import { type AssignedAddresses, afterDriftStep } from '../../domain/drift-effect.ts';
import type { DriftStep } from '../../domain/eni-drift.ts';
import type { MutatingAction } from '../engine/action-permits.ts';
import type { Ec2Writer } from '../ports.ts';
import type { AttachmentControllerDeps } from './deps.ts';

const ASSIGN = { ipv4: 'AssignPrivateIpAddresses', ipv6: 'AssignIpv6Addresses' } as const;
const UNASSIGN = { ipv4: 'UnassignPrivateIpAddresses', ipv6: 'UnassignIpv6Addresses' } as const;

/** The EC2 action of a step. */
export function actionOfDrift(step: DriftStep): MutatingAction {
  switch (step.kind) {
    case 'tag':
      return 'CreateTags';
    case 'untag':
      return 'DeleteTags';
    case 'assign-addresses':
      return ASSIGN[step.family];
    case 'unassign-addresses':
      return UNASSIGN[step.family];
    case 'set-delete-on-termination':
    case 'set-source-dest-check':
    case 'set-security-groups':
    case 'set-description':
      return 'ModifyNetworkInterfaceAttribute';
  }
}

/** Makes the one EC2 call of a step; the inventory holds its effect until EC2 shows it. */
export async function executeDrift(
  step: DriftStep,
  deps: Pick<AttachmentControllerDeps, 'ec2' | 'inventory' | 'clock'>,
  signal: AbortSignal,
): Promise<void> {
  const assigned = await send(step, deps.ec2, signal);
  const eni = deps.inventory.get(step.eniId);
  if (eni !== undefined) {
    deps.inventory.recordWrite(afterDriftStep(eni, step, assigned ?? undefined), deps.clock.monotonicMs());
  }
}

function send(step: DriftStep, ec2: Ec2Writer, signal: AbortSignal): Promise<AssignedAddresses | void> {
  switch (step.kind) {
    case 'set-delete-on-termination':
      return ec2.setDeleteOnTermination(step, signal);
    case 'set-source-dest-check':
      return ec2.setSourceDestCheck(step, signal);
    case 'set-security-groups':
      return ec2.setSecurityGroups(step, signal);
    case 'set-description':
      return ec2.setDescription(step, signal);
    case 'tag':
      return ec2.tagEni(step, signal);
    case 'untag':
      return ec2.untagEni(step, signal);
    case 'assign-addresses':
      return ec2.assignAddresses(step, signal);
    case 'unassign-addresses':
      return ec2.unassignAddresses(step, signal);
  }
}

function keysOf(tags: Readonly<Record<string, string>>): string {
  return Object.keys(tags).toSorted().join(', ');
}

/** What to tell people of a step; undefined for those that belong to every attach and release. */
export function newsOfDrift(step: DriftStep): string | undefined {
  switch (step.kind) {
    case 'set-security-groups':
      return `security groups of ${step.eniId} were set to ${step.securityGroupIds.toSorted().join(', ')}`;
    case 'set-description':
      return `description of ${step.eniId} was set`;
    case 'tag':
      return `tags of ${step.eniId} were set: ${keysOf(step.tags)}`;
    case 'untag':
      return `tags of ${step.eniId} were removed: ${keysOf(step.tags)}`;
    case 'assign-addresses':
      return `${step.eniId} was given ${step.family} ${step.unit === 'address' ? 'addresses' : 'prefixes'}: ${step.count}`;
    case 'unassign-addresses':
      return `${[...step.addresses, ...step.prefixes].join(', ')} was taken from ${step.eniId}`;
    case 'set-delete-on-termination':
    case 'set-source-dest-check':
      return undefined;
  }
}
