import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../hack/control-plane/start-control-plane.ts';
import { runCommand } from '../hack/control-plane/run-command.ts';
import { waitUntil } from '../hack/control-plane/wait-until.ts';
import { createWebhooks } from '../src/webhooks/webhooks.ts';
import { parseReview, toReview } from '../src/webhooks/admission-review.ts';
import { toJudgedNode, toJudgedNodeEni } from '../src/domain/admission/judged-objects.ts';
import { createViewPreparer } from '../src/domain/admission/prepared-view.ts';
import { anAdmissionReview } from '../test/builders/admission-request.ts';
import { aNodeEni } from '../test/builders/node-eni.ts';
import { type ApiServer, openApiServer } from '../test/support/api-server.ts';
import { createTestAuthority } from '../test/support/webhook-certificates.ts';
import { webhookConfigurations } from '../test/support/webhook-manifests.ts';
import { startWebhookProcess, type WebhookProcess } from '../test/support/webhook-process.ts';

/** Latencies of one kind of call. */
export interface Latencies {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What the webhooks take, in a cluster of that size. */
export interface WebhookResult {
  readonly nodeEnis: number;
  readonly nodes: number;
  /** From the text of a review to the text of its answer, without TLS and HTTP. */
  readonly inProcess: Readonly<Record<'accepted' | 'refused' | 'defaulted' | 'afterAChange', Latencies>>;
  /** The same dry-run creation through the API server, without webhooks, with them, and the difference. */
  readonly throughApiServer: {
    readonly without: Latencies;
    readonly with: Latencies;
    readonly added: { readonly p50Ms: number; readonly p99Ms: number };
  };
  /** Validating reviews over TLS, sixteen connections; the sender shares the machine. */
  readonly requestsPerSecond: number;
  readonly rssMiB: { readonly synced: number; readonly afterLoad: number };
}

const NODE_ENIS = 500;
const NODES = 1_000;
const GROUPS = 100;
const ROUNDS = 2_000;
const CALLS = 1_000;
const SENDERS = 16;
const LOAD_MS = 5_000;
const VALIDATE = '/validate-networking-k8s-aws-v1alpha1-nodeeni';
const API_PATH = '/apis/networking.k8s.aws/v1alpha1/nodeenis';
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1';
const ENTRIES = 3;

interface NodeManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

function nodeOf(index: number): NodeManifest {
  const others = Array.from({ length: 15 }, (_, label) => [`example.com/label-${label}`, `${index}`]);
  const labels = { ...Object.fromEntries(others), group: `g-${index % GROUPS}` };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: `node-${index}`, labels } };
}

/** Five NodeENIs for each group of nodes, at the indexes 2, 5, 8, 11 and 14. */
function nodeEniOf(name: string, group: number, deviceIndex: number): ReturnType<typeof aNodeEni> {
  const hex = (zone: number): string =>
    `subnet-${(group * 1_000 + deviceIndex * 10 + zone).toString(16).padStart(17, '0')}`;
  const subnetIDs = Array.from({ length: ENTRIES }, (_, zone) => hex(zone));
  return aNodeEni(
    {
      nodeSelector: { group: `g-${group}` },
      subnetIDs,
      securityGroupIDs: ['sg-0123456789abcdef0'],
      deviceIndex,
    },
    { name },
  );
}

function stored(position: number): ReturnType<typeof aNodeEni> {
  return nodeEniOf(`eni-${position}`, position % GROUPS, 2 + ENTRIES * Math.floor(position / GROUPS));
}

function latenciesOf(times: readonly number[]): Latencies {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { calls: times.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function benchInProcess(): WebhookResult['inProcess'] {
  const plain = {
    nodeEnis: Array.from({ length: NODE_ENIS }, (_, position) => toJudgedNodeEni(stored(position))),
    nodes: Array.from({ length: NODES }, (_, index) => toJudgedNode(nodeOf(index))),
    attachments: [],
  };
  const prepare = createViewPreparer();
  let view = prepare(plain);
  const [validate, mutate] = createWebhooks({ view: () => view });
  const measure = (index: number, webhook = validate, before?: () => void): Latencies => {
    const times = Array.from({ length: ROUNDS }, (_, round) => {
      const object = { ...nodeEniOf('new', round % GROUPS, index) };
      const text = JSON.stringify(anAdmissionReview({ object }));
      const fromMs = performance.now();
      before?.();
      const parsed = parseReview(JSON.parse(text));
      if (parsed.kind !== 'request' || webhook === undefined) throw new Error('no request');
      JSON.stringify(toReview(webhook.review(parsed.request).response));
      return performance.now() - fromMs;
    });
    return latenciesOf(times);
  };
  return {
    accepted: measure(20),
    refused: measure(2),
    defaulted: measure(20, mutate),
    afterAChange: measure(20, validate, () => {
      view = prepare(plain);
    }),
  };
}

/** Runs so many acts, twenty at a time. */
async function inParallel(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  const next = Array.from({ length: count }, (_, index) => index).values();
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (const index of next) await act(index);
    }),
  );
}

async function create(api: ApiServer, path: string, object: object): Promise<void> {
  const { status, body } = await api.call('POST', path, object);
  if (status >= 300) throw new Error(`${path}: ${status} ${body.message ?? ''}`);
}

function asNew(nodeEni: ReturnType<typeof aNodeEni>): object {
  const { status: _, metadata, ...rest } = nodeEni;
  return { ...rest, metadata: { name: metadata.name } };
}

async function benchCalls(api: ApiServer): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < CALLS; round += 1) {
    const object = asNew(nodeEniOf('new', round % GROUPS, 20));
    const fromMs = performance.now();
    await create(api, `${API_PATH}?dryRun=All`, object);
    times.push(performance.now() - fromMs);
  }
  return times;
}

function pathOf(kind: string): string {
  return `${CONFIGURATIONS}/${kind.toLowerCase()}s`;
}

/** Without, with, without: so that a machine that gets slower or faster meanwhile does not count. */
async function benchApiServer(
  api: ApiServer,
  webhook: WebhookProcess,
  ca: string,
): Promise<WebhookResult['throughApiServer']> {
  await benchCalls(api);
  const before = await benchCalls(api);
  const configurations = webhookConfigurations(webhook.url, ca);
  for (const configuration of configurations) await create(api, pathOf(configuration.kind), configuration);
  await waitUntil(
    async () => {
      const refused = await api.call('POST', `${API_PATH}?dryRun=All`, asNew(nodeEniOf('new', 0, 2)));
      return refused.status === 403 ? true : undefined;
    },
    { what: 'the webhooks to be called', deadlineMs: 20_000 },
  );
  await benchCalls(api);
  const withWebhooks = latenciesOf(await benchCalls(api));
  for (const { kind, metadata } of configurations) {
    await api.call('DELETE', `${pathOf(kind)}/${metadata.name}`);
  }
  await waitUntil(
    async () => {
      const taken = await api.call('POST', `${API_PATH}?dryRun=All`, asNew(nodeEniOf('new', 0, 2)));
      return taken.status === 201 ? true : undefined;
    },
    { what: 'the webhooks not to be called', deadlineMs: 20_000 },
  );
  const without = latenciesOf([...before, ...(await benchCalls(api))]);
  return {
    without,
    with: withWebhooks,
    added: { p50Ms: withWebhooks.p50Ms - without.p50Ms, p99Ms: withWebhooks.p99Ms - without.p99Ms },
  };
}

function post(agent: Agent, url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: { 'content-type': 'application/json' } };
    const call = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
    });
    call.on('error', reject);
    call.end(body);
  });
}

async function benchLoad(webhook: WebhookProcess, ca: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, ca });
  const body = JSON.stringify(anAdmissionReview({ object: { ...nodeEniOf('new', 1, 20) } }));
  const fromMs = performance.now();
  let answered = 0;
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (performance.now() - fromMs < LOAD_MS) {
        const answer = await post(agent, `${webhook.url}${VALIDATE}`, body);
        if (!answer.includes('"allowed":true')) throw new Error(answer);
        answered += 1;
      }
    }),
  );
  agent.destroy();
  return (answered * 1000) / (performance.now() - fromMs);
}

/** Resident memory of a process (proc(5), VmRSS). */
function rssMiB(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

async function establishCrds({ kubectlPath, kubeconfigPath }: ControlPlane): Promise<void> {
  const crds = ['nodeenis', 'nodeeniattachments'].map((name) => `crd/${name}.networking.k8s.aws`);
  for (const args of [
    ['apply', '--server-side', '-k', 'config/crd'],
    ['wait', '--for=condition=Established', '--timeout=60s', ...crds],
  ]) {
    const result = await runCommand(kubectlPath, ['--kubeconfig', kubeconfigPath, ...args]);
    if (result.exitCode !== 0) throw new Error(result.stderr);
  }
}

/** Measures the webhooks: rules and contract in process, and the real process behind a real API server. */
export async function benchWebhook(): Promise<WebhookResult> {
  const inProcess = benchInProcess();
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-bench-'));
  const authority = await createTestAuthority();
  const controlPlane = await startControlPlane({ dir });
  const api = openApiServer(controlPlane.kubeconfigPath);
  let webhook: WebhookProcess | undefined;
  try {
    await establishCrds(controlPlane);
    await inParallel(NODES, (index) => create(api, '/api/v1/nodes', nodeOf(index)));
    await inParallel(NODE_ENIS, (position) => create(api, API_PATH, asNew(stored(position))));
    webhook = await startWebhookProcess({
      kubeconfig: controlPlane.kubeconfigPath,
      certificate: await authority.issue(),
    });
    const synced = rssMiB(webhook.pid);
    const throughApiServer = await benchApiServer(api, webhook, authority.certificate);
    const requestsPerSecond = await benchLoad(webhook, authority.certificate);
    const memory = { synced, afterLoad: rssMiB(webhook.pid) };
    return {
      nodeEnis: NODE_ENIS,
      nodes: NODES,
      inProcess,
      throughApiServer,
      requestsPerSecond,
      rssMiB: memory,
    };
  } finally {
    await webhook?.stop();
    webhook?.close();
    api.close();
    authority.close();
    await controlPlane.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
