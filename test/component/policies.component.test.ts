import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FINALIZER } from '../../api/v1alpha1/names.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { aCondition, aNodeEniAttachment } from '../builders/node-eni-attachment.ts';
import { readDocument } from '../documentation/documents.ts';
import { type ApiServer, type ApiServerReply, openApiServer } from '../support/api-server.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const policies = join(import.meta.dirname, '..', '..', 'config', 'policy');
const ATTACHMENTS = '/apis/networking.k8s.aws/v1alpha1/nodeeniattachments';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const ACCOUNTS = 'system:serviceaccount:eni-controller-system';
const page = readDocument('docs/security.md').text.replaceAll(/\s+/g, ' ');

/** Who calls, as the API server knows callers; undefined is the administrator. */
type Caller = Readonly<Record<string, string>> | undefined;

const operator: Caller = { 'impersonate-user': `${ACCOUNTS}:eni-controller` };
const collector: Caller = {
  'impersonate-user': 'system:serviceaccount:kube-system:generic-garbage-collector',
};
const namespaceController: Caller = {
  'impersonate-user': 'system:serviceaccount:kube-system:namespace-controller',
};
/** May do everything to attachments that RBAC can grant by the usual verbs. */
const editor: Caller = { 'impersonate-user': 'jane', 'impersonate-group': 'test:attachment-editors' };

function daemonOn(node: string): Caller {
  return {
    'impersonate-user': `${ACCOUNTS}:eni-manager`,
    'impersonate-group': 'test:daemons',
    'impersonate-extra-authentication.kubernetes.io%2Fnode-name': node,
  };
}

const daemonWithoutNode: Caller = {
  'impersonate-user': `${ACCOUNTS}:eni-manager`,
  'impersonate-group': 'test:daemons',
};

const resources = { apiGroups: ['networking.k8s.aws'] };
const roles = [
  {
    name: 'test-daemons',
    rules: [{ ...resources, resources: ['nodeeniattachments/status'], verbs: ['patch'] }],
    subjects: [{ kind: 'Group', name: 'test:daemons' }],
  },
  {
    name: 'test-attachment-editors',
    rules: [
      {
        ...resources,
        resources: ['nodeeniattachments'],
        verbs: ['get', 'list', 'create', 'patch', 'update', 'delete', 'deletecollection'],
      },
      { ...resources, resources: ['nodeeniattachments/status'], verbs: ['patch', 'update'] },
    ],
    subjects: [
      { kind: 'Group', name: 'test:attachment-editors' },
      { kind: 'ServiceAccount', namespace: 'eni-controller-system', name: 'eni-controller' },
    ],
  },
].flatMap(({ name, rules, subjects }) => [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: subjects.map((subject) =>
      subject.kind === 'Group' ? { apiGroup: 'rbac.authorization.k8s.io', ...subject } : subject,
    ),
  },
]);
const rolesText = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: roles });

const name = 'tenant-a-111111-i-1-00000000';
const path = `${ATTACHMENTS}/${name}`;

function manifest(of = name): object {
  const { apiVersion, kind, spec } = aNodeEniAttachment();
  return { apiVersion, kind, spec, metadata: { name: of } };
}

const attached = aCondition({ type: 'Attached', status: 'True' });
const claimed = aCondition({ type: 'HostClaimed', status: 'True' });

let api: ApiServer;
beforeAll(async () => {
  api = openApiServer(kubeconfigPath());
  await kubectl(['apply', '-f', '-'], rolesText);
  await kubectl(['apply', '-k', policies]);
  await waitUntil(
    async () => {
      const attempts = [
        await api.call('POST', `${ATTACHMENTS}?dryRun=All`, manifest(), editor),
        await api.call('DELETE', `${CRDS}/nodeenis.networking.k8s.aws?dryRun=All`),
      ];
      return attempts.every(({ status }) => status === 403) ? true : undefined;
    },
    { what: 'the policies to hold', deadlineMs: 30_000 },
  );
});

beforeEach(async () => {
  const status = { observedGeneration: 1, eniID: 'eni-0a', conditions: [attached] };
  const replies = [
    await api.call('POST', ATTACHMENTS, manifest(), operator),
    await api.call('PATCH', `${path}/status`, { status }, operator),
  ];
  const refused = replies.find((reply) => reply.status >= 300);
  if (refused !== undefined) throw new Error(`the operator was refused: ${JSON.stringify(refused.body)}`);
});

afterEach(wipeCluster);

afterAll(async () => {
  await kubectl(['delete', '--ignore-not-found', '-k', policies]);
  await kubectl(['delete', '--ignore-not-found', '-f', '-'], rolesText);
  api.close();
});

/** What a refusal says after the name of the policy; every such message stands in the page. */
function refusal({ status, body }: ApiServerReply): string {
  const said = / denied request: (.*)$/s.exec(body.message ?? '')?.[1] ?? JSON.stringify(body);
  expect({ status, reason: body.reason }).toEqual({ status: 403, reason: 'Forbidden' });
  expect(page).toContain(said);
  return said;
}

function writeStatus(status: object, caller: Caller): Promise<ApiServerReply> {
  return api.call('PATCH', `${path}/status`, { status }, caller);
}

describe('the daemon of a node', () => {
  const daemon = daemonOn('node-1');

  it('writes what it found on the host, and its conditions', async () => {
    const configured = aCondition({ type: 'HostConfigured', status: 'False' });
    const host = { linkName: 'ens6' };

    const reply = await writeStatus({ host, conditions: [claimed, attached, configured] }, daemon);

    expect(reply).toMatchObject({
      status: 200,
      body: { status: { eniID: 'eni-0a', conditions: [claimed, attached, configured] } },
    });
    const released = aCondition({ type: 'Released', status: 'True' });
    const bound = aCondition({ type: 'DPDKBound', status: 'True' });
    expect((await writeStatus({ conditions: [released, attached, bound] }, daemon)).status).toBe(200);
  });

  it('writes no status of another node', async () => {
    expect(refusal(await writeStatus({ conditions: [attached, claimed] }, daemonOn('node-2')))).toBe(
      'this NodeENIAttachment is of node node-1, but the token of the request was issued for node node-2',
    );
    expect(refusal(await writeStatus({ host: { linkName: 'ens6' } }, daemonOn('node-2')))).toContain(
      'node-2',
    );
  });

  it('writes nothing with a token that was issued for no node', async () => {
    expect(refusal(await writeStatus({ conditions: [attached, claimed] }, daemonWithoutNode))).toBe(
      'this NodeENIAttachment is of node node-1, but the token of the request was issued for no node',
    );
  });

  it.each([
    ['eniID', { eniID: 'eni-0b' }],
    ['eniID', { eniID: null }],
    ['state', { state: 'Ready' }],
    ['observedGeneration', { observedGeneration: 2 }],
  ])('leaves status.%s to the operator: %j', async (field, status) => {
    expect(refusal(await writeStatus(status, daemon))).toBe(`only the operator may write status.${field}`);
  });

  it.each([
    ['Ready', [attached, aCondition({ type: 'Ready', status: 'True' })]],
    ['Attached', [{ ...attached, status: 'False' }]],
    ['Attached', []],
  ])('leaves the condition %s to the operator: %j', async (type, conditions) => {
    expect(refusal(await writeStatus({ conditions }, daemon))).toBe(
      `only the operator may write the condition ${type}`,
    );
  });

  it('cannot get around it by server-side apply', async () => {
    const { apiVersion, kind } = aNodeEniAttachment();
    const apply = (conditions: readonly object[]): Promise<ApiServerReply> =>
      api.call(
        'PATCH',
        `${path}/status?fieldManager=daemon&force=true`,
        { apiVersion, kind, metadata: { name }, status: { conditions } },
        { ...daemon, 'content-type': 'application/apply-patch+yaml' },
      );

    expect(await apply([claimed])).toMatchObject({ status: 200 });
    expect(refusal(await apply([{ ...attached, status: 'False' }]))).toContain('condition Attached');
  });
});

describe('the operator', () => {
  it('makes, changes, lets go and deletes attachments of every node', async () => {
    const finalizers = { metadata: { finalizers: [FINALIZER] } };
    expect((await api.call('PATCH', path, finalizers, operator)).status).toBe(200);
    expect((await api.call('PATCH', path, { spec: { deviceIndex: 3 } }, operator)).status).toBe(200);
    expect((await writeStatus({ state: 'Ready' }, operator)).status).toBe(200);
    expect((await api.call('PATCH', path, { metadata: { finalizers: null } }, operator)).status).toBe(200);
    expect((await api.call('DELETE', path, undefined, operator)).status).toBe(200);
  });
});

describe('whoever may edit attachments by RBAC', () => {
  it('makes none', async () => {
    expect(refusal(await api.call('POST', ATTACHMENTS, manifest('mine'), editor))).toBe(
      'only the operator may create a NodeENIAttachment: change or delete its NodeENI',
    );
  });

  it('deletes none, nor all at once', async () => {
    const message = 'only the operator may delete a NodeENIAttachment: change or delete its NodeENI';
    expect(refusal(await api.call('DELETE', path, undefined, editor))).toBe(message);
    expect(refusal(await api.call('DELETE', ATTACHMENTS, undefined, editor))).toBe(message);
    expect((await api.call('GET', path)).status).toBe(200);
  });

  it('changes no spec and takes no finalizer away', async () => {
    expect(refusal(await api.call('PATCH', path, { spec: { deviceIndex: 3 } }, editor))).toBe(
      'only the operator may change spec of a NodeENIAttachment: change its NodeENI',
    );
    await api.call('PATCH', path, { metadata: { finalizers: [FINALIZER] } }, operator);
    expect(refusal(await api.call('PATCH', path, { metadata: { finalizers: null } }, editor))).toBe(
      `only the operator may take the finalizer ${FINALIZER} from a NodeENIAttachment: to let it go, annotate it with networking.k8s.aws/abandon=true`,
    );
  });

  it('labels and annotates them, as it takes to abandon one', async () => {
    const annotations = { 'networking.k8s.aws/abandon': 'true' };
    expect((await api.call('PATCH', path, { metadata: { annotations } }, editor)).status).toBe(200);
  });

  it('writes no status: its token is of no node', async () => {
    expect(refusal(await writeStatus({ conditions: [attached, claimed] }, editor))).toContain('no node');
  });
});

describe('the controllers of Kubernetes', () => {
  it.each([
    ['the garbage collector', collector],
    ['the namespace controller', namespaceController],
  ])('%s deletes attachments', async (_, caller) => {
    expect((await api.call('DELETE', path, undefined, caller)).status).toBe(200);
  });
});

describe('an administrator', () => {
  it('does everything to attachments', async () => {
    expect((await api.call('POST', ATTACHMENTS, manifest('mine'))).status).toBe(201);
    expect((await api.call('PATCH', path, { spec: { deviceIndex: 3 } })).status).toBe(200);
    expect((await writeStatus({ state: 'Ready' }, undefined)).status).toBe(200);
    expect((await api.call('DELETE', path)).status).toBe(200);
  });

  it.each(['nodeenis', 'nodeeniattachments'])(
    'deletes the CRD of %s only after a word in writing',
    async (plural) => {
      const crd = `${CRDS}/${plural}.networking.k8s.aws`;
      const annotate = (value: string | null): Promise<ApiServerReply> =>
        api.call('PATCH', crd, {
          metadata: { annotations: { 'networking.k8s.aws/allow-crd-deletion': value } },
        });

      expect(refusal(await api.call('DELETE', `${crd}?dryRun=All`))).toBe(
        'with this CRD go all its objects, and with every NodeENI its interfaces: delete the NodeENIs first, then annotate the CRD with networking.k8s.aws/allow-crd-deletion=true',
      );
      await annotate('true');
      expect((await api.call('DELETE', `${crd}?dryRun=All`)).status).toBe(200);
      await annotate(null);
    },
  );

  it('deletes CRDs of others as before', async () => {
    const others = 'policyendpoints.networking.k8s.aws';
    expect((await api.call('DELETE', `${CRDS}/${others}?dryRun=All`)).status).toBe(404);
  });
});
