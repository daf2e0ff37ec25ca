import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { KindTools } from './kind-tools.ts';

/** What the simulator tells its hooks (docs/simulator.md). */
interface AttachmentNotice {
  readonly EVENT: 'attached' | 'detached';
  readonly INSTANCE_ID: string;
  readonly ENI_ID: string;
  readonly MAC: string;
  readonly DEVICE_INDEX: string;
  readonly SUBNET_ID: string;
}

/** The network that the ENIs of a simulated VPC are plugged into. */
export interface EniFabric {
  /** Where the simulator reports attachments to: its `--attach-hook` and `--detach-hook`. */
  readonly hookUrl: string;
  /** How many frames were dropped, because their source is not the MAC address of the ENI that they came from. */
  readonly droppedFrames: () => Promise<number>;
  /** Ends the server and unplugs everything. */
  readonly close: () => Promise<void>;
}

/** What the fabric works with. */
export interface EniFabricOptions {
  readonly tools: KindTools;
  /** Name of the network namespace of its own, in which it is. */
  readonly namespace: string;
  /** The container that stands for an instance; undefined for instances that are no nodes. */
  readonly containerOf: (instanceId: string) => string | undefined;
}

// As an ENI carries in a VPC.
const MTU = '9001';
/** Links have at most 15 characters; the end of an id tells ENIs and subnets apart. */
const ID_LENGTH = 12;

const FILTER = `
table bridge vpc {
  set enis { type ifname . ether_addr; }
  counter foreign {}
  chain from-nodes {
    type filter hook prerouting priority 0; policy accept;
    iifname . ether saddr @enis accept
    iifname "eni*" counter name foreign drop
  }
}`;

function portOf(eniId: string): string {
  return `eni${eniId.slice(-ID_LENGTH)}`;
}

/**
 * Makes a namespace with a bridge for each subnet. An ENI that is attached becomes a veth with its MAC address in the node,
 * down and without a name that would tell what it is; its other end is a port of the subnet's bridge. As in a VPC, frames
 * pass only from the MAC address of the ENI.
 */
export async function createEniFabric(options: EniFabricOptions): Promise<EniFabric> {
  const { tools, namespace } = options;
  // That of a run which was killed.
  await tools.run('ip', ['netns', 'delete', namespace]);
  await tools.mustRun('ip', ['netns', 'add', namespace]);
  await inFabric(options, ['nft', '-f', '-'], FILTER);
  const server = createServer((request, response) => {
    const handle = async (): Promise<void> => {
      const notice: AttachmentNotice = JSON.parse(await text(request));
      await (notice.EVENT === 'attached' ? plug(options, notice) : unplug(options, notice));
    };
    handle().then(
      () => response.writeHead(204).end(),
      (error: unknown) => {
        console.error('the ENI is not plugged', error);
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has such an address.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  return {
    hookUrl: `http://127.0.0.1:${port}/`,
    droppedFrames: async () => {
      const reply = await inFabric(options, ['nft', '-j', 'list', 'counter', 'bridge', 'vpc', 'foreign']);
      const { nftables }: { readonly nftables: readonly { counter?: { packets: number } }[] } =
        JSON.parse(reply);
      return nftables.find(({ counter }) => counter !== undefined)?.counter?.packets ?? 0;
    },
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await tools.mustRun('ip', ['netns', 'delete', namespace]);
    },
  };
}

async function inFabric(
  { tools, namespace }: EniFabricOptions,
  [...command]: readonly string[],
  stdin = '',
): Promise<string> {
  return tools.mustRun('ip', ['netns', 'exec', namespace, ...command], { stdin });
}

/** Several commands of ip(8) in the fabric. */
async function ip(options: EniFabricOptions, commands: readonly string[]): Promise<void> {
  await inFabric(options, ['ip', '-batch', '-'], commands.join('\n'));
}

async function hasLink({ tools, namespace }: EniFabricOptions, name: string): Promise<boolean> {
  return (await tools.run('ip', ['-netns', namespace, 'link', 'show', name])).exitCode === 0;
}

async function bridgeOf(options: EniFabricOptions, subnetId: string): Promise<string> {
  const bridge = `net${subnetId.slice(-ID_LENGTH)}`;
  if (!(await hasLink(options, bridge))) {
    await ip(options, [`link add ${bridge} mtu ${MTU} type bridge`, `link set ${bridge} up`]);
  }
  return bridge;
}

async function plug(options: EniFabricOptions, notice: AttachmentNotice): Promise<void> {
  const container = options.containerOf(notice.INSTANCE_ID);
  // The primary interface is the node's own.
  if (container === undefined || notice.DEVICE_INDEX === '0') return;
  const pid = await options.tools.mustRun('docker', ['inspect', '--format', '{{.State.Pid}}', container]);
  const bridge = await bridgeOf(options, notice.SUBNET_ID);
  const port = portOf(notice.ENI_ID);
  const { MAC } = notice;
  await inFabric(options, ['nft', 'add', 'element', 'bridge', 'vpc', 'enis', `{ "${port}" . ${MAC} }`]);
  await ip(options, [
    `link add ${port} mtu ${MTU} type veth peer name en${notice.ENI_ID.slice(-ID_LENGTH)} address ${MAC} netns ${pid.trim()}`,
    `link set ${port} master ${bridge} up`,
  ]);
}

/** Wherever the other end is, in the node or in a pod, it goes along. */
async function unplug(options: EniFabricOptions, notice: AttachmentNotice): Promise<void> {
  const port = portOf(notice.ENI_ID);
  if (!(await hasLink(options, port))) return;
  await ip(options, [`link delete ${port}`]);
  await inFabric(options, [
    'nft',
    'delete',
    'element',
    'bridge',
    'vpc',
    'enis',
    `{ "${port}" . ${notice.MAC} }`,
  ]);
}
