import { createNamespace, type NetworkNamespace } from './network-namespace.ts';
import type { NodeNamespace } from './node-namespace.ts';

/** A namespace that stands for the VPC: the other end of a node's links, their routers, and a host far away. */
export interface VpcRouter extends NetworkNamespace {
  /** Bytes that the node sent by the link so far. */
  receivedBytes(link: string): number;
  /** Makes the host far away read everything that a TCP port of the node sends. @returns how many bytes came */
  download(address: string, port: number): number;
}

/** An address that is in no subnet of the node. */
const FAR_AWAY = '192.0.2.1';

const CLIENT = `
const [address, port, localAddress] = process.argv.slice(1);
let bytes = 0;
const socket = require('node:net').connect({ host: address, port: Number(port), localAddress });
socket.setTimeout(5000, () => socket.destroy(new Error('no answer')));
socket.on('data', (chunk) => (bytes += chunk.length));
socket.on('error', () => process.exit(1));
socket.on('end', () => process.stdout.write(String(bytes)));
`;

/** Moves the far ends of links out of the node, and gives them the routers' addresses, `LINK=ADDRESS/LENGTH`. */
export function createVpcRouter(node: NodeNamespace, links: Readonly<Record<string, string>>): VpcRouter {
  const router = createNamespace('vpc');
  router.ip(`addr add ${FAR_AWAY}/32 dev lo`);
  for (const [link, address] of Object.entries(links)) {
    node.ip(`link set vpc-${link} netns ${router.name}`);
    router.ip(`addr add ${address} dev vpc-${link}`);
    router.ip(`link set vpc-${link} up`);
  }
  return {
    ...router,
    receivedBytes(link) {
      const shown: readonly { readonly stats64: { readonly rx: { readonly bytes: number } } }[] = JSON.parse(
        router.ip(`-json -s link show dev vpc-${link}`),
      );
      return shown[0]?.stats64.rx.bytes ?? 0;
    },
    download: (address, port) =>
      Number(router.exec(process.execPath, ['-e', CLIENT, address, String(port), FAR_AWAY])),
  };
}
