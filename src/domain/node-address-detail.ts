import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { amount } from './amount.ts';
import type { ConditionState } from './conditions.ts';
import { nameSome } from './name-some.ts';

/** A Node whose first InternalIP is an address of an ENI of ours. */
export interface NodeAddress {
  readonly nodeName: string;
  readonly message: string;
}

/**
 * The Nodes that are reached by an address of an ENI, as it happens where the kubelet or the cloud provider orders the
 * addresses of several interfaces anew: logs, exec and probes then go by an interface that may be detached any time.
 */
export function addressesOfNodes(
  attachments: readonly NodeENIAttachment[],
  internalAddressOf: (instanceId: string) => string | undefined,
): NodeAddress[] {
  return attachments.flatMap(({ spec, status }) => {
    const address = internalAddressOf(spec.instanceID);
    const { privateIPAddress, secondaryPrivateIPAddresses = [], ipv6Addresses = [] } = status;
    const own = [privateIPAddress, ...secondaryPrivateIPAddresses, ...ipv6Addresses];
    if (address === undefined || !own.includes(address)) return [];
    const { eniID = 'the ENI' } = status;
    const message = `${address} of ${eniID} is the Node's first InternalIP: set the kubelet's --node-ip`;
    return [{ nodeName: spec.nodeName, message }];
  });
}

/** The detail of a NodeENI; empty where no Node is concerned. */
export function nodeAddressDetail(addresses: readonly NodeAddress[]): ConditionState[] {
  const [first] = addresses.toSorted((a, b) => a.nodeName.localeCompare(b.nodeName));
  if (first === undefined) return [];
  const names = nameSome(addresses.map(({ nodeName }) => nodeName));
  const message = `${amount(addresses.length, 'node')} (${names}): ${first.message}`;
  return [{ type: 'NodeAddressFromENI', status: 'True', reason: 'NodeAddressFromENI', message }];
}
