import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNamespace, type NetworkNamespace } from './network-namespace.ts';

/** A network namespace that stands for a node: a primary link, and the API server at its usual loopback port. */
export interface NodeNamespace extends NetworkNamespace {
  /** Folder of the node's own files. */
  readonly directory: string;
  /** Adds a link with a MAC address, as an attach does, and the end that stands for the VPC. */
  plug(link: { readonly name: string; readonly macAddress: string }): void;
  unplug(name: string): void;
  close(): Promise<void>;
}

/** The node's InternalIP. */
export const NODE_ADDRESS = '10.0.1.10';

/** Makes a node that reaches a loopback port of this machine, and nothing else. */
export async function createNodeNamespace(apiPort: number): Promise<NodeNamespace> {
  const namespace = createNamespace('node');
  const directory = mkdtempSync(join(tmpdir(), 'node-'));
  const socket = join(directory, 'api.sock');
  const server = createServer((inner) => {
    const outer = connect(apiPort, '127.0.0.1');
    inner.pipe(outer).pipe(inner);
    inner.on('error', () => outer.destroy());
    outer.on('error', () => inner.destroy());
  });
  server.listen(socket);
  await once(server, 'listening');
  const forwarder = spawn(
    'ip',
    [
      'netns',
      'exec',
      namespace.name,
      process.execPath,
      join(import.meta.dirname, 'namespace-forwarder.ts'),
      String(apiPort),
      socket,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(forwarder.stdout, 'data');
  namespace.ip('link add ens5 address 02:00:00:00:00:01 type veth peer name vpc-ens5');
  for (const link of ['ens5', 'vpc-ens5']) namespace.ip(`link set ${link} up`);
  namespace.ip(`addr add ${NODE_ADDRESS}/24 dev ens5`);
  namespace.ip('route add default via 10.0.1.1 dev ens5');
  return {
    ...namespace,
    directory,
    plug({ name, macAddress }) {
      namespace.ip(`link add ${name} address ${macAddress} type veth peer name vpc-${name}`);
      namespace.ip(`link set vpc-${name} up`);
    },
    unplug: (name) => {
      namespace.ip(`link del ${name}`);
    },
    async close() {
      forwarder.kill('SIGKILL');
      await once(forwarder, 'exit');
      await new Promise((resolve) => {
        server.close(resolve);
      });
      namespace.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
