import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import {
  FINALIZER,
  LEADER_LEASE_NAME,
  REFERENCE_MANAGED_BY,
  REFERENCE_TAGS,
} from '../../api/v1alpha1/names.ts';
import { createLeaseStore } from '../../src/adapters/kubernetes/lease-store.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { delay } from '../../src/runtime/delay.ts';
import { kubectl } from './component-cluster.ts';
import { openComponentTransport } from './component-transport.ts';
import type { OperatorWorld, WorldNode } from './operator-world.ts';
import { present } from './seed-ec2.ts';

/** The Lease that the reference controller holds, in the namespace of the tests. */
export const REFERENCE_LEASE: { readonly namespace: string; readonly name: string } = {
  namespace: 'default',
  name: LEADER_LEASE_NAME,
};

/** An ENI that the reference controller attached. */
export interface ReferenceEni {
  readonly eniId: string;
  readonly attachmentId: string;
  readonly node: WorldNode;
  readonly subnetId: string;
  readonly deviceIndex: number;
}

/** An ENI as it is made by others: in a tenant's subnet, with any tags, free. */
export async function makeEni(
  world: OperatorWorld,
  subnetId: string,
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  const { NetworkInterface: made } = await world.ec2.send(
    new CreateNetworkInterfaceCommand({
      SubnetId: subnetId,
      Groups: [world.seed.securityGroupId],
      Description: 'made by the earlier controller',
      TagSpecifications: [
        {
          ResourceType: 'network-interface',
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    }),
  );
  return present(made?.NetworkInterfaceId, 'ENI id');
}

/** Tags of the reference for a NodeENI, a node and a subnet. */
export function tagsOfReference(nodeEni: string, nodeName: string, subnetId: string): Record<string, string> {
  return {
    Name: `nodeeni-${nodeEni}-${nodeName}-${subnetId.slice(-8)}`,
    [REFERENCE_TAGS.nodeEni]: nodeEni,
    [REFERENCE_TAGS.node]: nodeName,
    [REFERENCE_TAGS.subnet]: subnetId,
    [REFERENCE_TAGS.managedBy]: REFERENCE_MANAGED_BY,
    'node.k8s.amazonaws.com/no_manage': 'true',
  };
}

/** Makes and attaches an ENI the way the reference does: create, attach, set deleteOnTermination. */
export async function attachAsReference(
  world: OperatorWorld,
  nodeEni: string,
  at: { readonly node: WorldNode; readonly subnetName: string; readonly deviceIndex: number },
): Promise<ReferenceEni> {
  const { node, deviceIndex } = at;
  const subnetId = world.subnet(node.zone, at.subnetName);
  const eniId = await makeEni(world, subnetId, tagsOfReference(nodeEni, node.name, subnetId));
  const reply = await world.ec2.send(
    new AttachNetworkInterfaceCommand({
      NetworkInterfaceId: eniId,
      InstanceId: node.instanceId,
      DeviceIndex: deviceIndex,
    }),
  );
  const attachmentId = present(reply.AttachmentId, 'attachment id');
  await world.ec2.send(
    new ModifyNetworkInterfaceAttributeCommand({
      NetworkInterfaceId: eniId,
      Attachment: { AttachmentId: attachmentId, DeleteOnTermination: true },
    }),
  );
  return { eniId, attachmentId, node, subnetId, deviceIndex };
}

/** Stores a NodeENI as the reference leaves it: with its finalizer and a status in its format. */
export async function storeAsReference(
  name: string,
  spec: Readonly<Record<string, unknown>>,
  enis: readonly ReferenceEni[],
): Promise<void> {
  const identity = { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'NodeENI' };
  const object = { ...identity, metadata: { name, finalizers: [FINALIZER] }, spec };
  await kubectl(['apply', '-f', '-'], JSON.stringify(object));
  const attachments = enis.map(({ eniId, attachmentId, node, subnetId, deviceIndex }) => ({
    nodeID: node.name,
    instanceID: node.instanceId,
    eniID: eniId,
    attachmentID: attachmentId,
    subnetID: subnetId,
    subnetCIDR: '10.0.16.0/20',
    deviceIndex,
    status: 'attached',
    lastUpdated: '2026-01-01T00:00:00Z',
  }));
  const patch = JSON.stringify({ status: { attachments } });
  await kubectl(['patch', 'nodeeni', name, '--subresource=status', '--type=merge', `--patch=${patch}`]);
}

/** Tags of an ENI as the SDK shows it. */
export function tagsOf(eni: NetworkInterface | undefined): Record<string, string> {
  return Object.fromEntries((eni?.TagSet ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** Who holds the Lease. */
export async function holderOfLease(): Promise<string> {
  const { namespace, name } = REFERENCE_LEASE;
  return kubectl(['get', 'lease', '-n', namespace, name, '--output=jsonpath={.spec.holderIdentity}']);
}

/** A process that holds the Lease of the reference and renews it. */
export interface ReferenceLeader {
  readonly identity: string;
  readonly renewals: () => number;
  /** Ends it like a crash: the Lease stays as it is. */
  stop(): Promise<void>;
}

/** The time as Lease fields want it. */
function now(): string {
  return new Date().toISOString().replace('Z', '000Z');
}

const RENEW_MS = 300;

/** Takes the Lease of the reference; `leaseDurationSeconds` is how long it is respected after its end. */
export async function startReferenceLeader(leaseDurationSeconds: number): Promise<ReferenceLeader> {
  const transport = openComponentTransport();
  const store = createLeaseStore({ transport, ...REFERENCE_LEASE });
  const identity = 'eni-controller-5d7c9_0f3b';
  const stopping = new AbortController();
  const { signal } = stopping;
  const first = { holderIdentity: identity, leaseDurationSeconds, acquireTime: now(), leaseTransitions: 0 };
  let lease = await store.create({ ...first, renewTime: now() }, signal);
  let renewals = 0;
  const renewing = (async () => {
    while (!signal.aborted) {
      await delay(systemClock, RENEW_MS, signal);
      if (signal.aborted) break;
      // A Lease that somebody else wrote fails here, and with it the test.
      lease = await store.update(
        lease.resourceVersion,
        { ...first, renewTime: now() },
        new AbortController().signal,
      );
      renewals += 1;
    }
  })();
  return {
    identity,
    renewals: () => renewals,
    async stop() {
      stopping.abort();
      await renewing;
      await transport.close();
    },
  };
}
