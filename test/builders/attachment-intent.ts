import type { ExistingAttachment, IntentInput } from '../../src/domain/attachment-intent.ts';
import { effectiveSpec } from '../../src/domain/effective-spec.ts';
import { aClusterNode } from './cluster-node.ts';
import { anInstance, aSecurityGroup, aSubnet } from './ec2-resources.ts';
import { aNodeEni } from './node-eni.ts';

/** An attachment of the first slot of {@link aNodeEni} on node-1. */
export function anExistingAttachment(overrides: Partial<ExistingAttachment> = {}): ExistingAttachment {
  return {
    name: 'tenant-a-111111-i-1-00000000',
    uid: 'attachment-uid-1',
    nodeName: 'node-1',
    instanceId: 'i-1',
    slotKey: 'id/subnet-a',
    subnetId: 'subnet-a',
    deviceIndex: 2,
    isReleasing: false,
    ...overrides,
  };
}

/** One NodeENI with one subnet on one running node, nothing attached, graces of 30 s and 5 min, at time 1,000,000. */
export function anIntentInput(overrides: Partial<IntentInput> = {}): IntentInput {
  return {
    isDeleting: false,
    spec: effectiveSpec(aNodeEni().spec),
    nodes: [aClusterNode()],
    attachments: [],
    instances: new Map([['i-1', anInstance()]]),
    subnets: [aSubnet()],
    securityGroups: [aSecurityGroup()],
    nowMs: 1_000_000,
    detachGraceMs: 30_000,
    nodeGoneGraceMs: 300_000,
    ...overrides,
  };
}
