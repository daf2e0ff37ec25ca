import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { kubectl } from './component-cluster.ts';
import { apiServerPort } from './component-transport.ts';
import { type DaemonProcess, startDaemonProcess } from './daemon-process.ts';
import { createNamespace } from './network-namespace.ts';
import { createNodeNamespace, NODE_ADDRESS, type NodeNamespace } from './node-namespace.ts';
import { type OperatorProcess, startOperatorProcess } from './operator-process.ts';
import { createOperatorWorld, type OperatorWorld, type WorldNode } from './operator-world.ts';
import { type SimulatorServer, startSimulatorProcess } from './simulator-server.ts';
import { kubeconfigPath } from './shared-control-plane.ts';

/** A node whose links are real. */
export interface PluggedNode extends WorldNode {
  readonly namespace: NodeNamespace;
  /** Everything that the kernel's network of the node is: links, addresses, routes of all tables, rules, sysctls. */
  snapshot(): Promise<string>;
  /** Starts the built daemon there; {@link PluggedWorld.close} ends it. */
  startDaemon(): Promise<DaemonProcess>;
}

/** A cluster over the built simulator, whose ENIs appear as links in the namespaces of their nodes. */
export interface PluggedWorld {
  readonly world: OperatorWorld;
  readonly simulator: SimulatorServer;
  readonly nodes: readonly PluggedNode[];
  /** Starts the built operator; {@link PluggedWorld.close} ends it. */
  startOperator(flags: readonly string[]): Promise<OperatorProcess>;
  close(): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..');

const SHOWN = [
  '-o -d link show',
  '-o address show',
  '-4 route show table all',
  '-6 route show table all',
  '-4 rule show',
  '-6 rule show',
] as const;

/** A link that was up once keeps the queueing discipline that it got then. */
async function snapshotOf(node: NodeNamespace): Promise<string> {
  const isSettled = (): true | undefined =>
    node.ip('-6 -o address show').includes('tentative') ? undefined : true;
  await waitUntil(isSettled, { what: 'addresses that are no longer tentative', deadlineMs: 10_000 });
  const sysctls = 'grep -H . /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/ipv6/conf/*/accept_ra';
  return [...SHOWN.map((line) => node.ip(line)), node.exec('sh', ['-c', sysctls])]
    .join('\n')
    .replaceAll(/ qdisc \S+/g, '');
}

async function setAddress(name: string): Promise<void> {
  const status = { addresses: [{ type: 'InternalIP', address: NODE_ADDRESS }] };
  const patch = JSON.stringify({ status });
  await kubectl(['patch', 'node', name, '--subresource=status', '--type=merge', '-p', patch]);
}

/** Makes such a world, of one zone with two subnets besides that of the nodes, `user` and `control`. */
export async function createPluggedWorld(nodesPerZone: number): Promise<PluggedWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'plugged-'));
  const nodesFile = join(directory, 'nodes.json');
  const vpc = createNamespace('vpc');
  const hook = JSON.stringify([
    process.execPath,
    join(root, 'hack', 'plug-veth', 'main.ts'),
    nodesFile,
    vpc.name,
  ]);
  writeFileSync(nodesFile, '{}');
  const simulator = await startSimulatorProcess(join(root, 'dist', 'ec2-simulator.js'), [
    '--set=detachLatency=1500-1500',
    '--attach-hook',
    hook,
    '--detach-hook',
    hook,
  ]);
  const world = await createOperatorWorld(simulator.url, {
    zones: ['us-east-1a'],
    nodesPerZone,
    instanceType: 'm5.xlarge',
    tenantSubnetNames: ['user', 'control'],
  });
  const processes: { stop(): Promise<void> }[] = [];
  const apiPort = await apiServerPort(kubeconfigPath());
  const nodes: PluggedNode[] = [];
  for (const node of world.nodes) {
    const namespace = await createNodeNamespace(apiPort);
    await setAddress(node.name);
    nodes.push({
      ...node,
      namespace,
      snapshot: () => snapshotOf(namespace),
      async startDaemon() {
        const kubeconfig = kubeconfigPath();
        const daemon = await startDaemonProcess({ kubeconfig, nodeName: node.name, node: namespace });
        processes.push(daemon);
        return daemon;
      },
    });
  }
  const names = nodes.map(({ instanceId, namespace }) => [instanceId, namespace.name]);
  writeFileSync(nodesFile, JSON.stringify(Object.fromEntries(names)));
  return {
    world,
    simulator,
    nodes,
    async startOperator(flags) {
      const operator = await startOperatorProcess({
        kubeconfig: kubeconfigPath(),
        ec2Endpoint: simulator.url,
        flags: ['--pod-namespace=default', '--lease-name=operator-of-plugged-nodes', ...flags],
      });
      processes.push(operator);
      return operator;
    },
    async close() {
      await Promise.all(processes.map((process) => process.stop()));
      await world.close();
      await simulator.close();
      await Promise.all(nodes.map(({ namespace }) => namespace.close()));
      vpc.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
