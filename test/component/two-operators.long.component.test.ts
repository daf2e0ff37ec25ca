import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../simulator/audit-log.ts';
import { delay } from '../../src/runtime/delay.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { openComponentTransport } from '../support/component-transport.ts';
import { createTypedClient } from '../../src/adapters/kubernetes/typed-client.ts';
import { kubectl } from '../support/component-cluster.ts';
import { followLeaders, type LeaderHistory, type LeaderTerm } from '../support/leader-history.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

/** The short run has the same rounds as the beginning of the long one. */
const ROUNDS = process.env['TEST_LONG'] === '1' ? 24 : 4;
const seed = Number(process.env['LEADER_SEED'] ?? 20_261_122);
const LEASE = 'two-operators';
const LEASE_MS = 3_000;

/** How long a call may be under way before the simulator writes it down, or a Lease before it is read. */
const OBSERVED_WITHIN_MS = 50;

/** The name that a process has in the Lease and, as its access key, in the audit log of EC2. */
function nameOf(holder: string): string {
  return holder.split('_')[0] ?? '';
}

/** Calls that change something and were made by a process whose term had ended, or not begun. */
function outOfTerm(calls: readonly RecordedCall[], terms: readonly LeaderTerm[]): RecordedCall[] {
  return calls.filter(
    ({ identity, timeMs }) =>
      !terms.some(({ holder, sinceMs }, index) => {
        const untilMs = terms[index + 1]?.sinceMs ?? Infinity;
        return nameOf(holder) === identity && sinceMs - OBSERVED_WITHIN_MS <= timeMs && timeMs <= untilMs;
      }),
  );
}

/** How often the calls pass from one process to another. */
function handovers(calls: readonly RecordedCall[]): number {
  return calls.filter(({ identity }, index) => index > 0 && identity !== calls[index - 1]?.identity).length;
}

describe(`two operators, one leader (LEADER_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let history: LeaderHistory;
  const transport = openComponentTransport();
  const running = new Map<string, OperatorProcess>();
  let started = 0;

  const startOperator = async (): Promise<void> => {
    started += 1;
    const name = `operator-${started}`;
    const operator = await startOperatorProcess({
      kubeconfig: kubeconfigPath(),
      ec2Endpoint: simulator.url,
      flags: [
        `--lease-duration=${LEASE_MS}ms`,
        '--pod-namespace=default',
        `--lease-name=${LEASE}`,
        `--pod-name=${name}`,
        '--detach-grace=0s',
        '--ec2-share=1',
      ],
      env: { AWS_ACCESS_KEY_ID: name },
    });
    running.set(name, operator);
  };

  beforeAll(async () => {
    // Calls take a while, so that whatever happens to a process happens in the middle of some.
    simulator = await startSimulatorInProcess({
      profile: 'instant',
      seed: String(seed),
      knobs: {
        apiLatency: { minMs: 5, maxMs: 60 },
        attachLatency: { minMs: 100, maxMs: 400 },
        detachLatency: { minMs: 100, maxMs: 400 },
      },
    });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      nodesPerZone: 4,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
    history = followLeaders(createTypedClient(transport), 'default', LEASE);
    await Promise.all([startOperator(), startOperator()]);
    await simulator.clearCalls();
  });

  afterAll(async () => {
    await Promise.all(Array.from(running.values(), (operator) => operator.stop()));
    await history.stop();
    await transport.close();
    await world.close();
    await simulator.close();
  });

  /** Gives the leader work without end: nodes that lose their label and get it back. */
  const stir = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const chosen = world.nodes.filter(() => random() < 0.5).map(({ name }) => name);
      const rest = world.nodes.map(({ name }) => name).filter((name) => !chosen.includes(name));
      if (chosen.length > 0) await kubectl(['label', '--overwrite', 'node', ...chosen, 'ng-']);
      if (rest.length > 0) await kubectl(['label', '--overwrite', 'node', ...rest, 'ng=multi-eni']);
      await delay(systemClock, 100, signal);
    }
  };

  const leaderName = async (except?: string): Promise<string> =>
    world.until(
      'somebody to lead',
      async () => {
        const name = nameOf(history.current());
        return running.has(name) && name !== except ? name : undefined;
      },
      60_000,
    );

  const mutating = async (): Promise<readonly RecordedCall[]> =>
    (await simulator.calls()).calls.filter(
      ({ action, identity }) => !action.startsWith('Describe') && identity.startsWith('operator-'),
    );

  /** Until the new leader has changed something. */
  const untilActing = async (name: string): Promise<void> => {
    await world.until(
      `${name} to act`,
      async () => ((await mutating()).at(-1)?.identity === name ? true : undefined),
      60_000,
    );
  };

  const kill = async (name: string): Promise<void> => {
    await running.get(name)?.kill();
    running.delete(name);
    await untilActing(await leaderName(name));
    await startOperator();
  };

  /** Stops a leader in its tracks until another has taken over and acts, then lets it go on. */
  const pause = async (name: string): Promise<void> => {
    const operator = running.get(name);
    if (operator === undefined) throw new Error(`${name} does not run`);
    process.kill(operator.pid, 'SIGSTOP');
    const next = await leaderName(name);
    await untilActing(next);
    process.kill(operator.pid, 'SIGCONT');
    // It notices, starts over, and waits for its turn.
    await delay(systemClock, 1_000);
    expect(nameOf(history.current())).toBe(next);
  };

  it(`never act both, whether leaders are killed or paused, in ${ROUNDS} rounds`, async () => {
    await world.applyNodeEni('contested', {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
    });
    const stirring = new AbortController();
    const stirred = stir(stirring.signal);
    await untilActing(await leaderName());
    for (let round = 0; round < ROUNDS; round += 1) {
      await delay(systemClock, 200 + random() * 1_500);
      const name = await leaderName();
      if (round % 2 === 0) await pause(name);
      else await kill(name);
    }
    stirring.abort();
    await stirred;
    const calls = await mutating();
    expect(outOfTerm(calls, history.terms)).toEqual([]);
    // The rounds were about something: there were calls in every term, and each term's came in one piece.
    expect(calls.length).toBeGreaterThan(ROUNDS * 5);
    const terms = history.terms.filter(({ holder }) => holder !== '').length;
    expect(terms).toBeGreaterThan(ROUNDS);
    expect(handovers(calls)).toBeGreaterThanOrEqual(ROUNDS);
    expect(handovers(calls)).toBeLessThan(terms);
  }, 900_000);

  it('leave one ENI for each node', async () => {
    await kubectl(['label', '--overwrite', 'node', '--all', 'ng=multi-eni']);
    await world.until(
      'one ENI for each node',
      async () => {
        const enis = await world.ownedEnis();
        const places = new Set(enis.map(({ Attachment }) => Attachment?.InstanceId));
        return enis.length === world.nodes.length && places.size === enis.length ? true : undefined;
      },
      60_000,
    );
    await world.untilReason('contested', 'Ready', 60_000);
    expect(await world.attachments()).toHaveLength(world.nodes.length);
    await kubectl(['delete', 'nodeeni', 'contested', '--timeout=60s']);
    expect(await world.ownedEnis()).toEqual([]);
  }, 200_000);
});
