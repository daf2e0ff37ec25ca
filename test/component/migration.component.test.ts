import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocument, sectionOf } from '../documentation/documents.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { asList, isKept, render } from '../support/rendered-manifests.ts';
import { installStubCrds, uninstallStubCrds } from '../support/stub-crds.ts';
import { tryKubectl } from '../support/webhook-configurations.ts';

const NAMESPACE = 'eni-controller-system';
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:eni-controller`;
const RBAC = 'rbac.authorization.k8s.io';

/** A workload of the reference: what counts here are its name, its labels and its selector. */
function workload(kind: 'Deployment' | 'DaemonSet', name: string): object {
  const labels = { app: name };
  const containers = [{ name: 'only', image: 'example.com/reference:1.3.8' }];
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: NAMESPACE, labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { serviceAccountName: 'eni-controller', containers } },
    },
  };
}

/** A role of the reference with one of the rights that it gives, and its binding to the account that both products use. */
function rights(
  role: { readonly name: string; readonly binding: string; readonly namespace?: string },
  rule: object,
): readonly object[] {
  const { name, binding, namespace } = role;
  const scope = namespace === undefined ? {} : { namespace };
  const prefix = namespace === undefined ? 'Cluster' : '';
  return [
    {
      apiVersion: `${RBAC}/v1`,
      kind: `${prefix}Role`,
      metadata: { name, ...scope },
      rules: [rule],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: `${prefix}RoleBinding`,
      metadata: { name: binding, ...scope },
      roleRef: { apiGroup: RBAC, kind: `${prefix}Role`, name },
      subjects: [{ kind: 'ServiceAccount', name: 'eni-controller', namespace: NAMESPACE }],
    },
  ];
}

const pods = (...verbs: readonly string[]): object => ({ apiGroups: [''], resources: ['pods'], verbs });
const REFERENCE = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'eni-controller', namespace: NAMESPACE } },
  ...rights(
    { name: 'eni-controller-role', binding: 'eni-controller-rolebinding' },
    { apiGroups: ['networking.k8s.aws'], resources: ['nodeenis'], verbs: ['create', 'delete'] },
  ),
  ...rights(
    { name: 'eni-controller-sriov-manager', binding: 'eni-controller-sriov-manager-binding' },
    pods('delete'),
  ),
  ...rights(
    { name: 'eni-controller-pod-reader', binding: 'eni-controller-pod-reader', namespace: NAMESPACE },
    { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
  ),
  workload('Deployment', 'eni-controller'),
  workload('DaemonSet', 'eni-manager'),
];
/** Of a NodeENI that the reference looked after. */
const STORED = {
  apiVersion: 'networking.k8s.aws/v1alpha1',
  kind: 'NodeENI',
  metadata: { name: 'stored', finalizers: ['nodeeni.networking.k8s.aws/finalizer'] },
  spec: {
    nodeSelector: { ng: 'multi-eni' },
    subnetID: 'subnet-0123456789abcdef0',
    securityGroupIDs: ['sg-0123456789abcdef0'],
    deviceIndex: 1,
  },
};

/** The commands of the page that change something, in order. */
function commandsOfThePage(): readonly (readonly string[])[] {
  const steps = sectionOf(readDocument('docs/migration.md'), '## Step by step');
  return Array.from(steps.matchAll(/^ +kubectl (.+)$/gm), ([, command = '']) => command.split(' '))
    .filter(([verb]) => verb !== 'get')
    .map((command) => command.map((word) => (word === 'my-cluster' ? 'config/default' : word)));
}

async function may(verb: string, resource: string): Promise<boolean> {
  const question = ['auth', 'can-i', verb, resource, `--as=${ACCOUNT}`, '-n', NAMESPACE];
  return (await tryKubectl(question)).stdout.trim() === 'yes';
}

async function selectorOf(workloadName: string): Promise<string> {
  return kubectl(['get', '-n', NAMESPACE, workloadName, '-o', 'jsonpath={.spec.selector.matchLabels}']);
}

describe('a cluster of the reference', () => {
  beforeAll(async () => {
    await installStubCrds();
    await kubectl(['apply', '-f', '-'], asList([...REFERENCE, STORED]));
  });

  afterAll(async () => {
    // The webhooks and policies first: nothing serves the former, and the latter guard what is wiped.
    const installed = (await render('config/default')).filter((object) => !isKept(object));
    await kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], asList(installed));
    await wipeCluster();
    await uninstallStubCrds();
  });

  it('takes the manifests once the commands of the page stopped it, and keeps nothing of its rights', async () => {
    expect(await may('delete', 'pods')).toBe(true);
    const tooEarly = await tryKubectl(['apply', '-k', 'config/default', '--dry-run=server']);
    expect(tooEarly.stderr).toContain('field is immutable');

    for (const command of commandsOfThePage()) await kubectl(command);

    expect(await selectorOf('deployment/eni-controller')).toContain('multi-eni-operator');
    expect(await selectorOf('daemonset/eni-manager')).toContain('multi-eni-operator');
    expect(await may('delete', 'pods')).toBe(false);
    expect(await may('create', 'pods/exec')).toBe(false);
    expect(await may('delete', 'nodeenis.networking.k8s.aws')).toBe(false);
    expect(await may('list', 'nodeenis.networking.k8s.aws')).toBe(true);
    const stored = await kubectl([
      'get',
      'nodeeni',
      'stored',
      '-o',
      'jsonpath={.spec.deviceIndex}{.metadata.finalizers}',
    ]);
    expect(stored).toBe('1["nodeeni.networking.k8s.aws/finalizer"]');
  });
});
