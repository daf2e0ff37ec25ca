import {
  createMacvlanNetwork,
  installNetworkDefinitions,
  uninstallNetworkDefinitions,
} from './network-pods.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from './operator-world.ts';
import { startSimulatorInProcess } from './simulator-server.ts';

/** NodeENI whose link the network is on. */
export const NETWORK_NODE_ENI = 'upf';
/** NetworkAttachmentDefinition of that network. */
export const NETWORK = 'n3';

/** One node, and a network for its pods on the ENI of the NodeENI {@link NETWORK_NODE_ENI}, which is not there yet. */
export interface NetworkWorld {
  readonly world: OperatorWorld;
  readonly applyNodeEni: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts a simulator, and makes the node and the network. */
export async function createNetworkWorld(): Promise<NetworkWorld> {
  const simulator = await startSimulatorInProcess({ profile: 'instant' });
  const world = await createOperatorWorld(simulator.url, {
    zones: ['us-east-1a'],
    nodesPerZone: 1,
    instanceType: 'm5.xlarge',
    tenantSubnetNames: ['user'],
  });
  await installNetworkDefinitions();
  await createMacvlanNetwork(NETWORK, `ne-${NETWORK_NODE_ENI}`);
  return {
    world,
    applyNodeEni: () =>
      world.applyNodeEni(NETWORK_NODE_ENI, {
        nodeSelector: NODE_LABELS,
        subnetName: 'user',
        securityGroupIDs: [world.seed.securityGroupId],
      }),
    close: async () => {
      await world.close();
      await uninstallNetworkDefinitions();
      await simulator.close();
    },
  };
}
