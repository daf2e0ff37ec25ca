import { describe, expect, it } from 'vitest';
import { FINALIZER } from '../../api/v1alpha1/names.ts';
import { aClusterNode } from '../../test/builders/cluster-node.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { aReadyAttachment } from '../../test/builders/node-eni-attachment.ts';
import { engineWorld } from '../../test/support/engine-world.ts';
import { addressesOfNodes, nodeAddressDetail } from './node-address-detail.ts';

const attachment = aReadyAttachment({
  status: {
    observedGeneration: 1,
    eniID: 'eni-0a',
    privateIPAddress: '10.0.2.20',
    secondaryPrivateIPAddresses: ['10.0.2.21'],
  },
});

describe('a Node that is reached by an address of an ENI', () => {
  it.each(['10.0.2.20', '10.0.2.21'])('is found by %s', (address) => {
    expect(addressesOfNodes([attachment], () => address)).toMatchObject([{ nodeName: 'node-1' }]);
  });

  it('is none that has another address first, or none', () => {
    expect(addressesOfNodes([attachment], () => '10.0.0.5')).toEqual([]);
    expect(addressesOfNodes([attachment], () => undefined)).toEqual([]);
    expect(nodeAddressDetail([])).toEqual([]);
  });

  it('is told once as an event, and as a detail for as long as it lasts, beside Ready', async () => {
    const world = engineWorld();
    world.cluster.putNodeEni(aNodeEni({}, { finalizers: [FINALIZER] }));
    world.start({ nodeEnis: true });
    await world.clock.advance(30_000);
    const [made] = world.cluster.caches.attachments.list();
    const internalAddress = made?.status.privateIPAddress ?? '';
    expect(internalAddress).not.toBe('');
    const types = (): string[] =>
      (world.cluster.nodeEni('tenant-a').status.conditions ?? []).map(
        ({ type, status }) => `${type}=${status}`,
      );
    world.cluster.putNode(aClusterNode({ internalAddress }));
    await world.clock.advance(5_000);
    expect(types()).toEqual(['Ready=True', 'NodeAddressFromENI=True']);
    await world.clock.advance(600_000);
    const told = world.cluster.events.filter(({ reason }) => reason === 'NodeAddressFromENI');
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toContain(
      `${internalAddress} of ${made?.status.eniID} is the Node's first InternalIP`,
    );
    world.cluster.putNode(aClusterNode({ internalAddress: '10.9.9.9' }));
    await world.clock.advance(5_000);
    expect(types()).toEqual(['Ready=True']);
  });
});
