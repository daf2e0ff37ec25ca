import { POD_IMAGE } from './images.ts';
import type { KindCluster } from './kind-cluster.ts';

/** A pod with an interface of the ENI network. */
export interface NetworkedPod {
  readonly name: string;
  readonly node: string;
  /** Name of the NetworkAttachmentDefinition. */
  readonly network: string;
  /** That of the ENI, with the length of the subnet: a VPC delivers no other. */
  readonly address: string;
}

const PORT = 8080;
const INTERFACE = 'net1';
const ANSWER_MS = 5_000;

/** A NetworkAttachmentDefinition whose addresses pods name. */
export function networkDefinition(name: string, plugin: object): object {
  return {
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: { name, namespace: 'default' },
    spec: {
      config: JSON.stringify({
        cniVersion: '0.3.1',
        name,
        capabilities: { ips: true },
        ipam: { type: 'static' },
        ...plugin,
      }),
    },
  };
}

/** A pod that tells its name to whoever asks by HTTP. */
function podManifest({ name, node, network, address }: NetworkedPod): object {
  const networks = [{ name: network, interface: INTERFACE, ips: [address] }];
  const server = `require('http').createServer((_, reply) => reply.end('${name}')).listen(${PORT})`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      labels: { app: 'user-plane' },
      annotations: { 'k8s.v1.cni.cncf.io/networks': JSON.stringify(networks) },
    },
    spec: {
      nodeSelector: { 'kubernetes.io/hostname': node },
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'server', image: POD_IMAGE, command: ['/usr/local/bin/node', '-e', server] }],
    },
  };
}

/** Creates pods and waits until they are Ready. @throws Error with what the kubelet says when one is not. */
export async function startPods(
  { kubectl, tryKubectl }: KindCluster,
  pods: readonly NetworkedPod[],
): Promise<void> {
  const items = pods.map(podManifest);
  await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const names = pods.map(({ name }) => `pod/${name}`);
  const waited = await tryKubectl(['wait', '--for=condition=Ready', '--timeout=120s', ...names]);
  if (waited.exitCode === 0) return;
  const { stdout } = await tryKubectl(['describe', ...names]);
  throw new Error(`${waited.stderr.trim()}\n${stdout}`);
}

/** Deletes pods and waits until they are gone. */
export async function deletePods({ kubectl }: KindCluster, pods: readonly NetworkedPod[]): Promise<void> {
  await kubectl(['delete', ...pods.map(({ name }) => `pod/${name}`), '--timeout=120s']);
}

/** What a pod hears when it asks another one over the ENI network; empty when nobody answers. */
export async function ask(
  { tryKubectl }: KindCluster,
  from: NetworkedPod,
  { address }: NetworkedPod,
): Promise<string> {
  const url = `http://${addressOf(address)}:${PORT}/`;
  const client = `fetch('${url}', { signal: AbortSignal.timeout(${ANSWER_MS}) }).then(async (reply) => process.stdout.write(await reply.text()))`;
  const { stdout } = await tryKubectl(['exec', from.name, '--', '/usr/local/bin/node', '-e', client]);
  return stdout;
}

/** A link as `ip -json` tells of it. */
export interface Link {
  readonly ifname: string;
  readonly address: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly altnames?: readonly string[];
}

/** The pod's interface of the ENI network. */
export async function linkOfPod({ kubectl }: KindCluster, { name }: NetworkedPod): Promise<Link | undefined> {
  const text = await kubectl(['exec', name, '--', 'ip', '-json', 'link', 'show', 'dev', INTERFACE]);
  const [link]: readonly Link[] = JSON.parse(text);
  return link;
}

/** Through which interface the pod reaches another one's address. */
export async function deviceTowards(
  { kubectl }: KindCluster,
  from: NetworkedPod,
  { address }: NetworkedPod,
): Promise<string | undefined> {
  const text = await kubectl(['exec', from.name, '--', 'ip', '-json', 'route', 'get', addressOf(address)]);
  const [route]: readonly { readonly dev: string }[] = JSON.parse(text);
  return route?.dev;
}

function addressOf(withLength: string): string {
  return withLength.replace(/\/\d+$/, '');
}
