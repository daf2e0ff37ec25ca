import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { LeadershipLostError } from './fence.ts';
import { type Election, Manager, type ManagerOptions } from './manager.ts';
import { RecordingLogger } from './recording-logger.ts';
import type { Runnable } from './runnable.ts';

/** A runnable the test steers; everything it does goes into a common diary. */
class Probe implements Runnable {
  readonly name: string;
  readonly readiness = Promise.withResolvers<void>();
  readonly end = Promise.withResolvers<void>();
  readonly drained = Promise.withResolvers<void>();
  ignoresStop = false;
  readonly #diary: string[];

  constructor(name: string, diary: string[]) {
    this.name = name;
    this.#diary = diary;
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#diary.push(`start ${this.name}`);
    signal.addEventListener('abort', () => {
      this.#diary.push(`stop ${this.name}`);
      if (!this.ignoresStop) this.end.resolve();
    });
    await this.end.promise;
  }

  ready(): Promise<void> {
    return this.readiness.promise;
  }

  async drain(): Promise<void> {
    this.#diary.push(`drain ${this.name}`);
    await this.drained.promise;
  }
}

class ElectionProbe extends Probe implements Election {
  readonly holderIdentity: string | undefined = 'other';
  isKept = false;

  keepLease(): void {
    this.isKept = true;
  }
}

interface Bench {
  readonly clock: FakeClock;
  readonly diary: string[];
  readonly logger: RecordingLogger;
  readonly server: Probe;
  readonly informer: Probe;
  readonly election: ElectionProbe;
  readonly controller: Probe;
  readonly manager: Manager;
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

function run(options: Partial<ManagerOptions> = {}): Bench {
  const clock = new FakeClock();
  const diary: string[] = [];
  const logger = new RecordingLogger();
  const server = new Probe('server', diary);
  const informer = new Probe('informer', diary);
  const election = new ElectionProbe('election', diary);
  const controller = new Probe('controller', diary);
  server.readiness.resolve();
  controller.readiness.resolve();
  const manager = new Manager({
    clock,
    logger,
    servers: [server],
    informers: [informer],
    election,
    controllers: [controller],
    ...options,
  });
  const stop = new AbortController();
  const ended = manager.run(stop.signal).then(
    () => 'stopped',
    (error: unknown) => error,
  );
  return { clock, diary, logger, server, informer, election, controller, manager, stop, ended };
}

function phase({ manager }: Bench): { ok: boolean; message: string | undefined } {
  const report = manager.readiness();
  return { ok: report.ok, message: report.checks.find(({ name }) => name === 'manager')?.message };
}

async function untilRunning(bench: Bench): Promise<void> {
  bench.informer.readiness.resolve();
  bench.election.readiness.resolve();
  await bench.clock.advance(0);
}

describe('a manager', () => {
  it('starts controllers only with synced informers and leadership, and says what it waits for', async () => {
    const bench = run();
    await bench.clock.advance(0);
    expect(phase(bench)).toEqual({ ok: false, message: 'waiting for informers' });
    bench.informer.readiness.resolve();
    await bench.clock.advance(0);
    expect(phase(bench)).toEqual({ ok: true, message: 'waiting for leadership, held by other' });
    expect(bench.diary).toEqual(['start server', 'start informer', 'start election']);
    bench.election.readiness.resolve();
    await bench.clock.advance(0);
    expect(phase(bench)).toEqual({ ok: true, message: 'running' });
    expect(bench.diary.at(-1)).toBe('start controller');
    bench.controller.drained.resolve();
    bench.stop.abort();
    await bench.clock.advance(0);
    expect(await bench.ended).toBe('stopped');
  });

  it('stops in order: not ready, no events, reconciles end, lease, servers', async () => {
    const bench = run();
    await untilRunning(bench);
    bench.diary.length = 0;
    bench.stop.abort();
    await bench.clock.advance(100);
    expect(phase(bench)).toEqual({ ok: false, message: 'stopping' });
    expect(bench.diary).toEqual(['stop informer', 'drain controller']);
    bench.controller.drained.resolve();
    await bench.clock.advance(0);
    expect(bench.diary.slice(2)).toEqual(['stop controller', 'stop election', 'stop server']);
    expect(await bench.ended).toBe('stopped');
    expect(bench.election.isKept).toBe(false);
    expect(bench.clock.pendingCount).toBe(0);
  });

  it('aborts reconciles that do not end in time', async () => {
    const bench = run({ drainTimeoutMs: 3_000 });
    await untilRunning(bench);
    bench.stop.abort();
    await bench.clock.advance(2_999);
    expect(bench.diary).not.toContain('stop controller');
    await bench.clock.advance(1);
    expect(await bench.ended).toBe('stopped');
    expect(bench.logger.messages('warn')).toEqual(['running reconciles are being aborted']);
  });

  it('lets the lease expire instead of releasing it while a reconcile still runs', async () => {
    const bench = run();
    await untilRunning(bench);
    bench.controller.ignoresStop = true;
    bench.stop.abort();
    await bench.clock.advance(15_000);
    expect(await bench.ended).toBe('stopped');
    expect(bench.election.isKept).toBe(true);
    expect(bench.logger.lines.at(-1)).toMatchObject({ level: 'error', fields: { running: ['controller'] } });
  });

  it('cuts controllers off at once when the leadership is lost, and fails', async () => {
    const bench = run();
    await untilRunning(bench);
    const lost = new LeadershipLostError('lease not renewed');
    bench.election.end.reject(lost);
    await bench.clock.advance(0);
    expect(await bench.ended).toBe(lost);
    expect(bench.diary).not.toContain('drain controller');
    expect(bench.diary).toContain('stop server');
  });

  it('stops everything and fails when a part ends that should not', async () => {
    const bench = run();
    await untilRunning(bench);
    bench.controller.drained.resolve();
    bench.informer.end.resolve();
    await bench.clock.advance(0);
    expect(await bench.ended).toMatchObject({ message: 'informer ended unexpectedly' });
    expect(bench.diary).toContain('stop election');
  });

  it('fails when a server cannot start', async () => {
    const bench = run();
    bench.server.end.reject(new Error('port in use'));
    await bench.clock.advance(0);
    expect(await bench.ended).toMatchObject({ message: 'port in use' });
  });

  it('stops a standby at once, without waiting for controllers that never ran', async () => {
    const bench = run();
    bench.informer.readiness.resolve();
    await bench.clock.advance(0);
    bench.stop.abort();
    await bench.clock.advance(0);
    expect(await bench.ended).toBe('stopped');
    expect(bench.diary).not.toContain('drain controller');
  });

  it('is ready only when every added check agrees, and a check that throws has failed', async () => {
    const bench = run();
    await untilRunning(bench);
    bench.manager.addReadyCheck('ec2', () => ({ ok: true, message: 'reached 3 s ago' }));
    expect(bench.manager.readiness().ok).toBe(true);
    bench.manager.addReadyCheck('cache', () => {
      throw new Error('no cache');
    });
    expect(bench.manager.readiness()).toMatchObject({
      ok: false,
      checks: [
        { name: 'manager' },
        { name: 'ec2', ok: true },
        { name: 'cache', ok: false, message: 'no cache' },
      ],
    });
    bench.controller.drained.resolve();
    bench.stop.abort();
    await bench.ended;
  });
});
