import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import type { EvictionAnswer } from '../pod-eviction-port.ts';
import type { NodePod } from '../ports.ts';
import { createEvictBlockers } from './evict-blockers.ts';

const signal = new AbortController().signal;

function aPod(name: string, isOfDaemonSet = false): NodePod {
  const common = { namespace: 'core', isOver: false, isDaemon: false, isReady: true };
  return { ...common, name, uid: `uid-${name}`, nodeName: 'node-1', isOfDaemonSet };
}

interface World {
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  /** Names of pods that were evicted or tried to be. */
  readonly tried: string[];
  readonly events: string[];
  answer: EvictionAnswer | Error;
  block(nodeName: string, ...pods: readonly NodePod[]): Promise<void>;
}

function aWorld(maxUnavailable: number): World {
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  const evict = createEvictBlockers({
    clock,
    logger,
    maxUnavailable,
    evictions: {
      evict({ name }) {
        world.tried.push(name);
        return world.answer instanceof Error ? Promise.reject(world.answer) : Promise.resolve(world.answer);
      },
    },
    events: { record: ({ reason, message }) => void world.events.push(`${reason}: ${message}`) },
  });
  const world: World = {
    clock,
    logger,
    tried: [],
    events: [],
    answer: { kind: 'evicted' },
    block: (nodeName, ...pods) => evict({ nodeName, nodeENI: { name: 'upf', uid: 'u' }, pods }, signal),
  };
  return world;
}

describe('pods that block a release', () => {
  it('are evicted once while they end, and again if they do not', async () => {
    const world = aWorld(1);
    for (let seconds = 0; seconds < 60; seconds += 10) {
      await world.block('node-1', aPod('upf-0'));
      await world.clock.advance(10_000);
    }
    expect(world.tried).toEqual(['upf-0']);
    expect(world.events).toEqual([
      'PodEvicted: core/upf-0 is evicted from node-1, so that its ENI can be detached',
    ]);
    await world.block('node-1', aPod('upf-0'));
    expect(world.tried).toEqual(['upf-0', 'upf-0']);
  });

  it('are asked for again while a budget holds them, or the API server refuses', async () => {
    const world = aWorld(1);
    world.answer = { kind: 'held', message: 'the disruption budget needs 3 healthy pods' };
    await world.block('node-1', aPod('upf-0'));
    world.answer = new Error('pods/eviction is forbidden');
    await world.block('node-1', aPod('upf-0'));
    expect(world.events).toEqual([]);
    expect(world.logger.lines.map(({ level }) => level)).toEqual(['info', 'warn']);
    world.answer = { kind: 'evicted' };
    await world.block('node-1', aPod('upf-0'));
    expect(world.tried).toHaveLength(3);
    expect(world.events).toHaveLength(1);
  });

  it('are left alone on other nodes until the turn of the first is over', async () => {
    const world = aWorld(1);
    for (let seconds = 0; seconds < 40; seconds += 10) {
      await world.block('node-1', aPod('a'));
      await world.block('node-2', aPod('b'));
      await world.clock.advance(10_000);
    }
    expect(world.tried).toEqual(['a']);
    for (let seconds = 0; seconds < 40; seconds += 10) {
      await world.block('node-2', aPod('b'));
      await world.clock.advance(10_000);
    }
    expect(world.tried).toEqual(['a', 'b']);
  });

  it('are evicted on as many nodes at a time as was asked for', async () => {
    const world = aWorld(2);
    for (const [node, pod] of [
      ['node-1', 'a'],
      ['node-2', 'b'],
      ['node-3', 'c'],
    ] as const) {
      await world.block(node, aPod(pod));
    }
    expect(world.tried).toEqual(['a', 'b']);
  });

  it('stay where a DaemonSet would make them anew, and take no turn', async () => {
    const world = aWorld(1);
    await world.block('node-1', aPod('agent', true));
    await world.block('node-2', aPod('agent', true), aPod('upf-0'));
    expect(world.tried).toEqual(['upf-0']);
  });
});
