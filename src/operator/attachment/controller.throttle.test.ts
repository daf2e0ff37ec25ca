import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/builders/ec2-resources.ts';
import { callsToAttach, predictConvergenceMs } from '../../domain/predict-convergence.ts';
import { fullBucket } from '../../domain/rate-bucket.ts';
import { bucketSizes } from '../engine/action-permits.ts';
import { type EngineWorld, engineWorld, ours } from '../../../test/support/engine-world.ts';

const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';
const THROTTLE = { code: 'RequestLimitExceeded', status: 503 } as const;

/** A world of so many nodes, each with one attachment that nothing was done for yet. */
function worldOf(nodes: number, ec2Share = 1): EngineWorld {
  const world = engineWorld({ ec2Share });
  for (let index = 0; index < nodes; index += 1) {
    const instanceID = `i-many-${index}`;
    world.ec2.region.addInstance(anInstance({ instanceId: instanceID }), 'subnet-a');
    world.addAttachment({ metadata: { name: `att-${index}`, uid: `uid-${index}` }, spec: { instanceID } });
  }
  return world;
}

function readyCount(world: EngineWorld): number {
  const all = world.cluster.caches.attachments.list();
  return all.filter(({ metadata }) => world.ready(metadata.name).startsWith('True')).length;
}

describe('a throttled reply', () => {
  it('slows that action at once, and all attachments become Ready for all that', async () => {
    const world = worldOf(40);
    world.ec2.fail({ ...THROTTLE, action: CREATE });
    world.start();
    await world.clock.advance(5_000);
    // 40 fit into the burst: without the throttle all would have been sent within milliseconds.
    const early = world.ec2.callsOf(CREATE).length;
    expect(early).toBeGreaterThan(8);
    expect(early).toBeLessThanOrEqual(4 + 1 + 13);
    await world.clock.advance(60_000);
    expect(ours(world)).toHaveLength(40);
    expect(world.ec2.callsOf(CREATE)).toHaveLength(41);
    expect(readyCount(world)).toBe(40);
  });

  it('leaves other actions as fast as they were', async () => {
    const world = worldOf(40);
    world.start();
    world.ec2.fail({ ...THROTTLE, action: 'ModifyNetworkInterfaceAttribute' });
    await world.clock.advance(3_000);
    expect(world.ec2.callsOf(CREATE)).toHaveLength(40);
    expect(world.ec2.callsOf(ATTACH)).toHaveLength(40);
    expect(world.ec2.callsOf('ModifyNetworkInterfaceAttribute').length).toBeLessThan(20);
  });

  it('is what the status says for as long as the attachment waits because of it', async () => {
    const world = worldOf(1);
    world.ec2.fail({ ...THROTTLE, action: CREATE, times: Infinity });
    world.start();
    const said = new Set<string>();
    for (let second = 0; second < 20; second += 1) {
      await world.clock.advance(500);
      said.add(world.ready('att-0').split(':')[0] ?? '');
    }
    expect([...said]).toEqual(['False Throttled']);
    world.ec2.heal();
    await world.clock.advance(120_000);
    expect(world.ready('att-0')).toMatch(/^True/);
  });
});

describe('the predicted time', () => {
  it.each([
    [90, 0.5],
    [60, 0.3],
  ])('of %i attachments at a share of %d is within a fifth of what they take', async (nodes, share) => {
    const world = worldOf(nodes, share);
    const sizeOf = bucketSizes(share);
    const waiting = callsToAttach({
      waiting: {},
      attachments: nodes,
      deleteOnTermination: true,
      sourceDestCheck: true,
    });
    const buckets = Object.fromEntries(Object.keys(waiting).map((key) => [key, fullBucket(sizeOf(key), 0)]));
    const predictedMs = predictConvergenceMs({ waiting, buckets, nowMs: 0 });
    world.start();
    await world.clock.advance(predictedMs * 0.8);
    expect(readyCount(world)).toBeLessThan(nodes);
    await world.clock.advance(predictedMs * 0.4);
    expect(readyCount(world)).toBe(nodes);
  });
});
