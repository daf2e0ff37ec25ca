import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../simulator/audit-log.ts';
import { kubectl } from '../support/component-cluster.ts';
import type { OperatorInProcess } from '../support/operator-in-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';
const MUTATING = /^(Create|Attach|Modify|Detach|Delete)NetworkInterface/;
const NODES = 60;

/** The longest run of calls within `windowMs`. */
function mostWithin(calls: readonly RecordedCall[], windowMs: number): number {
  const times = calls.map(({ timeMs }) => timeMs);
  const counts = times.map(
    (fromMs, first) => times.slice(first).filter((at) => at < fromMs + windowMs).length,
  );
  return Math.max(0, ...counts);
}

/** Milliseconds from the first to the last call. */
function spanMs(calls: readonly RecordedCall[]): number {
  const times = calls.map(({ timeMs }) => timeMs);
  return Math.max(...times) - Math.min(...times);
}

describe('the share of the account’s EC2 buckets', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorInProcess;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({
      profile: 'default-quota',
      seed: 'budget',
      knobs: { detachTailProbability: 0 },
    });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      nodesPerZone: NODES / 3,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
    await simulator.clearCalls();
  });

  afterEach(async () => {
    await simulator.faults.remove();
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=100s']);
    await operator.stop();
    await simulator.clearCalls();
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
  });

  const callsOf = async (action: string): Promise<readonly RecordedCall[]> =>
    (await simulator.calls({ action })).calls;

  const applyTenant = (name: string): Promise<void> =>
    world.applyNodeEni(name, {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
    });

  it('is kept from first call to last, never throttled, and announced', async () => {
    operator = await world.startOperator({
      config: {
        ec2Buckets: {
          [CREATE]: { burst: 20, tokensPerSecond: 8 },
          [ATTACH]: { burst: 10, tokensPerSecond: 4 },
        },
      },
    });
    await applyTenant('steady');
    await world.untilReason('steady', 'Ready', 60_000);
    const [creates, attaches] = [await callsOf(CREATE), await callsOf(ATTACH)];
    expect([creates.length, attaches.length]).toEqual([NODES, NODES]);
    // A second's refill is allowed for how unevenly the machine's timers and the calls' latencies fall.
    expect(mostWithin(creates, 2_000)).toBeLessThanOrEqual(20 + 8 * 3);
    expect(mostWithin(attaches, 2_000)).toBeLessThanOrEqual(10 + 4 * 3);
    const { calls } = await simulator.calls();
    expect(calls.filter(({ code }) => code === 'RequestLimitExceeded')).toEqual([]);
    // Attach decides: (60 − 10) / 4 a second = 12.5 s, and a few seconds of EC2's own.
    const events = await kubectl(['get', 'events', '-n', 'default', '-o', 'json']);
    expect(events).toMatch(/60 attachments: about 17 s at 4\/s/);
    expect(spanMs(attaches)).toBeGreaterThan(10_000);
    const metrics = await operator.metrics();
    expect(metrics).toContain(`nodeeni_attachment_ready_seconds_count ${NODES}`);
    expect(metrics).toContain('nodeeni_open_intents 0');
    expect(metrics).toContain(`nodeeni_ec2_waiting_keys{action="${ATTACH}"} 0`);
    expect(metrics).toContain(`nodeeni_ec2_limiter_wait_seconds_count{action="${ATTACH}"} ${NODES}`);
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=100s']);
    const gone = await callsOf('DetachNetworkInterface');
    expect(gone.filter(({ code }) => code === 'OK')).toHaveLength(NODES);
  }, 180_000);

  it('of an action that others use up is found out: that action slows down, no other does, all converges', async () => {
    // EC2 throttles one node's attaches as if others had emptied the bucket.
    await simulator.faults.add({
      action: ATTACH,
      kind: 'throttle',
      match: { InstanceId: world.nodes[0]?.instanceId ?? '' },
      times: 4,
    });
    operator = await world.startOperator();
    await applyTenant('throttled');
    await world.untilReason('throttled', 'Ready', 90_000);
    const { calls } = await simulator.calls();
    const mutating = calls.filter(({ action }) => MUTATING.test(action));
    const throttled = mutating.filter(({ code }) => code === 'RequestLimitExceeded');
    expect(throttled).toHaveLength(4);
    expect(throttled.length / mutating.length).toBeLessThan(0.05);
    const [creates, attaches] = [await callsOf(CREATE), await callsOf(ATTACH)];
    expect(creates.every(({ code }) => code === 'OK')).toBe(true);
    expect(attaches.filter(({ code }) => code === 'OK')).toHaveLength(NODES);
    const metrics = await operator.metrics();
    expect(metrics).toMatch(new RegExp(`nodeeni_ec2_throttles_total\\{action="${ATTACH}"\\} 4\\n`));
    expect(metrics).toMatch(new RegExp(`nodeeni_ec2_tokens_per_second\\{action="${CREATE}"\\} 5\\n`));
    const [, rate] =
      new RegExp(`nodeeni_ec2_tokens_per_second\\{action="${ATTACH}"\\} (\\S+)\\n`).exec(metrics) ?? [];
    expect(Number(rate)).toBeLessThan(4);
  }, 180_000);
});
