import { FINALIZER } from '../api/v1alpha1/names.ts';
import { ClaimBook } from '../src/operator/claims/claim-book.ts';
import { createNodeEniReconcile } from '../src/operator/node-eni/controller.ts';
import { NodeEniReporter } from '../src/operator/node-eni/report.ts';
import type { Ec2Directories } from '../src/operator/engine/ec2-directories.ts';
import { FakeClock } from '../src/runtime/fake-clock.ts';
import { aClusterNode } from '../test/builders/cluster-node.ts';
import { anInstance, aSecurityGroup, aSubnet } from '../test/builders/ec2-resources.ts';
import { aNodeEni } from '../test/builders/node-eni.ts';
import { FakeCluster } from '../test/support/fake-cluster.ts';

/** Wall times of reconciles of one NodeENI over so many nodes, one ENI each. */
export interface PlannerPoint {
  readonly nodes: number;
  /** The reconcile that plans and writes every attachment; writes cost nothing here. */
  readonly firstReconcileMs: number;
  /** The median reconcile when nothing is to be done. */
  readonly steadyReconcileMs: number;
}

const REPETITIONS = 9;

function instanceIdOf(index: number): string {
  return `i-${index.toString(16).padStart(17, '0')}`;
}

/** What EC2 would say, known already: the benchmark is about the operator's own work. */
function knownDirectories(nodes: number): Ec2Directories {
  const instances = new Map(
    Array.from({ length: nodes }, (_, index) => {
      const instanceId = instanceIdOf(index);
      return [instanceId, anInstance({ instanceId })] as const;
    }),
  );
  return {
    instances: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const instance = instances.get(id);
          return instance === undefined ? [] : [[id, instance] as const];
        }),
      ),
    peekInstance: (id) => instances.get(id),
    invalidateInstance: () => undefined,
    interfacesChanged: () => undefined,
    enisToTakeOver: async () => [],
    limits: async () => undefined,
    subnets: async () => [aSubnet()],
    securityGroups: async () => [aSecurityGroup()],
  };
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const fromMs = performance.now();
  await act();
  return performance.now() - fromMs;
}

/** Measures one size. */
export async function benchPlanner(nodes: number): Promise<PlannerPoint> {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock);
  for (let index = 0; index < nodes; index += 1) {
    cluster.putNode(
      aClusterNode({ name: `node-${index}`, uid: `node-uid-${index}`, instanceId: instanceIdOf(index) }),
    );
  }
  cluster.putNodeEni(aNodeEni({}, { finalizers: [FINALIZER] }));
  const { caches, attachmentWriter, nodeEniWriter, eventSink: events } = cluster;
  const reconcile = createNodeEniReconcile({
    caches,
    claims: new ClaimBook({ isKnown: (name) => caches.attachments.get(name) !== undefined }),
    directories: knownDirectories(nodes),
    detachGraceMs: 30_000,
    nodeGoneGraceMs: 300_000,
    attachmentWriter,
    writer: nodeEniWriter,
    reporter: new NodeEniReporter({ writer: nodeEniWriter, events, clock }),
    clock,
  });
  const { signal } = new AbortController();
  const firstReconcileMs = await timed(() => reconcile('tenant-a', signal));
  await clock.advance(2_000);
  await reconcile('tenant-a', signal);
  const steady: number[] = [];
  for (let run = 0; run < REPETITIONS; run += 1) {
    await clock.advance(2_000);
    steady.push(await timed(() => reconcile('tenant-a', signal)));
  }
  const steadyReconcileMs = steady.toSorted((a, b) => a - b)[Math.floor(REPETITIONS / 2)] ?? 0;
  return { nodes, firstReconcileMs, steadyReconcileMs };
}
