import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../support/component-cluster.ts';
import { type Microburst, type MicroburstRule, startMicroburst } from '../support/microburst.ts';
import { startMoto } from '../support/moto.ts';
import type { OperatorInProcess } from '../support/operator-in-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess } from '../support/simulator-server.ts';

const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';
const DETACH = 'DetachNetworkInterface';
const DELETE = 'DeleteNetworkInterface';
const READS = ['DescribeNetworkInterfaces', 'DescribeInstances', 'DescribeSubnets'];
const CHANGES = [CREATE, ATTACH, DETACH, DELETE];

/** Replies that are lost although EC2 did what was asked. */
function lostReplies(operations: readonly string[]): MicroburstRule[] {
  return operations.flatMap((operation) => [
    { operation, response: { abort_frac: 0.3 }, sequence: { fail: 1, pass: 4 }, times: 2 },
    { operation, response: { truncate_frac: 0.5 }, sequence: { fail: 1, pass: 5 }, times: 2 },
  ]);
}

/** Failures before anything is carried out, a few of each kind for each action, and slowness throughout. */
function failures(): MicroburstRule[] {
  const each = [...CHANGES, ...READS].flatMap((operation): MicroburstRule[] => [
    { operation, error: { code: 'RequestLimitExceeded', status: 503 }, times: 1 },
    { operation, error: { code: 'Unavailable', status: 503 }, sequence: { fail: 1, pass: 3 }, times: 1 },
    { operation, error: { code: 'InternalError', status: 500 }, sequence: { fail: 1, pass: 3 }, times: 1 },
    { operation, reset: true, sequence: { fail: 1, pass: 4 }, times: 2 },
  ]);
  return [
    ...each,
    { operation: ATTACH, timeout_ms: 1_000, times: 1 },
    { latency: { min: 5, max: 120 }, probability: 0.3 },
  ];
}

/**
 * Faults from a program that nobody here wrote, on two endpoints. moto makes a second ENI for a client token that it has
 * seen (see test/contract/moto-differences.ts), so only the simulator's replies to creates are lost.
 */
const TARGETS = [
  ['moto', startMoto, [ATTACH, DETACH, DELETE]],
  ['the simulator', () => startSimulatorInProcess(), CHANGES],
] as const;

describe.each(TARGETS)('an EC2 full of faults in front of %s', (_name, startTarget, lost) => {
  let target: { readonly url: string; close(): Promise<void> };
  let proxy: Microburst;
  let world: OperatorWorld;
  let operator: OperatorInProcess;

  beforeAll(async () => {
    target = await startTarget();
    proxy = await startMicroburst(target.url);
    // Tests look past the proxy; the operator goes through it.
    world = await createOperatorWorld(target.url, {
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      nodesPerZone: 2,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['control', 'user'],
    });
    operator = await world.startOperator({ ec2Endpoint: proxy.url });
  }, 300_000);

  afterAll(async () => {
    await world.close();
    await proxy.close();
    await target.close();
  });

  const apply = (name: string, deviceIndex: number): Promise<void> =>
    world.applyNodeEni(name, {
      nodeSelector: NODE_LABELS,
      subnetName: name,
      deviceIndex,
      deleteOnTermination: false,
      securityGroupIDs: [world.seed.securityGroupId],
    });

  it('ends with exactly one ENI for each node and NodeENI, in its place', async () => {
    await proxy.setRules([...lostReplies(lost), ...failures()]);
    await apply('control', 1);
    await apply('user', 2);
    await world.untilReason('control', 'Ready', 110_000);
    await world.untilReason('user', 'Ready', 110_000);
    const enis = await world.ownedEnis();
    const places = enis.map(
      ({ Attachment, SubnetId }) => `${Attachment?.InstanceId} ${Attachment?.DeviceIndex} ${SubnetId}`,
    );
    const expected = world.nodes.flatMap(({ instanceId, zone }) => [
      `${instanceId} 1 ${world.subnet(zone, 'control')}`,
      `${instanceId} 2 ${world.subnet(zone, 'user')}`,
    ]);
    expect(places.toSorted()).toEqual(expected.toSorted());
  }, 240_000);

  it('leaves nothing behind when everything is deleted', async () => {
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=110s']);
    expect(await world.ownedEnis()).toEqual([]);
    expect(await world.attachments()).toEqual([]);
  }, 150_000);

  it('was full of faults indeed, of every kind, and the operator knows of its throttles', async () => {
    const fired = await proxy.fired();
    const kinds = new Set(fired.map(({ action }) => action.replace(/[=(\d].*$/, '')));
    for (const kind of ['error:RequestLimitExceeded', 'error:Unavailable', 'error:InternalError']) {
      expect(kinds).toContain(kind);
    }
    const actions = [...kinds].join(' ');
    for (const kind of ['reset', 'latency', 'timeout', 'truncate', 'abort']) expect(actions).toContain(kind);
    for (const operation of [...CHANGES, ...READS]) {
      expect(fired.map((fault) => fault.operation)).toContain(operation);
    }
    const cut = fired.filter(({ action }) => /truncate|abort/.test(action));
    for (const operation of lost) expect(cut.map((fault) => fault.operation)).toContain(operation);
    const metrics = await operator.metrics();
    for (const action of [...CHANGES, ...READS]) {
      expect(metrics).toMatch(new RegExp(`^nodeeni_ec2_throttles_total\\{action="${action}"\\} 1$`, 'm'));
    }
  });
});
