import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ZONE_LABEL } from '../../../api/v1alpha1/names.ts';
import type { CommandResult } from '../../../hack/control-plane/run-command.ts';
import { waitUntil } from '../../../hack/control-plane/wait-until.ts';
import type { Addon, KindTools } from './kind-tools.ts';

/** An instance that a node of the cluster is to be. */
export interface NodeInstance {
  readonly instanceId: string;
  readonly zone: string;
}

/** A node of a kind cluster: a container, whose name is also that of the Node. */
export interface KindNode extends NodeInstance {
  readonly name: string;
}

/** A kind cluster. */
export interface KindCluster {
  readonly name: string;
  /** The control plane first. */
  readonly nodes: readonly KindNode[];
  /** Runs kubectl and leaves judging the result to the caller. */
  readonly tryKubectl: (args: readonly string[], stdin?: string) => Promise<CommandResult>;
  /** Runs kubectl and returns standard output. @throws Error with kubectl's own words when it fails. */
  readonly kubectl: (args: readonly string[], stdin?: string) => Promise<string>;
  /** Runs a program on a node. @throws Error with its own words when it fails. */
  readonly onNode: (node: string, command: readonly string[]) => Promise<string>;
  /** Puts images that docker has on every node. */
  readonly loadImages: (names: readonly string[]) => Promise<void>;
  /** Installs something and waits until it serves. */
  readonly install: (addon: Addon) => Promise<void>;
  readonly delete: () => Promise<void>;
}

/** What cluster to make. */
export interface KindClusterOptions {
  readonly tools: KindTools;
  readonly name: string;
  /** The instances that the nodes are, the control plane first. */
  readonly instances: readonly NodeInstance[];
  /** For the kubeconfig. */
  readonly dir: string;
}

const NETWORK = 'kind';

/** Names of the nodes as kind gives them, and so of their containers. */
export function nodesOf(cluster: string, instances: readonly NodeInstance[]): readonly KindNode[] {
  return instances.map((instance, index) => {
    const role = index === 0 ? 'control-plane' : `worker${index === 1 ? '' : String(index)}`;
    return { ...instance, name: `${cluster}-${role}` };
  });
}

/**
 * What kind is told of a node. The kubelet's flag decides on `spec.providerID`; its place in the configuration depends on
 * the version of kubeadm's API.
 */
function nodeConfig({ instanceId, zone }: NodeInstance, index: number): object {
  const value = `aws:///${zone}/${instanceId}`;
  const patches = ['InitConfiguration', 'JoinConfiguration'].flatMap((kind) => [
    {
      group: 'kubeadm.k8s.io',
      version: 'v1beta3',
      kind,
      patch: stringify([{ op: 'replace', path: '/nodeRegistration/kubeletExtraArgs/provider-id', value }]),
    },
    {
      group: 'kubeadm.k8s.io',
      version: 'v1beta4',
      kind,
      patch: stringify([
        { op: 'test', path: '/nodeRegistration/kubeletExtraArgs/1/name', value: 'provider-id' },
        { op: 'replace', path: '/nodeRegistration/kubeletExtraArgs/1/value', value },
      ]),
    },
  ]);
  return {
    role: index === 0 ? 'control-plane' : 'worker',
    labels: { [ZONE_LABEL]: zone },
    kubeadmConfigPatchesJSON6902: patches,
  };
}

/**
 * Address of the machine on the network of kind's nodes, which pods reach too.
 * @throws Error when docker does not do as told.
 */
export async function kindGateway(tools: KindTools): Promise<string> {
  const inspect = ['network', 'inspect', '--format', '{{json .IPAM.Config}}', NETWORK];
  if ((await tools.run('docker', inspect)).exitCode !== 0) {
    // kind takes a network of that name if there is one.
    await tools.mustRun('docker', ['network', 'create', '--driver', 'bridge', NETWORK]);
  }
  const configs: readonly { readonly Gateway?: string }[] = JSON.parse(
    await tools.mustRun('docker', inspect),
  );
  const gateway = configs.map(({ Gateway }) => Gateway).find((address) => address?.includes('.'));
  if (gateway === undefined) throw new Error(`docker's network ${NETWORK} has no IPv4 gateway`);
  return gateway;
}

/**
 * Creates a cluster whose nodes are EC2 instances by their providerID, and waits until they are Ready. One of the same name
 * is replaced.
 * @throws Error with kind's own words when it fails.
 */
export async function createKindCluster(options: KindClusterOptions): Promise<KindCluster> {
  const { tools, name, instances, dir } = options;
  const kubeconfig = join(dir, 'kubeconfig');
  const configPath = join(dir, 'kind.yaml');
  const image = tools.nodeImage === undefined ? [] : ['--image', tools.nodeImage];
  writeFileSync(
    configPath,
    stringify({ kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4', nodes: instances.map(nodeConfig) }),
  );
  const remove = async (): Promise<void> => {
    await tools.mustRun('kind', ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig]);
  };
  await remove();
  await tools.mustRun('kind', [
    'create',
    'cluster',
    '--wait',
    '180s',
    '--name',
    name,
    '--config',
    configPath,
    '--kubeconfig',
    kubeconfig,
    ...image,
  ]);
  const flags = ['--kubeconfig', kubeconfig, '--cache-dir', join(dir, 'kubectl-cache')];
  const cluster: Pick<KindCluster, 'tryKubectl' | 'kubectl'> = {
    tryKubectl: async (args, stdin = '') => tools.run('kubectl', [...flags, ...args], { stdin }),
    kubectl: async (args, stdin = '') => tools.mustRun('kubectl', [...flags, ...args], { stdin }),
  };
  await cluster.kubectl(['wait', '--for=condition=Ready', 'node', '--all', '--timeout=240s']);
  return {
    ...cluster,
    name,
    nodes: nodesOf(name, instances),
    onNode: async (node, command) => tools.mustRun('docker', ['exec', node, ...command]),
    loadImages: async (names) => {
      await tools.mustRun('kind', ['load', 'docker-image', '--name', name, ...names]);
    },
    install: async (addon) => install({ addon, tools, cluster: name, kubeconfig, kubectl: cluster.kubectl }),
    delete: remove,
  };
}

interface Installation {
  readonly addon: Addon;
  readonly tools: KindTools;
  readonly cluster: string;
  readonly kubeconfig: string;
  readonly kubectl: KindCluster['kubectl'];
}

async function install({ addon, tools, cluster, kubeconfig, kubectl }: Installation): Promise<void> {
  if (tools.offlineTools !== undefined) {
    const script = join(tools.offlineTools, 'addon');
    await tools.mustRun(script, [addon, cluster], { env: { KUBECONFIG: kubeconfig } });
    return;
  }
  const manifests = tools.addonManifests[addon];
  if (manifests === undefined) throw new Error(`no manifests of ${addon} are given`);
  await kubectl(['apply', '--server-side', '-f', manifests]);
  await (addon === 'multus' ? waitForMultus(kubectl) : waitForCertManager(kubectl));
}

async function waitForMultus(kubectl: KindCluster['kubectl']): Promise<void> {
  await kubectl(['rollout', 'status', '-n', 'kube-system', 'daemonset', '--timeout=180s']);
}

const ISSUER = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Issuer',
  metadata: { name: 'tried', namespace: 'default' },
  spec: { selfSigned: {} },
};

/** Its webhook answers a moment after its pods are Ready, once it has a certificate of its own. */
async function waitForCertManager(kubectl: KindCluster['kubectl']): Promise<void> {
  const available = ['wait', '--for=condition=Available', 'deployment', '--all', '--timeout=180s'];
  await kubectl(['-n', 'cert-manager', ...available]);
  await waitUntil(
    async () =>
      kubectl(['apply', '--dry-run=server', '-f', '-'], JSON.stringify(ISSUER)).then(
        () => true,
        () => undefined,
      ),
    { what: 'the webhook of cert-manager', deadlineMs: 120_000, intervalMs: 1_000 },
  );
}
