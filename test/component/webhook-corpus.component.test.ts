import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import {
  acceptedCases,
  type CorpusCase,
  type CorpusNodeEni,
  rejectedCases,
} from '../support/admission-corpus.ts';
import { type ApiServer, type ApiServerReply, openApiServer } from '../support/api-server.ts';
import { wipeCluster } from '../support/component-cluster.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { installWebhooks, uninstallWebhooks } from '../support/webhook-configurations.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const nodeEnis = '/apis/networking.k8s.aws/v1alpha1/nodeenis';
const nodes = '/api/v1/nodes';

let authority: TestAuthority;
let webhook: WebhookProcess;
let api: ApiServer;
let barriers = 0;

beforeAll(async () => {
  authority = await createTestAuthority();
  const certificate = await authority.issue();
  webhook = await startWebhookProcess({ kubeconfig: kubeconfigPath(), certificate });
  await installWebhooks(webhook.url, authority.certificate);
  api = openApiServer(kubeconfigPath());
});

afterEach(async () => {
  const { body } = await api.call('GET', nodeEnis);
  for (const { metadata } of body.items ?? []) {
    await api.call('DELETE', `${nodeEnis}/${metadata.name}`);
    await api.call('PATCH', `${nodeEnis}/${metadata.name}`, { metadata: { finalizers: null } });
  }
  await api.call('DELETE', nodes);
});

afterAll(async () => {
  api.close();
  await uninstallWebhooks();
  await webhook.stop();
  webhook.close();
  authority.close();
  await wipeCluster();
});

async function must(reply: Promise<ApiServerReply>): Promise<ApiServerReply> {
  const { status, body } = await reply;
  if (status >= 300) throw new Error(`${status}: ${body.message ?? ''}`);
  return reply;
}

/** On a card of its own, so that it takes no index that a case counts. */
function barrier(name: string, selector: string): object {
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name },
    spec: {
      nodeSelector: { barrier: selector },
      subnetName: `subnet-of-${name}`,
      securityGroupNames: ['barrier'],
      networkCardIndex: 31,
    },
  };
}

/** Resolves when the webhooks know of every node and NodeENI that was written before. */
async function untilKnown(): Promise<void> {
  barriers += 1;
  const label = `n${barriers}`;
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `barrier-${label}`, labels: { barrier: label } },
  };
  await must(api.call('POST', nodes, node));
  await must(api.call('POST', nodeEnis, barrier(`barrier-${label}`, label)));
  await waitUntil(
    async () => {
      const { body } = await api.call('POST', `${nodeEnis}?dryRun=All`, barrier('probe', label));
      return body.message?.includes(`barrier-${label})`) === true ? true : undefined;
    },
    { what: 'the webhooks to know', deadlineMs: 10_000, intervalMs: 5 },
  );
}

/** Creates the object, or replaces the one of its name. */
async function write({ manifest }: CorpusNodeEni): Promise<ApiServerReply> {
  const { status: _, metadata, ...rest } = manifest;
  const { deletionTimestamp: __, ...stored } = metadata;
  const path = `${nodeEnis}/${metadata.name ?? ''}`;
  const current = await api.call('GET', path);
  if (current.status === 404) return api.call('POST', nodeEnis, { ...rest, metadata: stored });
  const resourceVersion = current.body.metadata?.resourceVersion;
  return api.call('PUT', path, { ...rest, metadata: { ...stored, resourceVersion } });
}

/** What the operator and other people do to an object once it is stored. */
async function settle({ manifest: { metadata, status } }: CorpusNodeEni): Promise<void> {
  const path = `${nodeEnis}/${metadata.name ?? ''}`;
  if (status !== undefined) await must(api.call('PATCH', `${path}/status`, { status }));
  if (metadata.deletionTimestamp !== undefined) await must(api.call('DELETE', path));
}

/** Writes the objects one after the other, as somebody would who waits in between; returns every reply. */
async function play(corpusCase: CorpusCase): Promise<ApiServerReply[]> {
  for (const { name, labels } of corpusCase.nodes) {
    await must(api.call('POST', nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } }));
  }
  const replies: ApiServerReply[] = [];
  for (const nodeEni of corpusCase.nodeEnis) {
    await untilKnown();
    const reply = await write(nodeEni);
    replies.push(reply);
    if (reply.status < 300) await settle(nodeEni);
  }
  return replies;
}

describe.each(rejectedCases())('the API server with config/samples/rejected/$name', (corpusCase) => {
  it('refuses the last object with the expected words and takes the others', async () => {
    const replies = await play(corpusCase);
    const last = replies.at(-1);

    expect(replies.slice(0, -1).filter(({ status }) => status >= 300)).toEqual([]);
    expect(last?.status).toBe(corpusCase.refusedBy === 'rules' ? 403 : 422);
    for (const { field, text } of corpusCase.expects) {
      expect(last?.body.message).toContain(field);
      expect(last?.body.message).toContain(text);
    }
    const causes = last?.body.details?.causes?.map(({ field, reason }) => `${field ?? ''} ${reason ?? ''}`);
    const expected = corpusCase.expects.map(({ field }) => `${field} FieldValueForbidden`);
    expect(corpusCase.refusedBy === 'rules' ? causes : expected).toEqual(expected);
  });
});

describe.each(acceptedCases())('the API server with the accepted $name', (corpusCase) => {
  it('takes every object and says the expected warnings', async () => {
    const replies = await play(corpusCase);

    expect(replies.filter(({ status }) => status >= 300)).toEqual([]);
    const warnings = replies.flatMap((reply) => reply.warnings);
    expect(warnings).toEqual(
      expect.arrayContaining(
        corpusCase.warns.map(({ field, text }) => expect.stringContaining(`${field}: ${text}`)),
      ),
    );
  });
});
