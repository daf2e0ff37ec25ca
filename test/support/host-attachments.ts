import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { HostWish } from '../../src/domain/host-wish.ts';
import { kubectl } from './component-cluster.ts';
import { NODE_ADDRESS } from './node-namespace.ts';

/** An attachment as the operator leaves it once the ENI is attached. */
export interface AttachedEni {
  readonly name: string;
  readonly nodeName: string;
  readonly macAddress: string;
  readonly deviceIndex: number;
  readonly mtu?: number;
  readonly host?: Partial<HostWish>;
  readonly addresses?: readonly string[];
}

const INSTANCE_ID = 'i-0123456789abcdef0';
const FINALIZER = 'nodeeni.networking.k8s.aws/finalizer';

/** Creates a Node of this name with the address and instance of the node namespace. */
export async function createNode(name: string): Promise<void> {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { providerID: `aws:///us-east-1a/${INSTANCE_ID}` },
  };
  await kubectl(['apply', '-f', '-'], JSON.stringify(node));
  const status = { status: { addresses: [{ type: 'InternalIP', address: NODE_ADDRESS }] } };
  await kubectl([
    'patch',
    'node',
    name,
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify(status),
  ]);
}

/** Creates an attachment with the operator's share of its status. */
export async function createAttachment(eni: AttachedEni): Promise<void> {
  const subnet = `10.0.${eni.deviceIndex}`;
  const manifest = {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENIAttachment',
    metadata: { name: eni.name, finalizers: [FINALIZER] },
    spec: {
      nodeENI: { name: eni.name, uid: '11111111-1111-4111-8111-111111111111' },
      nodeName: eni.nodeName,
      instanceID: INSTANCE_ID,
      zone: 'us-east-1a',
      slot: 'id/subnet-a',
      subnetID: 'subnet-a',
      subnetCIDR: `${subnet}.0/24`,
      securityGroupIDs: ['sg-1'],
      networkCardIndex: 0,
      deviceIndex: eni.deviceIndex,
      deleteOnTermination: true,
      sourceDestCheck: true,
      ...(eni.mtu === undefined ? {} : { mtu: eni.mtu }),
      host: {
        managedBy: 'Daemon',
        addressing: 'None',
        policyRouting: false,
        altName: `ne-${eni.name}`,
        ...eni.host,
      },
    },
  };
  await kubectl(['create', '-f', '-'], JSON.stringify(manifest));
  const [privateIPAddress = `${subnet}.20`, ...secondaryPrivateIPAddresses] = eni.addresses ?? [];
  await patchOperatorStatus(eni.name, {
    eniID: `eni-${eni.deviceIndex}`,
    macAddress: eni.macAddress,
    privateIPAddress,
    ...(secondaryPrivateIPAddresses.length > 0 ? { secondaryPrivateIPAddresses } : {}),
    conditions: [aStoredCondition('Attached', 'True')],
  });
}

/** A condition as the operator writes it. */
export function aStoredCondition(type: string, status: 'True' | 'False'): Readonly<Record<string, unknown>> {
  return {
    type,
    status,
    reason: type,
    message: '',
    observedGeneration: 1,
    lastTransitionTime: new Date().toISOString(),
  };
}

/** Server-side applies the operator's share of the status. */
export async function patchOperatorStatus(
  name: string,
  status: Readonly<Record<string, unknown>>,
): Promise<void> {
  const body = {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENIAttachment',
    metadata: { name },
    status,
  };
  const flags = ['--server-side', '--subresource=status', '--field-manager=nodeeni-attachment-controller'];
  await kubectl(['apply', ...flags, '--force-conflicts', '-f', '-'], JSON.stringify(body));
}

/** Reads an attachment; undefined when it is gone. */
export async function readAttachment(name: string): Promise<NodeENIAttachment | undefined> {
  const text = await kubectl(['get', 'nea', name, '--ignore-not-found', '-o', 'json']);
  if (text.trim() === '') return undefined;
  const stored: NodeENIAttachment = JSON.parse(text);
  return stored;
}

/** Status and reason of a condition, `True/Configured`; empty while it is not there. */
export async function conditionOf(name: string, type: string): Promise<string> {
  const conditions = (await readAttachment(name))?.status.conditions ?? [];
  const condition = conditions.find((one) => one.type === type);
  return condition === undefined ? '' : `${condition.status}/${condition.reason}`;
}
