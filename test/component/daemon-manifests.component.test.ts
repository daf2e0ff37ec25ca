import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { readDaemonConfig } from '../../src/daemon/config.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { apiServerPort } from '../support/component-transport.ts';
import { startDaemonProcess } from '../support/daemon-process.ts';
import {
  aStoredCondition,
  conditionOf,
  createAttachment,
  createNode,
  patchOperatorStatus,
} from '../support/host-attachments.ts';
import { namespaceObstacle } from '../support/network-namespace.ts';
import { createNodeNamespace } from '../support/node-namespace.ts';
import { tryKubectl } from '../support/webhook-configurations.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const NAMESPACE = 'eni-controller-system';
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:eni-manager`;
const config = join(import.meta.dirname, '..', '..', 'config');
const obstacle = namespaceObstacle();
const WITHIN = { timeout: 15_000, interval: 50 };

interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext: object;
  readonly readinessProbe: { readonly httpGet: { readonly host: string; readonly port: number } };
}

interface DaemonSet {
  readonly spec: {
    readonly template: {
      readonly metadata: object;
      readonly spec: {
        readonly nodeSelector: Readonly<Record<string, string>>;
        readonly tolerations: readonly object[];
        readonly containers: readonly [Container];
        readonly volumes: readonly { readonly name: string; readonly hostPath: { readonly path: string } }[];
      };
    };
  };
}

async function can(verb: string, ...resource: readonly string[]): Promise<boolean> {
  const { stdout } = await tryKubectl(['auth', 'can-i', verb, ...resource, `--as=${ACCOUNT}`]);
  return stdout.trim() === 'yes';
}

/** A kubeconfig with a token of the daemon's own account. */
async function accountKubeconfig(directory: string): Promise<string> {
  const token = (await kubectl(['create', 'token', 'eni-manager', '-n', NAMESPACE])).trim();
  const administrator: {
    readonly clusters: unknown;
    readonly users: readonly { readonly name: string }[];
  } = parse(readFileSync(kubeconfigPath(), 'utf8'));
  const users = administrator.users.map(({ name }) => ({ name, user: { token } }));
  const path = join(directory, 'kubeconfig');
  writeFileSync(path, stringify({ ...administrator, users }), { mode: 0o600 });
  return path;
}

describe('the manifests of the daemon', () => {
  let set: DaemonSet;

  beforeAll(async () => {
    await wipeCluster();
    const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } };
    await kubectl(['apply', '-f', '-'], JSON.stringify(namespace));
    await kubectl(['apply', '-k', join(config, 'rbac')]);
    set = parse(await kubectl(['kustomize', join(config, 'daemon')]));
  });

  afterAll(async () => {
    await kubectl(['delete', '-k', join(config, 'rbac')]);
    await wipeCluster();
  });

  it('are taken by the API server, and so is a pod of theirs', async () => {
    const applied = await tryKubectl(['apply', '--dry-run=server', '-k', join(config, 'daemon')]);
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    const { metadata, spec } = set.spec.template;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'eni-manager' }, spec };
    const created = await tryKubectl(
      ['create', '-n', NAMESPACE, '--dry-run=server', '-f', '-'],
      JSON.stringify(pod),
    );
    expect(created).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('run on every Linux node whatever its labels and taints', () => {
    const { nodeSelector, tolerations } = set.spec.template.spec;
    expect(nodeSelector).toEqual({ 'kubernetes.io/os': 'linux' });
    expect(tolerations).toEqual([{ operator: 'Exists' }]);
  });

  it('give the container NET_ADMIN, and nothing else', () => {
    const [{ securityContext }] = set.spec.template.spec.containers;
    expect(securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
    });
    expect(securityContext).not.toHaveProperty('privileged');
  });

  it('show the container no folder of the node with a socket by which root could take the node over', () => {
    const sockets = [
      '/run/containerd/containerd.sock',
      '/run/crio/crio.sock',
      '/run/dbus/system_bus_socket',
      '/run/docker.sock',
      '/run/systemd/private',
      '/run/systemd/netif/io.systemd.Network',
      '/run/udev/control',
      '/var/lib/kubelet/device-plugins/kubelet.sock',
    ];
    const paths = set.spec.template.spec.volumes.map(({ hostPath }) => `${hostPath.path}/`);
    expect(sockets.filter((socket) => paths.some((path) => socket.startsWith(path)))).toEqual([]);
  });

  it('mount each folder that an option names, where it names it', () => {
    const { containers, volumes } = set.spec.template.spec;
    const [{ args, env, volumeMounts, readinessProbe }] = containers;
    expect(env.map(({ name }) => name)).toEqual(['NODE_NAME']);
    const result = readDaemonConfig(args, { NODE_NAME: 'node-1' });
    if (result.kind !== 'config') throw new Error(JSON.stringify(result));
    const { procSysNet, hostRun, hostEtc, stateDirectory, podResourcesSocket, httpPort } = result.config;
    const hostPaths = new Map(volumes.map(({ name, hostPath }) => [name, hostPath.path]));
    const seen = Object.fromEntries(
      volumeMounts.map(({ name, mountPath }) => [mountPath, hostPaths.get(name)]),
    );
    expect(seen).toEqual({
      [stateDirectory]: '/run/multi-eni-operator',
      [procSysNet]: '/proc/sys/net',
      [`${hostRun}/systemd/netif/links`]: '/run/systemd/netif/links',
      [`${hostRun}/systemd/network`]: '/run/systemd/network',
      [`${hostRun}/NetworkManager/devices`]: '/run/NetworkManager/devices',
      [`${hostRun}/udev/data`]: '/run/udev/data',
      [`${hostEtc}/systemd`]: '/etc/systemd',
      [dirname(podResourcesSocket)]: '/var/lib/kubelet/pod-resources',
    });
    expect(readinessProbe.httpGet).toMatchObject({ host: '127.0.0.1', port: httpPort });
  });

  it.each([
    ['get', 'nodeeniattachments.networking.k8s.aws'],
    ['list', 'nodeeniattachments.networking.k8s.aws'],
    ['watch', 'nodeeniattachments.networking.k8s.aws'],
    ['patch', 'nodeeniattachments.networking.k8s.aws', '--subresource=status'],
    ['get', 'nodes'],
  ])('let the daemon %s %s %s', async (...action) => {
    const [verb, ...resource] = action;
    expect(await can(verb, ...resource)).toBe(true);
  });

  it.each([
    ['patch', 'nodeeniattachments.networking.k8s.aws'],
    ['update', 'nodeeniattachments.networking.k8s.aws'],
    ['create', 'nodeeniattachments.networking.k8s.aws'],
    ['delete', 'nodeeniattachments.networking.k8s.aws'],
    ['update', 'nodeeniattachments.networking.k8s.aws', '--subresource=status'],
    ['get', 'nodeenis.networking.k8s.aws'],
    ['patch', 'nodeenis.networking.k8s.aws', '--subresource=status'],
    ['list', 'nodes'],
    ['patch', 'nodes'],
    ['list', 'pods'],
    ['get', 'secrets'],
    ['create', 'events'],
    ['get', 'leases.coordination.k8s.io'],
    ['create', 'serviceaccounts', '--subresource=token'],
    ['*', '*'],
  ])('do not let the daemon %s %s %s', async (...action) => {
    const [verb, ...resource] = action;
    expect(await can(verb, ...resource)).toBe(false);
  });

  it.skipIf(obstacle !== undefined)(
    'let the process claim, configure and release a link with the rights of its account alone',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'daemon-account-'));
      await createNode('node-1');
      const node = await createNodeNamespace(await apiServerPort(kubeconfigPath()));
      const kubeconfig = await accountKubeconfig(directory);
      const daemon = await startDaemonProcess({ kubeconfig, nodeName: 'node-1', node });
      const macAddress = '02:00:00:00:00:06';
      node.plug({ name: 'ens6', macAddress });
      await createAttachment({ name: 'upf', nodeName: 'node-1', macAddress, deviceIndex: 2, mtu: 9_001 });
      await expect.poll(() => conditionOf('upf', 'HostConfigured'), WITHIN).toBe('True/Configured');
      await kubectl(['delete', 'nea', 'upf', '--wait=false']);
      await patchOperatorStatus('upf', {
        macAddress,
        conditions: [aStoredCondition('Attached', 'True'), aStoredCondition('Blocked', 'False')],
      });
      await expect.poll(() => conditionOf('upf', 'Released'), WITHIN).toBe('True/Released');
      await daemon.stop();
      await node.close();
      rmSync(directory, { recursive: true, force: true });
    },
  );
});
