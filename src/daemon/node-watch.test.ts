import { describe, expect, it } from 'vitest';
import { FakeClock, flushPromises } from '../runtime/fake-clock.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { createNodeWatch, type NodeWatch } from './node-watch.ts';
import type { NodeFacts } from './ports.ts';

const signal = new AbortController().signal;

function createWatch(answers: (NodeFacts | Error)[]): {
  watch: NodeWatch;
  clock: FakeClock;
  logger: RecordingLogger;
} {
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  const reports = {
    readNode(): Promise<NodeFacts> {
      const answer = answers.shift() ?? new Error('nobody expected this read');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return { watch: createNodeWatch({ reports, clock, logger }), clock, logger };
}

const first: NodeFacts = { instanceId: 'i-1', addresses: ['10.0.1.10'] };
const second: NodeFacts = { instanceId: 'i-2', addresses: ['10.0.1.11'] };

describe('what is known of the node', () => {
  it('is read once for many passes, and anew after five minutes', async () => {
    const { watch, clock } = createWatch([first, second]);
    expect(await watch.facts(signal, false)).toEqual(first);
    await clock.advance(299_000);
    expect(await watch.facts(signal, false)).toEqual(first);
    await clock.advance(2_000);
    await watch.facts(signal, false);
    await flushPromises();
    expect(await watch.facts(signal, false)).toEqual(second);
  });

  it('is read at once when it is doubtful, but not more than every ten seconds', async () => {
    const { watch, clock } = createWatch([first, first, second]);
    await watch.facts(signal, false);
    expect(await watch.facts(signal, true)).toEqual(first);
    await clock.advance(10_000);
    expect(await watch.facts(signal, true)).toEqual(first);
    expect(await watch.facts(signal, true)).toEqual(first);
    await clock.advance(10_000);
    expect(await watch.facts(signal, true)).toEqual(second);
  });

  it('is asked for again while the Node has no instance yet', async () => {
    const { watch, clock } = createWatch([{ addresses: [] }, first]);
    expect(await watch.facts(signal, false)).toEqual({ addresses: [] });
    await clock.advance(10_000);
    expect(await watch.facts(signal, false)).toEqual(first);
  });

  it('goes on to count while the API server is away, and says so', async () => {
    const { watch, clock, logger } = createWatch([first, new Error('down'), new Error('down')]);
    await watch.facts(signal, false);
    await clock.advance(3_600_000);
    expect(await watch.facts(signal, false)).toEqual(first);
    await clock.advance(20_000);
    expect(await watch.facts(signal, true)).toEqual(first);
    expect(logger.lines).toHaveLength(2);
  });

  it('has to be read before anything is done', async () => {
    const { watch } = createWatch([new Error('down')]);
    await expect(watch.facts(signal, false)).rejects.toThrow('down');
  });
});
