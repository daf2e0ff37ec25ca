import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { kubectl } from '../support/component-cluster.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { asList, findObject, render, type RenderedObject } from '../support/rendered-manifests.ts';
import { type SimulatorServer, startSimulatorInProcess } from '../support/simulator-server.ts';
import { tryKubectl } from '../support/webhook-configurations.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const NAMESPACE = 'eni-controller-system';
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:eni-controller`;
const RIGHTS = new Set(['ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

/** A kubeconfig of the shared API server whose user is the service account. */
async function kubeconfigOfAccount(path: string): Promise<void> {
  const token = (await kubectl(['create', 'token', 'eni-controller', '-n', NAMESPACE])).trim();
  const administrator: { readonly users: readonly { readonly name: string }[] } = parse(
    readFileSync(kubeconfigPath(), 'utf8'),
  );
  const users = administrator.users.map(({ name }) => ({ name, user: { token } }));
  writeFileSync(path, stringify({ ...administrator, users }), { mode: 0o600 });
}

/** The environment that the manifests give the container; a pod's own name and namespace as the kubelet fills them in. */
function environmentOf(objects: readonly RenderedObject[]): Readonly<Record<string, string>> {
  const container = findObject(objects, 'Deployment', 'eni-controller').spec?.template?.spec.containers[0];
  const values = (container?.env ?? []).flatMap(({ name, value }) =>
    value === undefined ? [] : [[name, value]],
  );
  return {
    ...findObject(objects, 'ConfigMap', 'eni-controller-config').data,
    ...Object.fromEntries(values),
    POD_NAME: 'eni-controller-0',
    POD_NAMESPACE: NAMESPACE,
  };
}

async function can(user: string, verb: string, resource: string, ...flags: string[]): Promise<boolean> {
  const { stdout } = await tryKubectl(['auth', 'can-i', verb, resource, `--as=${user}`, ...flags]);
  return stdout.trim() === 'yes';
}

describe('the rights in config/rbac', () => {
  let dir: string;
  let rights: readonly RenderedObject[];
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorProcess;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-rights-'));
    const rendered = await render('.');
    rights = rendered.filter(({ kind }) => RIGHTS.has(kind));
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a'],
      nodesPerZone: 2,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
    const namespaces = rendered.filter(({ kind }) => kind === 'Namespace');
    await kubectl(['apply', '-f', '-'], asList([...namespaces, ...rights]));
    const kubeconfig = join(dir, 'kubeconfig');
    await kubeconfigOfAccount(kubeconfig);
    operator = await startOperatorProcess({
      kubeconfig,
      ec2Endpoint: simulator.url,
      env: { ...environmentOf(rendered), AWS_REGION: 'us-east-1' },
      // Nobody plays the daemon here.
      flags: ['--detach-grace=0s', '--ec2-share=1', '--host-daemon=Disabled'],
    });
  });

  afterAll(async () => {
    await operator.stop();
    await world.close();
    await simulator.close();
    await kubectl([
      'delete',
      'lease',
      'nodeeni-controller-leader-election',
      '-n',
      NAMESPACE,
      '--ignore-not-found',
    ]);
    await kubectl(['delete', '--ignore-not-found', '-f', '-'], asList(rights));
    rmSync(dir, { recursive: true, force: true });
  });

  const owned = (count: number): Promise<true> =>
    world.until(`${count} ENIs`, async () => ((await world.ownedEnis()).length === count ? true : undefined));

  /** Calls to the API server by status. */
  const refusedCalls = async (): Promise<readonly string[]> => {
    const text = await (await fetch(`${operator.httpUrl}/metrics`)).text();
    const calls = text.split('\n').filter((line) => line.startsWith('nodeeni_kubernetes_calls_total{'));
    expect(calls.length).toBeGreaterThan(5);
    return calls.filter((line) => /status="40[13]"/.test(line));
  };

  it('let the operator do everything in the life of a NodeENI', async () => {
    const spec = {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
    };
    const [node] = world.nodes;
    await world.applyNodeEni('of-account', spec);
    await world.untilReason('of-account', 'Ready');
    await owned(2);
    await world.applyNodeEni('of-account', { ...spec, tags: { team: 'core' } });
    await world.until('the new tag', async () => {
      const enis = await world.ownedEnis();
      return enis.every(({ TagSet = [] }) => TagSet.some(({ Key }) => Key === 'team')) ? true : undefined;
    });
    await kubectl(['label', 'node', node?.name ?? '', 'ng-']);
    await owned(1);
    await kubectl(['label', 'node', node?.name ?? '', 'ng=multi-eni']);
    await owned(2);
    await kubectl(['delete', 'nodeeni', 'of-account', '--timeout=60s']);
    await owned(0);

    expect(await refusedCalls()).toEqual([]);
    const lease = await kubectl([
      'get',
      'lease',
      'nodeeni-controller-leader-election',
      '-n',
      NAMESPACE,
      '-o',
      'yaml',
    ]);
    expect(parse(lease).spec.holderIdentity).toMatch(/^eni-controller-0_/);
    const events = await kubectl(['get', 'events', '-n', 'default', '-o', 'jsonpath={.items[*].reason}']);
    expect(events.split(' ')).toContain('ENIAttached');
    expect(await world.attachments()).toEqual([]);
  });

  it.each([
    ['create', 'nodeenis.networking.k8s.aws'],
    ['delete', 'nodeenis.networking.k8s.aws'],
    ['get', 'policyendpoints.networking.k8s.aws'],
    ['update', 'nodes'],
    ['delete', 'nodes'],
    ['get', 'secrets'],
    ['delete', 'pods'],
    ['create', 'pods/exec'],
    ['list', 'namespaces'],
    ['get', 'namespaces/default'],
    ['impersonate', 'serviceaccounts'],
    ['patch', 'clusterroles'],
  ])('do not let the operator %s %s', async (verb, resource) => {
    expect(await can(ACCOUNT, verb, resource, '--all-namespaces')).toBe(false);
  });

  it('bind the operator to its own Lease', async () => {
    const lease = 'leases.coordination.k8s.io/nodeeni-controller-leader-election';

    expect(await can(ACCOUNT, 'patch', lease, '-n', NAMESPACE)).toBe(true);
    expect(await can(ACCOUNT, 'patch', 'leases.coordination.k8s.io/another', '-n', NAMESPACE)).toBe(false);
    expect(await can(ACCOUNT, 'patch', lease, '-n', 'kube-system')).toBe(false);
    expect(await can(ACCOUNT, 'delete', lease, '-n', NAMESPACE)).toBe(false);
  });

  it('let viewers read, editors write NodeENIs and administrators order attachments to be released', async () => {
    const roles = ['viewer', 'editor', 'admin'];
    const bindings = roles.map((role) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `test-nodeeni-${role}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `nodeeni-${role}` },
      subjects: [{ kind: 'User', name: `test-${role}`, apiGroup: 'rbac.authorization.k8s.io' }],
    }));
    await kubectl(['apply', '-f', '-'], asList(bindings));
    try {
      const asked = [
        'get nodeenis',
        'watch nodeeniattachments',
        'create nodeenis',
        'patch nodeenis --subresource=status',
        'patch nodeeniattachments',
        'create nodeeniattachments',
      ];
      const granted = await Promise.all(
        roles.map(async (role) => {
          const answers = asked.map(async (question) => {
            const [verb = '', resource = '', ...flags] = question.split(' ');
            const isGranted = await can(`test-${role}`, verb, `${resource}.networking.k8s.aws`, ...flags);
            return isGranted ? [question] : [];
          });
          return (await Promise.all(answers)).flat();
        }),
      );

      expect(granted).toEqual([
        ['get nodeenis', 'watch nodeeniattachments'],
        ['create nodeenis'],
        ['patch nodeeniattachments'],
      ]);
    } finally {
      await kubectl(['delete', '-f', '-'], asList(bindings));
    }
  });
});
