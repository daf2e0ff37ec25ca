import { describe, expect, it } from 'vitest';
import { aHost } from '../../test/builders/host-state.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { FakeClock } from '../runtime/fake-clock.ts';
import { type ApiObject, type ListWatch, ListWatchError } from '../runtime/list-watch.ts';
import { seededRandom } from '../runtime/random.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { createDaemonMetrics } from './daemon-metrics.ts';
import { createDaemon } from './daemon.ts';
import { createRecordBook } from './record-book.ts';

const MINUTE_MS = 60_000;

/** An API server without attachments that can be cut off. */
function cuttableServer(): ListWatch<NodeENIAttachment & ApiObject> & { isCutOff: boolean } {
  const server = {
    isCutOff: false,
    list: async () => {
      if (server.isCutOff) throw new ListWatchError('failed', 'no route to host');
      return { items: [], resourceVersion: '1' };
    },
    async *watch({ signal, onOpen }: { readonly signal: AbortSignal; readonly onOpen?: () => void }) {
      if (server.isCutOff) throw new ListWatchError('failed', 'no route to host');
      onOpen?.();
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      yield* [];
    },
  };
  return server;
}

describe('the daemon', () => {
  it('is not ready while it hears nothing of the API server: nobody waits for ever for what it cannot learn of', async () => {
    const clock = new FakeClock();
    const attachments = cuttableServer();
    const daemon = createDaemon({
      nodeName: 'node-1',
      bootId: 'boot-1',
      rules: { areVirtualLinksAllowed: false },
      clock,
      random: seededRandom(1),
      logger: new RecordingLogger(),
      metrics: createDaemonMetrics(),
      resyncPeriodMs: 30_000,
      host: { read: async () => aHost([]), apply: async () => undefined, watch: () => undefined },
      reports: {
        readNode: async () => ({ instanceId: 'i-1', addresses: [] }),
        write: async (attachment) => attachment,
      },
      records: createRecordBook({
        load: async () => [],
        save: async () => undefined,
        remove: async () => undefined,
      }),
      devices: { podsWith: async () => [] },
      attachments,
    });
    const stop = new AbortController();
    const running = daemon.run(stop.signal);
    await clock.advance(10 * MINUTE_MS);
    expect(daemon.readiness()).toMatchObject({ ok: true });
    attachments.isCutOff = true;
    await clock.advance(5 * MINUTE_MS);
    expect(daemon.readiness()).toMatchObject({ ok: false });
    attachments.isCutOff = false;
    await clock.advance(MINUTE_MS);
    expect(daemon.readiness()).toMatchObject({ ok: true });
    stop.abort();
    await clock.advance(MINUTE_MS);
    await running;
  });
});
