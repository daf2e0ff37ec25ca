import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../support/component-cluster.ts';
import { fluxApply, fluxWait, gitopsChecks, judge, type KstatusVerdict } from '../support/gitops-checks.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { type KubectlWatch, watchNodeEnis } from '../support/watch-node-enis.ts';

/** What the API server showed at one moment, and what kstatus makes of it. */
interface Judged {
  readonly generation: number;
  readonly ready: number | undefined;
  readonly verdict: KstatusVerdict['status'];
}

async function judged(watch: KubectlWatch): Promise<readonly Judged[]> {
  const versions = watch.versions();
  const verdicts = await judge(versions.map((version) => JSON.stringify(version)).join('\n'));
  return versions.map(({ metadata, status }, index) => ({
    generation: metadata.generation,
    ready: status.readyAttachments,
    verdict: verdicts[index]?.status ?? 'Unknown',
  }));
}

// The program with Flux's code is built from the Go module proxy (node hack/gitops-tools/main.ts): not everywhere.
describe.skipIf(gitopsChecks === undefined)('what Flux sees of a NodeENI', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let watch: KubectlWatch;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a'],
      nodesPerZone: 2,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['control', 'user'],
    });
    await world.startOperator();
  });

  afterEach(async () => {
    await watch.stop();
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=60s']);
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
  });

  const manifest = (spec: object): object => ({
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name: 'judged' },
    spec: { nodeSelector: NODE_LABELS, securityGroupIDs: [world.seed.securityGroupId], ...spec },
  });

  it('is never Current before every ENI is Ready, on create and on update', async () => {
    watch = watchNodeEnis();
    const [one, two] = [['control'], ['control', 'user']].map((subnetNames) => manifest({ subnetNames }));
    await fluxApply([one ?? {}]);
    expect(await fluxWait([one ?? {}], 60)).toMatchObject({ exitCode: 0 });
    await fluxApply([two ?? {}]);
    expect(await fluxWait([two ?? {}], 60)).toMatchObject({ exitCode: 0 });
    const all = await judged(watch);
    // By this Argo CD shows attachments below their NodeENI.
    const owner = await world.nodeEni('judged');
    const owners = (await world.attachments()).map(({ metadata }) => metadata.ownerReferences);
    expect(owners).toEqual(
      Array.from({ length: 4 }, () => [
        expect.objectContaining({ kind: 'NodeENI', uid: owner?.metadata.uid, controller: true }),
      ]),
    );

    expect(all.at(0)).toEqual({ generation: 1, ready: undefined, verdict: 'InProgress' });
    expect(all.at(-1)).toEqual({ generation: 2, ready: 4, verdict: 'Current' });
    const current = all.filter(({ verdict }) => verdict === 'Current');
    expect(new Set(current.map(({ generation, ready }) => `${generation}: ${ready}`))).toEqual(
      new Set(['1: 2', '2: 4']),
    );
    const updated = all.find(({ generation }) => generation === 2);
    expect(updated?.verdict).toBe('InProgress');
    expect(all.filter(({ verdict }) => !['Current', 'InProgress'].includes(verdict))).toEqual([]);
  });

  it('fails early for what needs a person', async () => {
    watch = watchNodeEnis();
    const wrong = manifest({ subnetNames: ['no-such-subnet'] });
    await fluxApply([wrong]);

    const failed = await fluxWait([wrong], 60);
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('stalled') });
    expect((await judged(watch)).at(-1)?.verdict).toBe('Failed');
  });

  it('is Current while no node matches, and Terminating while ENIs are released', async () => {
    watch = watchNodeEnis();
    const nowhere = manifest({ subnetNames: ['control'], nodeSelector: { ng: 'nowhere' } });
    await fluxApply([nowhere]);
    expect(await fluxWait([nowhere], 60)).toMatchObject({ exitCode: 0 });
    await kubectl(['delete', 'nodeeni', 'judged', '--timeout=60s']);

    const verdicts = (await judged(watch)).map(({ verdict }) => verdict);
    expect(verdicts).toContain('Current');
    expect(verdicts.at(-1)).toBe('Terminating');
  });
});
