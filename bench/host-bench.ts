import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RECIPES } from '../hack/image/recipe.ts';
import { parse } from 'yaml';
import { runCommand } from '../hack/control-plane/run-command.ts';
import { type ControlPlane, startControlPlane } from '../hack/control-plane/start-control-plane.ts';
import { anAttachedEni } from '../test/builders/host-attachment.ts';
import { type ApiServer, openApiServer } from '../test/support/api-server.ts';
import { type DaemonProcess, startDaemonProcess } from '../test/support/daemon-process.ts';
import { createNodeNamespace, NODE_ADDRESS, type NodeNamespace } from '../test/support/node-namespace.ts';
import { memoryOf, type ProcessMemory } from './memory-of.ts';

/** What the daemon takes on a node. */
export interface HostResult {
  readonly hotPlugs: number;
  /** From before a link is made to the condition HostConfigured=True read back from the API server. */
  readonly appearsToConfiguredMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** So many links made one right after the other: from before the first to the last condition. */
  readonly atOnce: { readonly links: number; readonly ms: number };
  /** MiB. */
  readonly memory: {
    /** A Node.js with the daemon's flags that runs nothing. */
    readonly bare: ProcessMemory;
    readonly started: ProcessMemory;
    /** After all hot-plugs. */
    readonly after: ProcessMemory;
    /** After them, with the links of `idle`, at the end of its time. */
    readonly idle: ProcessMemory;
  };
  readonly idle: {
    readonly seconds: number;
    readonly links: number;
    readonly cpuSeconds: number;
    readonly writes: number;
  };
}

const HOT_PLUGS = 200;
const IDLE_LINKS = 20;
const AT_ONCE = 14;
const IDLE_MS = 30_000;
const POLL_MS = 5;
const DEADLINE_MS = 30_000;
const NODE = 'node-1';
const INSTANCE = 'i-1';
const ATTACHMENTS = '/apis/networking.k8s.aws/v1alpha1/nodeeniattachments';

async function must(api: ApiServer, method: string, path: string, body?: object): Promise<void> {
  const { status, body: reply } = await api.call(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${reply.message ?? status}`);
}

async function prepareCluster({ kubectlPath, kubeconfigPath }: ControlPlane, api: ApiServer): Promise<void> {
  const crds = ['nodeenis', 'nodeeniattachments'].map((name) => `crd/${name}.networking.k8s.aws`);
  for (const args of [
    ['apply', '--server-side', '-k', 'config/crd'],
    ['wait', '--for=condition=Established', '--timeout=60s', ...crds],
  ]) {
    const result = await runCommand(kubectlPath, ['--kubeconfig', kubeconfigPath, ...args]);
    if (result.exitCode !== 0) throw new Error(result.stderr);
  }
  const spec = { providerID: `aws:///us-east-1a/${INSTANCE}` };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE }, spec };
  await must(api, 'POST', '/api/v1/nodes', node);
  const status = { addresses: [{ type: 'InternalIP', address: NODE_ADDRESS }] };
  await must(api, 'PATCH', `/api/v1/nodes/${NODE}/status`, { status });
}

/** Stores the attachment of the n-th ENI; answers the MAC address of its link. */
async function attach(api: ApiServer, n: number): Promise<string> {
  const macAddress = `02:00:00:01:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`;
  const host = { addressing: 'Primary', policyRouting: true } as const;
  const name = `eni-${n}`;
  const index = 2 + (n % 14);
  const networkCardIndex = Math.floor(n / 14) % 2;
  const subnet = `10.${1 + networkCardIndex}.${index}`;
  const spec = { mtu: 9_001, networkCardIndex, deviceIndex: index, subnetCIDR: `${subnet}.0/24` };
  const attachment = anAttachedEni(n, { ...host, altName: `ne-${name}` }, { spec });
  const { apiVersion, kind, status } = attachment;
  await must(api, 'POST', ATTACHMENTS, { apiVersion, kind, metadata: { name }, spec: attachment.spec });
  const own = { ...status, macAddress, privateIPAddress: `${subnet}.20` };
  await must(api, 'PATCH', `${ATTACHMENTS}/${name}/status`, { status: own });
  return macAddress;
}

async function resourceVersionOnceConfigured(api: ApiServer, n: number): Promise<string> {
  const until = performance.now() + DEADLINE_MS;
  while (performance.now() < until) {
    const { body } = await api.call('GET', `${ATTACHMENTS}/eni-${n}`);
    if (/"type":"HostConfigured"/.test(JSON.stringify(body)) && isConfigured(body)) {
      return body.metadata?.resourceVersion ?? '';
    }
    await delay(POLL_MS);
  }
  throw new Error(`eni-${n} was not configured in ${DEADLINE_MS} ms`);
}

function isConfigured(body: object): boolean {
  const { status } = body as { status?: { conditions?: { type: string; status: string }[] } };
  return (status?.conditions ?? []).some((one) => one.type === 'HostConfigured' && one.status === 'True');
}

async function hotPlug(api: ApiServer, node: NodeNamespace, n: number): Promise<number> {
  const macAddress = await attach(api, n);
  const fromMs = performance.now();
  node.plug({ name: `link${n}`, macAddress });
  await resourceVersionOnceConfigured(api, n);
  return performance.now() - fromMs;
}

/** CPU time of a process and of the children that it waited for, seconds (proc(5), stat, fields 14 to 17). */
function cpuSeconds(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const ticks = rest.split(' ').slice(11, 15).map(Number);
  return ticks.reduce((sum, tick) => sum + tick, 0) / 100;
}

async function measureIdle(
  api: ApiServer,
  node: NodeNamespace,
  daemon: DaemonProcess,
): Promise<HostResult['idle']> {
  const links = Array.from({ length: IDLE_LINKS }, (_, position) => HOT_PLUGS + position);
  for (const n of links) await hotPlug(api, node, n);
  await delay(2_000);
  const versions = (): Promise<string[]> =>
    Promise.all(links.map((n) => resourceVersionOnceConfigured(api, n)));
  const [before, cpuBefore] = [await versions(), cpuSeconds(daemon.pid)];
  await delay(IDLE_MS);
  const after = await versions();
  return {
    seconds: IDLE_MS / 1_000,
    links: IDLE_LINKS,
    cpuSeconds: cpuSeconds(daemon.pid) - cpuBefore,
    writes: after.filter((version, position) => version !== before[position]).length,
  };
}

async function measureAtOnce(api: ApiServer, node: NodeNamespace): Promise<HostResult['atOnce']> {
  const all = Array.from({ length: AT_ONCE }, (_, position) => HOT_PLUGS + IDLE_LINKS + position);
  const macs = await Promise.all(all.map((n) => attach(api, n)));
  const fromMs = performance.now();
  all.forEach((n, position) => node.plug({ name: `link${n}`, macAddress: macs[position] ?? '' }));
  for (const n of all) await resourceVersionOnceConfigured(api, n);
  const ms = performance.now() - fromMs;
  for (const n of all) {
    await must(api, 'DELETE', `${ATTACHMENTS}/eni-${n}`);
    node.unplug(`link${n}`);
  }
  return { links: AT_ONCE, ms };
}

async function bareMemory(): Promise<ProcessMemory> {
  const child = spawn(process.execPath, [...RECIPES.daemon.nodeFlags, '-e', 'setInterval(() => {}, 1e9)']);
  await once(child, 'spawn');
  await delay(2_000);
  const memory = memoryOf(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return memory;
}

async function measure(api: ApiServer, node: NodeNamespace, daemon: DaemonProcess): Promise<HostResult> {
  await delay(1_000);
  const started = memoryOf(daemon.pid);
  const times: number[] = [];
  for (let n = 0; n < HOT_PLUGS; n += 1) {
    times.push(await hotPlug(api, node, n));
    await must(api, 'DELETE', `${ATTACHMENTS}/eni-${n}`);
    node.unplug(`link${n}`);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  const atOnce = await measureAtOnce(api, node);
  const after = memoryOf(daemon.pid);
  const idle = await measureIdle(api, node, daemon);
  return {
    hotPlugs: HOT_PLUGS,
    appearsToConfiguredMs: { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 },
    atOnce,
    memory: { bare: await bareMemory(), started, after, idle: memoryOf(daemon.pid) },
    idle,
  };
}

/** In a pod there is no kubeconfig, and hence nothing that parses YAML. */
function jsonKubeconfig({ kubeconfigPath }: ControlPlane, dir: string): string {
  const path = join(dir, 'kubeconfig.json');
  writeFileSync(path, JSON.stringify(parse(readFileSync(kubeconfigPath, 'utf8'))), { mode: 0o600 });
  return path;
}

/** Measures the built daemon in a network namespace, with a real API server; needs root. */
export async function benchHost(): Promise<HostResult> {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-bench-'));
  const controlPlane = await startControlPlane({ dir });
  const api = openApiServer(controlPlane.kubeconfigPath);
  let node: NodeNamespace | undefined;
  let daemon: DaemonProcess | undefined;
  try {
    await prepareCluster(controlPlane, api);
    node = await createNodeNamespace(Number(new URL(controlPlane.endpoint).port));
    daemon = await startDaemonProcess({
      kubeconfig: jsonKubeconfig(controlPlane, dir),
      nodeName: NODE,
      node,
    });
    return await measure(api, node, daemon);
  } finally {
    await daemon?.stop();
    await node?.close();
    api.close();
    await controlPlane.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
