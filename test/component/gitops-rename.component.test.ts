import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import {
  argoChecks,
  argoDelete,
  argoDiff,
  argoSync,
  asDeletedByCommand,
  sampleApplication,
  startDeletionControllers,
  withSyncOption,
} from '../support/argo-checks.ts';
import { kubectl } from '../support/component-cluster.ts';
import { fluxApply, fluxPrune, fluxWait, gitopsChecks } from '../support/gitops-checks.ts';
import type { OperatorInProcess } from '../support/operator-in-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { asList, render, type RenderedObject } from '../support/rendered-manifests.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { installStubCrds, uninstallStubCrds } from '../support/stub-crds.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { tryKubectl } from '../support/webhook-configurations.ts';
import { webhookConfigurations } from '../support/webhook-manifests.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';
import { makeAvailable } from '../support/workload-status.ts';

const NODES = 3;
const nodeEnis = sampleApplication('nodeenis');
// `argocd app delete` gives the finalizer to an Application that has none.
const installation = asDeletedByCommand(sampleApplication('multi-eni-operator'));

function tagOf(eni: NetworkInterface, key: string): string | undefined {
  return eni.TagSet?.find(({ Key }) => Key === key)?.Value;
}

/** A rendered object, or a webhook configuration with another way to the webhooks. */
type Installed = Omit<RenderedObject, 'webhooks'> & { readonly webhooks?: readonly object[] };

/** What is rendered, with webhooks on loopback: nothing routes Services to where tests run. */
function withUrl(objects: readonly RenderedObject[], url: string, ca: string): readonly Installed[] {
  const served = webhookConfigurations(url, ca);
  return objects.map((object) => {
    const webhooks = served.find(
      ({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name,
    )?.webhooks;
    return webhooks === undefined ? object : { ...object, webhooks };
  });
}

// The programs are built from the Go module proxy (node hack/gitops-tools/main.ts): not everywhere.
describe.skipIf(argoChecks === undefined || gitopsChecks === undefined)('a fleet in Git', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let authority: TestAuthority;
  let webhook: WebhookProcess;
  let controllers: { readonly stop: () => Promise<void> };
  let operator: OperatorInProcess;
  let installed: readonly Installed[];

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a'],
      nodesPerZone: NODES,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['media'],
    });
    await installStubCrds();
    authority = await createTestAuthority();
    const certificate = await authority.issue();
    webhook = await startWebhookProcess({ kubeconfig: kubeconfigPath(), certificate });
    controllers = await startDeletionControllers();
    installed = withUrl(await render('config/overlays/argocd'), webhook.url, authority.certificate);
    const syncing = argoSync(installation, installed);
    await makeAvailable(installed);
    const { phase, message } = await syncing;
    if (phase !== 'Succeeded') throw new Error(message);
    operator = await world.startOperator();
  });

  afterEach(async () => {
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=60s']);
  });

  afterAll(async () => {
    const made = installed.filter(({ kind }) => kind !== 'CustomResourceDefinition');
    await kubectl(['delete', '--ignore-not-found', '--timeout=60s', '-f', '-'], asList(made));
    await world.close();
    await controllers.stop();
    await webhook.stop();
    webhook.close();
    authority.close();
    await simulator.close();
    await uninstallStubCrds();
  });

  const manifest = (name: string, annotations: Readonly<Record<string, string>> = {}): object => ({
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name, annotations },
    spec: {
      nodeSelector: NODE_LABELS,
      subnetNames: ['media'],
      securityGroupIDs: [world.seed.securityGroupId],
      deviceIndex: 2,
    },
  });
  const old = (): object => manifest('media');
  const renamed = (): object => manifest('media-v2', { 'networking.k8s.aws/replaces': 'media' });

  /** One ENI per node, all of that NodeENI, and nothing else that is the operator's. */
  async function expectOnly(name: string): Promise<void> {
    await world.untilReason(name, 'Ready', 40_000);
    const { items } = await world.client.nodeENIs.list();
    expect(items.map(({ metadata }) => metadata.name)).toEqual([name]);
    const enis = await world.ownedEnis();
    const found = enis.map(
      (eni) => `${eni.Attachment?.InstanceId} ${eni.Status} ${tagOf(eni, ENI_TAGS.nodeEni)}`,
    );
    expect(found.toSorted()).toEqual(
      world.nodes.map(({ instanceId }) => `${instanceId} in-use ${name}`).toSorted(),
    );
    const attachments = await world.attachments();
    expect(new Set(attachments.map(({ spec }) => spec.nodeENI.name))).toEqual(new Set([name]));
    expect(attachments).toHaveLength(NODES);
  }

  async function untilGone(name: string): Promise<void> {
    await world.until(`the end of ${name}`, async () =>
      (await world.nodeEni(name)) === undefined ? true : undefined,
    );
  }

  async function ids(): Promise<ReadonlySet<string | undefined>> {
    return new Set((await world.ownedEnis()).map(({ NetworkInterfaceId }) => NetworkInterfaceId));
  }

  it('is renamed in one commit by Argo CD, which prunes and applies in one step', async () => {
    expect(await argoSync(nodeEnis, [old()])).toMatchObject({ phase: 'Succeeded' });
    await expectOnly('media');

    const sync = await argoSync(nodeEnis, [renamed()]);

    expect(sync).toMatchObject({ phase: 'Succeeded', waves: [0] });
    expect(sync.objects.map(({ subject, status }) => `${subject} ${status}`).toSorted()).toEqual([
      'NodeENI/media Pruned',
      'NodeENI/media-v2 Synced',
    ]);
    await untilGone('media');
    await expectOnly('media-v2');
    expect(await argoDiff(nodeEnis, [renamed()])).toEqual([
      { subject: 'NodeENI/media-v2', sync: 'Synced', health: 'Healthy' },
    ]);
  });

  it('keeps its old name and its ENIs where Argo CD may prune only behind what is healthy', async () => {
    await argoSync(nodeEnis, [old()]);
    await expectOnly('media');
    const before = await ids();

    const waiting = argoSync(withSyncOption(nodeEnis, 'PruneLast=true'), [renamed()], 3);

    await expect(waiting).rejects.toThrow('waiting for healthy state of networking.k8s.aws/NodeENI/media-v2');
    expect((await world.nodeEni('media'))?.metadata.deletionTimestamp).toBeUndefined();
    expect(await ids()).toEqual(before);
    await kubectl(['delete', 'nodeeni', 'media', '--timeout=60s']);
    await expectOnly('media-v2');
  });

  it('is renamed in one commit by Flux, which applies first', async () => {
    await fluxApply([old()]);
    await expectOnly('media');

    await fluxApply([renamed()]);
    expect(await fluxPrune([old()], [renamed()])).toEqual([{ subject: 'NodeENI/media', action: 'deleted' }]);
    expect(await fluxWait([renamed()], 60)).toMatchObject({ exitCode: 0 });

    await untilGone('media');
    await expectOnly('media-v2');
  });

  it('is not touched by Flux when the new name does not say what it replaces', async () => {
    await fluxApply([old()]);
    await expectOnly('media');
    const before = await ids();

    await expect(fluxApply([manifest('media-v2')])).rejects.toThrow('index 2 is already used by NodeENI');
    await expectOnly('media');
    expect(await ids()).toEqual(before);
  });

  // Last: it takes the operator away.
  it('leaves nothing when its Application is deleted, and then the operator’s', async () => {
    await argoSync(nodeEnis, [old()]);
    await expectOnly('media');

    expect(await argoDelete(nodeEnis)).toEqual([{ wave: 0, subjects: ['NodeENI/media'] }]);
    expect(await world.ownedEnis()).toEqual([]);
    expect(await world.attachments()).toEqual([]);
    expect((await argoDiff(installation, installed)).filter(({ sync }) => sync !== 'Synced')).toEqual([]);

    const deleting = argoDelete(installation);
    const workload = ['--namespace=eni-controller-system', 'deployment/eni-controller'];
    await kubectl(['wait', '--for=delete', '--timeout=60s', ...workload]);
    await operator.stop();
    const waves = await deleting;

    expect(waves.map(({ wave }) => wave)).toEqual([1, 0, -1, -2, -3]);
    expect(waves.flatMap(({ subjects }) => subjects)).toHaveLength(installed.length - 2);
    const { stdout } = await tryKubectl(['get', '--output=name', '-f', '-'], asList(installed));
    expect(stdout.trim().split('\n').toSorted()).toEqual([
      'customresourcedefinition.apiextensions.k8s.io/nodeeniattachments.networking.k8s.aws',
      'customresourcedefinition.apiextensions.k8s.io/nodeenis.networking.k8s.aws',
    ]);
  });
});
