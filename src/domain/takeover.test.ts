import { describe, expect, it } from 'vitest';
import { ENI_TAGS, REFERENCE_TAGS } from '../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { aClusterNode } from '../../test/builders/cluster-node.ts';
import { anAttachedEni, anEni } from '../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import { referenceTags, templateTags } from '../../test/builders/strangers.ts';
import type { Eni } from './ec2-resources.ts';
import type { ClusterNode } from './node-selection.ts';
import { enisOfClaim, claimOf } from './owned-eni.ts';
import { eniTags, isOwned } from './ownership.ts';
import {
  chooseTakeover,
  isTakenOver,
  judgeAll,
  originOf,
  takeoverTags,
  type TakeoverWorld,
} from './takeover.ts';

const cluster = { name: 'prod', uid: 'cluster-uid' };
const attachment = aNodeEniAttachment();

interface Parts {
  readonly nodeEni?: NodeENI | undefined;
  readonly nodes?: readonly ClusterNode[];
  readonly attachments?: readonly NodeENIAttachment[];
}

function world({
  nodeEni = aNodeEni(),
  nodes = [aClusterNode()],
  attachments = [attachment],
}: Parts = {}): TakeoverWorld {
  return {
    cluster,
    nodeEni: (name) => (name === nodeEni.metadata.name ? nodeEni : undefined),
    nodesOf: (instanceId) => nodes.filter((node) => node.instanceId === instanceId),
    attachmentsOf: (instanceId) => attachments.filter(({ spec }) => spec.instanceID === instanceId),
  };
}

/** `adoptable`, `pending`, the reason of a refusal, or `none` for an ENI that asks for nothing. */
function verdict(eni: Eni, parts: Parts = {}): string {
  const [judged] = judgeAll([eni], world(parts));
  if (judged === undefined) return 'none';
  return judged.verdict.kind === 'refused' ? judged.verdict.reason : judged.verdict.kind;
}

const KINDS = [
  ['reference', referenceTags()],
  ['launch-template', templateTags('prod')],
] as const;

describe.each(KINDS)('an ENI of the %s', (kind, tags) => {
  const attached = (place: Parameters<typeof anAttachedEni>[0] = {}, eni: Partial<Eni> = {}): Eni =>
    anAttachedEni(place, { tags, ...eni });

  it('is taken over where its NodeENI selects the node and an attachment wants an ENI in its subnet', () => {
    expect(originOf(attached(), cluster)).toEqual({ kind, nodeEniName: 'tenant-a' });
    expect(verdict(attached())).toBe('adoptable');
    expect(verdict(attached({ status: 'attaching' }))).toBe('adoptable');
  });

  it('is taken over at an index or card that is not the wanted one', () => {
    expect(verdict(attached({ deviceIndex: 1 }))).toBe('adoptable');
    expect(verdict(attached({ networkCardIndex: 1 }))).toBe('adoptable');
  });

  it('is left alone while it is free or on its way off', () => {
    expect(verdict(anEni({ tags }))).toBe('NotAttached');
    expect(verdict(attached({ status: 'detaching' }))).toBe('NotAttached');
    expect(verdict(attached({ status: 'detached' }))).toBe('NotAttached');
  });

  it('is left alone on an instance that is no Node here: another cluster may use the names', () => {
    expect(verdict(attached({ instanceId: 'i-9' }))).toBe('ForeignInstance');
    expect(verdict(attached(), { nodes: [] })).toBe('ForeignInstance');
  });

  it('is left alone when it is the primary interface', () => {
    expect(verdict(attached({ deviceIndex: 0 }))).toBe('PrimaryInterface');
  });

  it('is left alone when its NodeENI does not exist, or is being deleted', () => {
    expect(verdict(attached(), { nodeEni: aNodeEni({}, { name: 'tenant-b' }) })).toBe('NodeENINotFound');
    const nodeEni = aNodeEni({}, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(verdict(attached(), { nodeEni })).toBe('NodeENIDeleting');
  });

  it('is left alone when its NodeENI does not select the node, whatever attachment there still is', () => {
    expect(verdict(attached(), { nodes: [aClusterNode({ labels: {} })] })).toBe('NodeNotSelected');
  });

  it('is left alone when its subnet is not in the list', () => {
    const nodeEni = aNodeEni({}, {}, { observedGeneration: 1, subnets: [] });
    expect(verdict(attached({}, { subnetId: 'subnet-b' }), { nodeEni })).toBe('SubnetNotListed');
  });

  it('waits for an attachment that may still come', () => {
    expect(verdict(attached(), { attachments: [] })).toBe('pending');
    const named = aNodeEni({ subnetName: 'tenant' });
    expect(verdict(attached({}, { subnetId: 'subnet-b' }), { nodeEni: named })).toBe('pending');
    const subnets = [{ slot: 'name/tenant', subnetID: 'subnet-b', zone: 'us-east-1a', vpcID: 'vpc-1' }];
    const nodeEni = aNodeEni({ subnetName: 'tenant' }, {}, { observedGeneration: 1, subnets });
    expect(verdict(attached({}, { subnetId: 'subnet-b' }), { nodeEni })).toBe('pending');
  });

  it.each([
    ['being deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }],
    ['in its grace', { status: { observedGeneration: 1, unwantedSince: '2026-01-01T00:00:00Z' } }],
    ['of an earlier NodeENI of that name', { spec: { nodeENI: { name: 'tenant-a', uid: 'u-earlier' } } }],
  ] as const)('is not given to an attachment that is %s', (_, parts) => {
    expect(verdict(attached(), { attachments: [aNodeEniAttachment(parts)] })).toBe('pending');
  });

  it('is left alone when the attachment has another ENI', () => {
    const status = { observedGeneration: 1, eniID: 'eni-other' };
    expect(verdict(attached(), { attachments: [aNodeEniAttachment({ status })] })).toBe('SlotTaken');
  });

  it.each([
    [ENI_TAGS.managedBy, 'somebody-else'],
    [ENI_TAGS.clusterUid, 'uid-of-a-twin'],
    [ENI_TAGS.instance, 'i-9'],
    [ENI_TAGS.slot, 'id/subnet-b'],
    ['node.k8s.amazonaws.com/instance_id', 'i-1'],
    ['eks:eni:owner', 'amazon-vpc-cni'],
  ])('is never taken from the owner that %s=%s names', (key, value) => {
    expect(verdict(attached({}, { tags: { ...tags, [key]: value } }))).toBe('OwnedByOthers');
  });

  it('is ours, found by its tags and known as taken over, once it has them', () => {
    const eni = attached({ deviceIndex: 1 });
    const stamped = {
      ...eni,
      tags: { ...eni.tags, ...takeoverTags(eni, factsOf(attachment), attachment.spec.nodeENI.uid) },
    };
    expect(isOwned(stamped.tags, cluster)).toBe(true);
    expect(isTakenOver(stamped.tags)).toBe(true);
    const nobody = { eniIds: new Set<string>(), attachmentUids: new Set<string>() };
    expect(enisOfClaim(claimOf(attachment), cluster, [stamped], nobody)).toEqual([stamped]);
    expect(verdict(stamped)).toBe('none');
    expect(stamped.tags).toMatchObject({ ...tags, 'cilium.io/no_manage': 'true', team: 'core' });
  });
});

function factsOf({ metadata, spec, status }: NodeENIAttachment): Parameters<typeof takeoverTags>[1] {
  return {
    cluster,
    purpose: claimOf(attachment).purpose,
    nodeName: spec.nodeName,
    attachmentUid: metadata.uid,
    userTags: { team: 'core' },
    stored: status,
  };
}

describe('an ENI that does not ask to be taken over', () => {
  it.each(Object.values(REFERENCE_TAGS))('lacks the reference’s tag %s', (key) => {
    const { [key]: _, ...tags } = referenceTags();
    expect(verdict(anAttachedEni({}, { tags }))).toBe('none');
  });

  it.each([
    ['has no tags', {}],
    ['names no NodeENI', { [ENI_TAGS.cluster]: 'prod' }],
    ['names no cluster', { [ENI_TAGS.nodeEni]: 'tenant-a' }],
    ['names another cluster', templateTags('staging')],
    ['is of another program', referenceTags({ [REFERENCE_TAGS.managedBy]: 'somebody' })],
  ])('%s', (_, tags) => {
    expect(verdict(anAttachedEni({}, { tags }))).toBe('none');
  });
});

describe('an ENI of the reference', () => {
  it('is never taken from another cluster whose operator took it over', () => {
    const tags = referenceTags({
      ...eniTags({
        cluster: { name: 'staging', uid: 'uid-staging' },
        purpose: claimOf(attachment).purpose,
        nodeName: 'node-1',
        nodeEniUid: 'u',
        attachmentUid: 'a',
        attempt: 0,
        createdAt: '',
        userTags: {},
      }),
    });
    expect(verdict(anAttachedEni({}, { tags }))).toBe('OwnedByOthers');
  });

  it('is not taken over for a NodeENI that other tags of ours contradict', () => {
    const tags = referenceTags({ [ENI_TAGS.nodeEni]: 'tenant-b' });
    expect(verdict(anAttachedEni({}, { tags }))).toBe('OwnedByOthers');
  });
});

function chosen(...enis: readonly Eni[]): string | undefined {
  return chooseTakeover(attachment, judgeAll(enis, world()))?.eni.eniId;
}

describe('several ENIs for one attachment', () => {
  const tags = referenceTags();

  it('leave it the one at the wanted index, else the first', () => {
    const first = anAttachedEni({ deviceIndex: 1 }, { eniId: 'eni-01', tags });
    const second = anAttachedEni({ deviceIndex: 2 }, { eniId: 'eni-02', tags });
    const third = anAttachedEni({ deviceIndex: 3 }, { eniId: 'eni-03', tags });
    expect(chosen(third, first, second)).toBe('eni-02');
    expect(chosen(third, first)).toBe('eni-01');
  });

  it('leave it nothing that another attachment wants', () => {
    expect(chosen(anAttachedEni({}, { subnetId: 'subnet-b', tags }))).toBeUndefined();
  });
});
