import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestAuthority, type TestAuthority } from '../../test/support/webhook-certificates.ts';
import { FakeClock } from '../runtime/fake-clock.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { CertificateStore } from './certificates.ts';
import type { CertificatePair } from './ports.ts';

const DAY_MS = 86_400_000;
const POLL_MS = 10_000;

/** A folder whose content tests set, with or without notice. */
function createWorld(first: CertificatePair | Error): {
  readonly store: CertificateStore;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly served: CertificatePair[];
  readonly failures: () => number;
  put(pair: CertificatePair | Error): void;
  notify(): void;
} {
  let content = first;
  let notify: (() => void) | undefined;
  let failed = 0;
  const clock = new FakeClock(Date.now());
  const logger = new RecordingLogger();
  const served: CertificatePair[] = [];
  const store = new CertificateStore({
    files: {
      read: async () => {
        if (content instanceof Error) throw content;
        return content;
      },
      watch: (onChange) => {
        notify = onChange;
      },
    },
    pollPeriodMs: POLL_MS,
    clock,
    logger,
    onLoaded: ({ certificate, key }) => served.push({ certificate, key }),
    onFailed: () => {
      failed += 1;
    },
  });
  return {
    store,
    clock,
    logger,
    served,
    failures: () => failed,
    put: (pair) => {
      content = pair;
    },
    notify: () => notify?.(),
  };
}

describe('the certificate', () => {
  let authority: TestAuthority;
  let [old, renewed, expired] = [
    { certificate: '', key: '' },
    { certificate: '', key: '' },
    { certificate: '', key: '' },
  ];
  const stop = new AbortController();

  beforeAll(async () => {
    authority = await createTestAuthority();
    [old, renewed, expired] = await Promise.all([
      authority.issue(1),
      authority.issue(2),
      authority.issue(-1),
    ]);
  });

  afterAll(() => {
    stop.abort();
    authority.close();
  });

  async function start(first: CertificatePair | Error): Promise<ReturnType<typeof createWorld>> {
    const world = createWorld(first);
    void world.store.start(stop.signal);
    await world.clock.advance(0);
    return world;
  }

  it('is served as soon as it is there, and until then the process says what is missing', async () => {
    const world = await start(new Error('ENOENT: tls.crt'));
    expect(world.store.check()).toEqual({ ok: false, message: 'no certificate: ENOENT: tls.crt' });

    world.put(old);
    await world.clock.advance(POLL_MS);

    expect(world.served).toEqual([old]);
    expect(world.store.check().ok).toBe(true);
  });

  it('is renewed at the next look, and at once when the file system tells', async () => {
    const world = await start(old);

    world.put(renewed);
    await world.clock.advance(POLL_MS - 1);
    expect(world.served).toEqual([old]);
    world.notify();
    await world.clock.advance(0);

    expect(world.served).toEqual([old, renewed]);
    world.put(old);
    await world.clock.advance(POLL_MS);
    expect(world.served).toEqual([old, renewed, old]);
  });

  it('stays when the new key is that of another one, which is told once and counted at every look', async () => {
    const world = await start(old);

    world.put({ certificate: renewed.certificate, key: old.key });
    await world.clock.advance(3 * POLL_MS);

    expect(world.served).toEqual([old]);
    expect(world.store.check().ok).toBe(true);
    expect(world.failures()).toBe(3);
    expect(world.logger.messages('error')).toEqual(['certificate cannot be used']);
    world.put(renewed);
    await world.clock.advance(POLL_MS);
    expect(world.served).toEqual([old, renewed]);
  });

  it.each([
    ['half written', () => ({ certificate: renewed.certificate.slice(0, 200), key: renewed.key })],
    ['empty', () => ({ certificate: '', key: '' })],
    ['expired', () => expired],
  ])('stays when the new one is %s', async (_, broken) => {
    const world = await start(old);

    world.put(broken());
    await world.clock.advance(POLL_MS);

    expect(world.served).toEqual([old]);
  });

  it('that expires makes the process not ready', async () => {
    const world = await start(old);

    await world.clock.advance(DAY_MS);

    expect(world.store.check()).toEqual({ ok: false, message: expect.stringMatching(/^expired on 20/) });
  });

  it('is silent while nothing changes', async () => {
    const world = await start(old);
    const lines = world.logger.lines.length;

    await world.clock.advance(100 * POLL_MS);

    expect(world.logger.lines).toHaveLength(lines);
    expect(world.served).toEqual([old]);
  });
});
