import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../support/component-cluster.ts';
import { asList, render, type RenderedObject } from '../support/rendered-manifests.ts';
import { tryKubectl } from '../support/webhook-configurations.ts';

const NAMESPACE = 'eni-controller-system';
const RIGHTS = new Set(['ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** What every account may: ask what it may itself. */
const EVERYBODY: ReadonlySet<string> = new Set([
  'create selfsubjectaccessreviews.authorization.k8s.io',
  'create selfsubjectreviews.authentication.k8s.io',
  'create selfsubjectrulesreviews.authorization.k8s.io',
]);

const OPERATOR: readonly string[] = [
  'create,patch events',
  'get namespaces/kube-system',
  'get,list,watch,patch nodeenis.networking.k8s.aws',
  'get,list,watch,create,patch,delete nodeeniattachments.networking.k8s.aws',
  'get,list,watch,patch nodes',
  'list network-attachment-definitions.k8s.cni.cncf.io',
  'list pods',
  'manage nodeeniattachments.networking.k8s.aws',
  'patch nodeeniattachments/status.networking.k8s.aws',
  'patch nodeenis/status.networking.k8s.aws',
  'patch nodes/status',
  'update nodeenis/finalizers.networking.k8s.aws',
];

const LEASE: readonly string[] = [
  'create leases.coordination.k8s.io',
  'get,patch leases.coordination.k8s.io/nodeeni-controller-leader-election',
];

const CERTIFICATES: readonly string[] = [
  'create secrets',
  'get,patch secrets/eni-webhook-ca',
  'get,patch secrets/eni-webhook-tls',
];

const CONFIGURATIONS: readonly string[] = ['validating', 'mutating'].flatMap((kind) =>
  ['eni-webhook', 'eni-webhook-node-labels'].map(
    (name) => `get,patch ${kind}webhookconfigurations.admissionregistration.k8s.io/${name}`,
  ),
);

const WEBHOOK: readonly string[] = [
  'get,list,watch nodeeniattachments.networking.k8s.aws',
  'get,list,watch nodeenis.networking.k8s.aws',
  'get,list,watch nodes',
  'list network-attachment-definitions.k8s.cni.cncf.io',
  'list pods',
];

const DAEMON: readonly string[] = [
  'get nodes',
  'get,list,watch nodeeniattachments.networking.k8s.aws',
  'patch nodeeniattachments/status.networking.k8s.aws',
];

/** One line for each resource, or each named object, of a rule. */
function linesOf({ verbs, apiGroups = [], resources = [], resourceNames = [] }: ResourceRule): string[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) => {
      const whole = `${verbs.join(',')} ${resource}${group === '' ? '' : `.${group}`}`;
      return resourceNames.length === 0 ? [whole] : resourceNames.map((name) => `${whole}/${name}`);
    }),
  );
}

/** Everything that RBAC grants the account in a namespace, as the API server tells the account itself. */
async function rightsOf(account: string, namespace: string): Promise<readonly string[]> {
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace },
  };
  const as = [
    `--as=system:serviceaccount:${NAMESPACE}:${account}`,
    '--as-group=system:serviceaccounts',
    `--as-group=system:serviceaccounts:${NAMESPACE}`,
    '--as-group=system:authenticated',
  ];
  const text = await kubectl(
    ['create', '--validate=false', '--output=json', ...as, '-f', '-'],
    JSON.stringify(review),
  );
  const { status }: { readonly status: { readonly resourceRules: readonly ResourceRule[] } } =
    JSON.parse(text);
  return status.resourceRules
    .flatMap((rule) => linesOf(rule))
    .filter((line) => !EVERYBODY.has(line))
    .toSorted();
}

/** Whether the API server lets the account do it. */
async function may(account: string, verb: string, ...resource: readonly string[]): Promise<boolean> {
  const as = `--as=system:serviceaccount:${NAMESPACE}:${account}`;
  const { stdout } = await tryKubectl(['auth', 'can-i', verb, ...resource, as]);
  return stdout.trim() === 'yes';
}

async function install(path: string): Promise<readonly RenderedObject[]> {
  const rendered = await render(path);
  const rights = rendered.filter(({ kind }) => RIGHTS.has(kind));
  const namespaces = rendered.filter(({ kind }) => kind === 'Namespace');
  await kubectl(['apply', '-f', '-'], asList([...namespaces, ...rights]));
  return rights;
}

describe.each([
  ['config/default', [], []],
  ['config/overlays/no-cert-manager', CERTIFICATES, CONFIGURATIONS],
])('the rights of %s', (path, inNamespace, everywhere) => {
  let rights: readonly RenderedObject[];

  beforeAll(async () => {
    rights = await install(path);
  });

  afterAll(async () => {
    await kubectl(['delete', '--ignore-not-found', '-f', '-'], asList(rights));
  });

  it.each([
    ['eni-controller', NAMESPACE, [...OPERATOR, ...everywhere, ...LEASE, ...inNamespace]],
    ['eni-controller', 'default', [...OPERATOR, ...everywhere]],
    ['eni-controller', 'kube-system', [...OPERATOR, ...everywhere]],
    ['eni-webhook', NAMESPACE, WEBHOOK],
    ['eni-webhook', 'kube-system', WEBHOOK],
    ['eni-manager', NAMESPACE, DAEMON],
    ['eni-manager', 'kube-system', DAEMON],
    ['default', NAMESPACE, []],
  ])(
    'let %s in namespace %s do what its program does, and nothing else',
    async (account, namespace, table) => {
      expect(await rightsOf(account, namespace)).toEqual([...table].toSorted());
    },
  );

  it.each(['eni-controller', 'eni-webhook', 'eni-manager'])(
    'let %s neither widen its rights nor read what is secret',
    async (account) => {
      const wanted = [
        ['impersonate', 'users'],
        ['escalate', 'clusterroles'],
        ['bind', 'clusterroles'],
        ['list', 'secrets', '--all-namespaces'],
        ['create', 'serviceaccounts', '--subresource=token', '-n', NAMESPACE],
        ['create', 'pods', '--subresource=exec', '-n', NAMESPACE],
        ['create', 'pods', '-n', NAMESPACE],
        ['update', 'nodeenis.networking.k8s.aws'],
        ['delete', 'nodes'],
      ];
      const granted = await Promise.all(
        wanted.map(async ([verb = '', ...resource]) =>
          (await may(account, verb, ...resource)) ? [verb] : [],
        ),
      );
      expect(granted.flat()).toEqual([]);
    },
  );
});
