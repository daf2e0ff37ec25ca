import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import type { ApiRequest, ApiTransport } from './api-transport.ts';
import { createEventRecorder, type EventNote, type EventRecorder } from './event-recorder.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** The events an API server would hold: created bodies, with patches merged. */
class FakeEvents implements ApiTransport {
  readonly stored = new Map<string, JsonObject>();
  isDown = false;

  async request({ method, path, body }: ApiRequest): Promise<unknown> {
    if (this.isDown) throw new Error('api server is down');
    const change = isJsonObject(body) ? body : {};
    const metadata = isJsonObject(change['metadata']) ? change['metadata'] : {};
    const name = method === 'POST' ? String(metadata['name']) : (path.split('/').at(-1) ?? '');
    this.stored.set(name, { ...this.stored.get(name), ...change });
    return { ...this.stored.get(name), metadata: { name, uid: `${name}-uid`, resourceVersion: '1' } };
  }

  async *watch(): AsyncGenerator {
    yield* [];
  }

  async close(): Promise<void> {
    this.stored.clear();
  }
}

interface Bench {
  readonly clock: FakeClock;
  readonly events: FakeEvents;
  readonly logger: RecordingLogger;
  readonly recorder: EventRecorder;
  readonly dropped: () => number;
}

function aBench(): Bench {
  const clock = new FakeClock();
  const events = new FakeEvents();
  const logger = new RecordingLogger();
  let dropped = 0;
  const onDropped = (): void => void (dropped += 1);
  const recorder = createEventRecorder({
    transport: events,
    clock,
    logger,
    component: 'multi-eni-operator',
    instance: 'pod-1',
    onDropped,
  });
  return { clock, events, logger, recorder, dropped: () => dropped };
}

function aNote(message: string, name = 'a'): EventNote {
  const subject = { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'NodeENI', name, uid: `${name}-uid` };
  return { subject, type: 'Normal', reason: 'Attached', message };
}

describe('an event recorder', () => {
  it('counts the same note within ten minutes of the last one, and makes a new event after', async () => {
    const { clock, events, recorder } = aBench();
    for (let repeat = 0; repeat < 3; repeat += 1) {
      recorder.record(aNote('attached'));
      await clock.advance(540_000);
      await recorder.flush();
    }
    expect([...events.stored.values()]).toMatchObject([
      { count: 3, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:18:00Z' },
    ]);
    await clock.advance(60_000);
    recorder.record(aNote('attached'));
    await recorder.flush();
    expect(events.stored.size).toBe(2);
  });

  it('does not let one object flood the cluster, and still writes about others', async () => {
    const { clock, events, recorder, dropped } = aBench();
    for (let index = 0; index < 100; index += 1) recorder.record(aNote(`message ${index}`));
    recorder.record(aNote('quiet', 'b'));
    await recorder.flush();
    expect(events.stored.size).toBe(26);
    expect(dropped()).toBe(75);
    await clock.advance(300_000);
    recorder.record(aNote('after a while'));
    await recorder.flush();
    expect(events.stored.size).toBe(27);
  });

  it('logs what cannot be written, never throws, and catches up with the count', async () => {
    const { events, logger, recorder } = aBench();
    events.isDown = true;
    recorder.record(aNote('attached'));
    await recorder.flush();
    expect(logger.lines).toMatchObject([
      { level: 'warn', message: 'cannot write event', fields: { object: 'a' } },
    ]);
    events.isDown = false;
    recorder.record(aNote('attached'));
    await recorder.flush();
    expect([...events.stored.values()]).toMatchObject([{ count: 2 }]);
  });

  it('cuts messages and names to what Kubernetes takes', async () => {
    const { events, recorder } = aBench();
    recorder.record(aNote('x'.repeat(5_000), 'n'.repeat(253)));
    await recorder.flush();
    const [[name, event] = []] = [...events.stored];
    expect(name?.length).toBeLessThanOrEqual(253);
    expect(String(event?.['message'])).toHaveLength(1024);
  });
});
