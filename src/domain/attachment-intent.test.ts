import { describe, expect, it } from 'vitest';
import { anExistingAttachment, anIntentInput } from '../../test/builders/attachment-intent.ts';
import { aClusterNode, anUnidentifiedNode } from '../../test/builders/cluster-node.ts';
import { anInstance, aSecurityGroup, aSubnet } from '../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { type IntentPlan, planAttachments } from './attachment-intent.ts';
import { effectiveSpec } from './effective-spec.ts';

const attached = anExistingAttachment();
const twoSubnets = {
  spec: effectiveSpec(aNodeEni({ subnetIDs: ['subnet-a', 'subnet-a2'] }).spec),
  subnets: [aSubnet(), aSubnet({ subnetId: 'subnet-a2' })],
};

function wished(plan: IntentPlan): [string, string, number][] {
  return plan.creates.map(({ node, choice }) => [node.name, choice.subnetId, choice.deviceIndex]);
}

function reasons(plan: IntentPlan): [string, string][] {
  return plan.problems.map(({ nodeName, reason }) => [nodeName, reason]);
}

describe('a matching node', () => {
  it('gets one attachment per subnet of its zone', () => {
    const plan = planAttachments(anIntentInput(twoSubnets));
    expect(wished(plan)).toEqual([
      ['node-1', 'subnet-a', 2],
      ['node-1', 'subnet-a2', 3],
    ]);
    expect(plan.creates[0]).toMatchObject({
      node: { name: 'node-1', instanceId: 'i-1' },
      zone: 'us-east-1a',
      vpcId: 'vpc-1',
      securityGroupIds: ['sg-1'],
    });
    expect(plan).toMatchObject({ matchingNodes: 1, desiredAttachments: 2, problems: [] });
  });

  it('keeps what it has, and a second look wants nothing', () => {
    const plan = planAttachments(anIntentInput({ attachments: [attached] }));
    expect(plan).toMatchObject({ creates: [], releases: [], marksUnwanted: [], unmarks: [], problems: [] });
    expect(plan.keeps.map(({ attachment }) => attachment)).toEqual([attached]);
    expect(plan).not.toHaveProperty('recheckAfterMs');
  });

  it('gets a subnet of its own zone, each of three zones its own', () => {
    const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
    const subnetIDs = zones.map((zone) => `subnet-${zone}`);
    const plan = planAttachments(
      anIntentInput({
        spec: effectiveSpec(aNodeEni({ subnetIDs }).spec),
        nodes: zones.map((zone) => aClusterNode({ name: zone, instanceId: `i-${zone}` })),
        instances: new Map(zones.map((zone) => [`i-${zone}`, anInstance({ instanceId: `i-${zone}`, zone })])),
        subnets: zones.map((zone) => aSubnet({ subnetId: `subnet-${zone}`, zone })),
      }),
    );
    expect(wished(plan)).toEqual(zones.map((zone) => [zone, `subnet-${zone}`, 2]));
  });

  it('is told when no listed subnet is in its zone', () => {
    const plan = planAttachments(anIntentInput({ subnets: [aSubnet({ zone: 'us-east-1b' })] }));
    expect(plan.creates).toEqual([]);
    expect(reasons(plan)).toEqual([['node-1', 'NoSubnetInZone']]);
    expect(plan.desiredAttachments).toBe(1);
  });

  it('is wanted without groups while they cannot be resolved, and never with half of them', () => {
    const spec = effectiveSpec(aNodeEni({ securityGroupIDs: ['sg-1', 'sg-gone'] }).spec);
    expect(planAttachments(anIntentInput({ spec })).creates[0]?.securityGroupIds).toEqual([]);
  });

  it('finds groups in the VPC of its instance', () => {
    const spec = effectiveSpec(aNodeEni({ securityGroupIDs: [], securityGroupNames: ['tenant'] }).spec);
    const securityGroups = [aSecurityGroup({ groupId: 'sg-2', vpcId: 'vpc-2' }), aSecurityGroup()];
    expect(planAttachments(anIntentInput({ spec, securityGroups })).creates[0]?.securityGroupIds).toEqual([
      'sg-1',
    ]);
  });

  it('gets nothing, and says why, while its Node has no providerID', () => {
    const plan = planAttachments(anIntentInput({ nodes: [anUnidentifiedNode()] }));
    expect(plan.creates).toEqual([]);
    expect(reasons(plan)).toEqual([['node-1', 'NodeNotIdentified']]);
  });

  it('gets nothing, and says why, while EC2 does not know its instance', () => {
    const plan = planAttachments(anIntentInput({ instances: new Map() }));
    expect(plan.creates).toEqual([]);
    expect(reasons(plan)).toEqual([['node-1', 'InstanceNotRunning']]);
  });

  it.each(['shutting-down', 'terminated'] as const)('gets nothing while its instance is %s', (state) => {
    const plan = planAttachments(anIntentInput({ instances: new Map([['i-1', anInstance({ state })]]) }));
    expect(plan).toMatchObject({ creates: [], problems: [], desiredAttachments: 0 });
  });

  it('of one bad entry does not keep other nodes waiting', () => {
    const nodes = [aClusterNode({ name: 'bad', instanceId: 'i-gone' }), aClusterNode({ name: 'good' })];
    const plan = planAttachments(anIntentInput({ nodes }));
    expect(wished(plan)).toEqual([['good', 'subnet-a', 2]]);
    expect(reasons(plan)).toEqual([['bad', 'InstanceNotRunning']]);
  });

  it('with two Node objects for one instance gets one set of attachments', () => {
    const nodes = [aClusterNode({ name: 'new-name' }), aClusterNode({ name: 'a-going', isGoing: true })];
    expect(wished(planAttachments(anIntentInput({ nodes })))).toEqual([['new-name', 'subnet-a', 2]]);
    const plan = planAttachments(anIntentInput({ nodes, attachments: [attached] }));
    expect(plan.keeps.map(({ wish }) => wish.node.name)).toEqual(['new-name']);
    expect(plan.releases).toEqual([]);
  });

  it('with two Node objects for one instance never takes turns between them', () => {
    const nodes = [aClusterNode({ name: 'b' }), aClusterNode({ name: 'a' })];
    const plans = [nodes, nodes.toReversed()].map((order) =>
      planAttachments(anIntentInput({ nodes: order, attachments: [attached] })),
    );
    expect(plans.map((plan) => plan.keeps.map(({ wish }) => wish.node.name))).toEqual([['a'], ['a']]);
  });
});

describe('a node that is about to go', () => {
  const going = [aClusterNode({ isGoing: true })];

  it('gets nothing new and raises no problem', () => {
    expect(planAttachments(anIntentInput({ nodes: going }))).toMatchObject({
      creates: [],
      desiredAttachments: 0,
    });
    expect(planAttachments(anIntentInput({ nodes: going, subnets: [] })).problems).toEqual([]);
    expect(planAttachments(anIntentInput({ nodes: going, instances: new Map() })).problems).toEqual([]);
  });

  it('keeps what it has without getting the rest', () => {
    const plan = planAttachments(anIntentInput({ ...twoSubnets, nodes: going, attachments: [attached] }));
    expect(plan.keeps).toHaveLength(1);
    expect(plan).toMatchObject({ creates: [], releases: [], problems: [], desiredAttachments: 1 });
  });

  it('does not make the NodeENI stalled over an entry that it would not get anyway', () => {
    const input = { ...twoSubnets, subnets: [aSubnet()], nodes: going, attachments: [attached] };
    expect(planAttachments(anIntentInput(input)).problems).toEqual([]);
    expect(reasons(planAttachments(anIntentInput({ ...input, nodes: [aClusterNode()] })))).toEqual([
      ['node-1', 'SubnetNotFound'],
    ]);
  });
});

describe('an attachment that is being released', () => {
  const releasing = anExistingAttachment({ isReleasing: true });

  it('runs to its end before another is made for the same subnet entry', () => {
    const plan = planAttachments(anIntentInput({ attachments: [releasing] }));
    expect(plan).toMatchObject({ creates: [], keeps: [], releases: [], unmarks: [], desiredAttachments: 1 });
    expect(wished(planAttachments(anIntentInput()))).toEqual([['node-1', 'subnet-a', 2]]);
  });

  it('does not keep another instance of the same node name waiting', () => {
    const attachments = [anExistingAttachment({ isReleasing: true, instanceId: 'i-old' })];
    expect(wished(planAttachments(anIntentInput({ attachments })))).toEqual([['node-1', 'subnet-a', 2]]);
  });
});

describe('subnet list edits', () => {
  it('give a new last entry the next index and move nothing', () => {
    const plan = planAttachments(anIntentInput({ ...twoSubnets, attachments: [attached] }));
    expect(wished(plan)).toEqual([['node-1', 'subnet-a2', 3]]);
    expect(plan.keeps.map(({ wish }) => wish.choice.deviceIndex)).toEqual([2]);
  });

  it('release an entry that left at the end at once, and only that', () => {
    const second = anExistingAttachment({
      uid: 'uid-2',
      slotKey: 'id/subnet-a2',
      subnetId: 'subnet-a2',
      deviceIndex: 3,
    });
    const plan = planAttachments(anIntentInput({ attachments: [attached, second] }));
    expect(plan.releases).toEqual([{ attachment: second, cause: 'id/subnet-a2 left the subnet list' }]);
    expect(plan.keeps.map(({ attachment }) => attachment)).toEqual([attached]);
  });
});

describe('deleting the NodeENI', () => {
  it('releases everything at once and wants nothing', () => {
    const elsewhere = anExistingAttachment({ uid: 'uid-2', instanceId: 'i-2', nodeName: 'gone' });
    const plan = planAttachments(anIntentInput({ isDeleting: true, attachments: [attached, elsewhere] }));
    expect(plan.releases.map(({ attachment }) => attachment)).toEqual([attached, elsewhere]);
    expect(plan).toMatchObject({
      creates: [],
      keeps: [],
      marksUnwanted: [],
      problems: [],
      desiredAttachments: 0,
    });
  });
});
