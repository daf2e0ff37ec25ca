import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  argoChecks,
  argoDiff,
  argoSync,
  type Comparison,
  sampleApplication,
  type SyncOutcome,
  withoutServerSideDiff,
} from '../support/argo-checks.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { asList, render, type RenderedObject } from '../support/rendered-manifests.ts';
import { installStubCrds, uninstallStubCrds } from '../support/stub-crds.ts';
import { makeAvailable } from '../support/workload-status.ts';

const NAMESPACE = 'eni-controller-system';
const application = sampleApplication('multi-eni-operator');

function isOfAdmission({ apiVersion }: RenderedObject): boolean {
  return apiVersion.startsWith('admissionregistration.k8s.io/');
}

function notSynced(comparisons: readonly Comparison[]): readonly Comparison[] {
  return comparisons.filter(({ sync }) => sync !== 'Synced');
}

/** uid and resourceVersion of each object. */
async function versionsOf(objects: readonly RenderedObject[]): Promise<readonly string[]> {
  const columns =
    '--output=jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid} {.metadata.resourceVersion}{"\\n"}{end}';
  return (await kubectl(['get', '-f', '-', columns], asList(objects))).trim().split('\n').toSorted();
}

// The program with Argo CD's engine is built from the Go module proxy (node hack/gitops-tools/main.ts): not everywhere.
describe.skipIf(argoChecks === undefined)('Argo CD', () => {
  let objects: readonly RenderedObject[];
  let first: SyncOutcome;
  let beforeWorkloads: string;

  beforeAll(async () => {
    await wipeCluster();
    await installStubCrds();
    objects = await render('config/overlays/argocd');
    // Argo CD makes the Application's namespace before its first wave, where it is not there yet.
    await kubectl(['apply', '-f', '-'], asList(objects.filter(({ kind }) => kind === 'Namespace')));
    const syncing = argoSync(application, objects);
    const namespace = `--namespace=${NAMESPACE}`;
    await kubectl(['wait', '--for=create', '--timeout=60s', namespace, 'deployment/eni-webhook']);
    await kubectl(['wait', '--for=create', '--timeout=60s', namespace, 'daemonset/eni-manager']);
    beforeWorkloads = await kubectl(
      ['get', '--ignore-not-found', '--output=name', '-f', '-'],
      asList(objects.filter((object) => isOfAdmission(object))),
    );
    await makeAvailable(objects);
    first = await syncing;
  });

  afterAll(async () => {
    const made = objects.filter(({ kind }) => kind !== 'CustomResourceDefinition' && kind !== 'Namespace');
    await kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], asList(made));
    await wipeCluster();
    await uninstallStubCrds();
  });

  it('makes everything in its waves, each when the one before is healthy', () => {
    expect(first).toMatchObject({ phase: 'Succeeded', waves: [-3, -2, -1, 0, 1] });
    expect(first.objects).toHaveLength(objects.length);
    expect(first.objects.filter(({ status }) => status !== 'Synced')).toEqual([]);
  });

  it('makes neither policies nor webhooks while no pod answers', () => {
    expect(beforeWorkloads).toBe('');
  });

  it('finds no difference after a sync, nor after cert-manager wrote the caBundle', async () => {
    const compared = await argoDiff(application, objects);

    expect(compared).toHaveLength(objects.length);
    expect(notSynced(compared)).toEqual([]);
    expect(compared.filter(({ health = 'Healthy' }) => health !== 'Healthy')).toEqual([]);

    const patch = JSON.stringify([{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: 'Cg==' }]);
    const args = ['--type=json', `--patch=${patch}`, '--field-manager=cert-manager-cainjector'];
    await kubectl(['patch', 'validatingwebhookconfiguration/eni-webhook', ...args]);
    await kubectl(['patch', 'mutatingwebhookconfiguration/eni-webhook', ...args]);
    expect(notSynced(await argoDiff(application, objects))).toEqual([]);
    expect(notSynced(await argoDiff(withoutServerSideDiff(application), objects))).toEqual([]);
  });

  it('changes nothing when it syncs again', async () => {
    const before = await versionsOf(objects);
    const second = await argoSync(application, objects);

    expect(second.phase).toBe('Succeeded');
    expect(before).toHaveLength(objects.length);
    expect(await versionsOf(objects)).toEqual(before);
  });

  it('sees what somebody changed, only that, and puts it back', async () => {
    await kubectl(['--namespace', NAMESPACE, 'scale', 'deployment/eni-webhook', '--replicas=5']);
    const subject = `Deployment/${NAMESPACE}/eni-webhook`;

    expect(notSynced(await argoDiff(application, objects))).toEqual([
      expect.objectContaining({ subject, sync: 'OutOfSync', health: 'Progressing' }),
    ]);
    const syncing = argoSync(application, objects);
    await kubectl([
      'wait',
      '--for=jsonpath={.spec.replicas}=2',
      '--timeout=60s',
      `--namespace=${NAMESPACE}`,
      'deployment/eni-webhook',
    ]);
    await makeAvailable(objects);
    expect((await syncing).phase).toBe('Succeeded');
    expect(notSynced(await argoDiff(application, objects))).toEqual([]);
  });

  it('prunes what Git has no more, but never a CRD', async () => {
    const gone = new Set(['PodDisruptionBudget', 'CustomResourceDefinition']);
    const fewer = objects.filter(({ kind }) => !gone.has(kind));
    const pruned = await argoSync(application, fewer);

    expect(pruned.phase).toBe('Succeeded');
    const statuses = new Map(pruned.objects.map(({ subject, status }) => [subject, status]));
    expect(statuses.get(`PodDisruptionBudget/${NAMESPACE}/eni-webhook`)).toBe('Pruned');
    expect(statuses.get('CustomResourceDefinition/nodeenis.networking.k8s.aws')).toBe('PruneSkipped');
    const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
    expect(await versionsOf(crds)).toHaveLength(2);
  });
});
