import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  readSync,
  statfsSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../hack/control-plane/find-free-port.ts';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { kubectl } from '../support/component-cluster.ts';
import { leaseHolder } from '../support/lease-holder.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const LEASE = 'full-disk';

/** The file system that a wrapped operator logs to: its own, in a mount namespace of its own. */
const TINY_DISK = [
  'unshare',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs -o size=16k tmpfs /run && exec "$@" >>/run/log',
  'sh',
];

async function health(operator: OperatorProcess, path: string): Promise<number> {
  const reply = await fetch(`${operator.httpUrl}${path}`, { signal: AbortSignal.timeout(2_000) });
  return reply.status;
}

describe('an operator whose log cannot be written', () => {
  let folder: string;
  let simulator: SimulatorServer;
  let world: OperatorWorld;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'full-disk-'));
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b'],
      nodesPerZone: 4,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
  });

  afterEach(async () => {
    await kubectl(['delete', 'leases', '--all', '-n', 'default']);
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (wrapper: readonly string[]): Promise<OperatorProcess> =>
    startOperatorProcess({
      kubeconfig: kubeconfigPath(),
      ec2Endpoint: simulator.url,
      flags: [
        `--lease-name=${LEASE}`,
        '--pod-namespace=default',
        '--lease-duration=3s',
        '--log-level=debug',
        '--ec2-share=1',
      ],
      wrapper,
      httpPort: await findFreePort(),
    });

  /** One life of a NodeENI, all of it told at level debug. */
  const liveAndDie = async (name: string): Promise<void> => {
    await world.applyNodeEni(name, {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
    });
    await world.untilReason(name, 'Ready', 30_000);
    expect(await world.ownedEnis()).toHaveLength(world.nodes.length);
    await kubectl(['delete', 'nodeeni', name, '--timeout=60s']);
  };

  it('goes on with its work on a full disk, and logs again when there is room', async () => {
    const operator = await start(TINY_DISK);
    const disk = `/proc/${operator.pid}/root/run`;
    const isFull = (): boolean => statfsSync(disk).bfree === 0;
    for (let life = 0; !isFull() && life < 20; life += 1) await liveAndDie(`life-${life}`);
    expect(isFull()).toBe(true);
    await liveAndDie('unseen');
    expect(await health(operator, '/healthz')).toBe(200);
    expect(await health(operator, '/readyz')).toBe(200);
    const before = readFileSync(`${disk}/log`, 'utf8');
    expect(before).not.toContain('"key":"unseen"');
    truncateSync(`${disk}/log`);
    await world.until('the log to go on', async () =>
      readFileSync(`${disk}/log`, 'utf8').includes('"time"') ? true : undefined,
    );
    await operator.stop();
    await expect(operator.exited).resolves.toBe(0);
    expect(await leaseHolder(LEASE)).toBe('');
  });

  it('ends in order although nothing can be written at all', async () => {
    const operator = await start(['sh', '-c', 'exec "$@" >/dev/full', 'sh']);
    await liveAndDie('mute');
    expect(await health(operator, '/readyz')).toBe(200);
    await operator.stop();
    await expect(operator.exited).resolves.toBe(0);
    expect(await leaseHolder(LEASE)).toBe('');
  });

  it('does not stall, and keeps the leadership, when nobody reads its log', async () => {
    const fifo = join(folder, 'log');
    await runCommand('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    fill(reader);
    const operator = await start(['sh', '-c', 'exec "$@" >"$0"', fifo]);
    await liveAndDie('unread');
    const leader = await leaseHolder(LEASE);
    await liveAndDie('still-unread');
    expect(await leaseHolder(LEASE)).toBe(leader);
    expect(await health(operator, '/readyz')).toBe(200);
    const stopped = operator.stop();
    // Its last line waits for the reader, the Lease does not.
    await world.until('the Lease to be released', async () =>
      (await leaseHolder(LEASE)) === '' ? true : undefined,
    );
    drain(reader);
    await stopped;
    await expect(operator.exited).resolves.toBe(0);
    closeSync(reader);
  });
});

/** Leaves no room in a pipe. */
function fill(pipe: number): void {
  const page = Buffer.alloc(4_096, 'x');
  try {
    for (;;) writeSync(pipe, page);
  } catch (error) {
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'EAGAIN') throw error;
  }
}

/** Empties a pipe. */
function drain(pipe: number): void {
  const page = Buffer.alloc(65_536);
  try {
    for (;;) readSync(pipe, page);
  } catch (error) {
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'EAGAIN') throw error;
  }
}
