import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock, ScheduledTask } from './clock.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeLeaseStore } from './fake-lease-store.ts';
import { LeaderElector } from './leader-election.ts';
import type { LeaseStore, StoredLease } from './lease.ts';
import { type Random, seededRandom } from './random.ts';
import { RecordingLogger } from './recording-logger.ts';

/** The clock of one process: its wall clock is anywhere, and while the process is paused nothing of it runs. */
class ProcessClock implements Clock {
  readonly #base: FakeClock;
  readonly #wallOffsetMs: number;
  #held: (() => void)[] | undefined;

  constructor(base: FakeClock, wallOffsetMs: number) {
    this.#base = base;
    this.#wallOffsetMs = wallOffsetMs;
  }

  now(): number {
    return this.#base.now() + this.#wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#base.monotonicMs() + 1_000_000;
  }

  schedule(delayMs: number, callback: () => void): ScheduledTask {
    let isCancelled = false;
    const run = (): void => {
      if (isCancelled) return;
      if (this.#held === undefined) callback();
      else this.#held.push(run);
    };
    const task = this.#base.schedule(delayMs, run);
    return {
      cancel: () => {
        isCancelled = true;
        task.cancel();
      },
    };
  }

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) run();
  }
}

interface Network {
  readonly base: FakeClock;
  readonly random: Random;
  /** Probability that a request is lost, and again that its reply is. */
  lossRate: number;
  longestDelayMs: number;
}

/** The store as one process reaches it: requests and replies take their time or are lost, also after the write. */
function remoteStore(store: FakeLeaseStore, network: Network, clock: ProcessClock): LeaseStore {
  const { base, random } = network;
  const travel = (by: Clock): Promise<void> =>
    new Promise((resolve, reject) => {
      const isLost = random() < network.lossRate;
      by.schedule(random() * network.longestDelayMs, isLost ? () => reject(new Error('lost')) : resolve);
    });
  // The signal is ignored on purpose: what was sent may arrive long after its sender gave up.
  const ignored = new AbortController().signal;
  async function call<T>(work: () => Promise<T>): Promise<T> {
    await travel(base);
    const outcome = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await travel(clock);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }
  return {
    get: () => call<StoredLease | undefined>(() => store.get(ignored)),
    create: (record) => call(() => store.create(record, ignored)),
    update: (version, record) => call(() => store.update(version, record, ignored)),
  };
}

interface Process {
  readonly elector: LeaderElector;
  readonly clock: ProcessClock;
  readonly stop: AbortController;
}

interface Scenario {
  readonly seed: number;
  readonly wallOffsetsMs: readonly number[];
  readonly lossRate: number;
  readonly longestDelayMs: number;
  readonly leaseDurationMs: number;
}

const stepMs = 97;

class World {
  readonly base = new FakeClock();
  readonly #store = new FakeLeaseStore();
  readonly #scenario: Scenario;
  readonly #network: Network;
  readonly #random: Random;
  #processes: Process[];
  #started = 0;
  mostHolders = 0;
  acquisitions = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#random = seededRandom(scenario.seed);
    const { lossRate, longestDelayMs } = scenario;
    this.#network = { base: this.base, random: this.#random, lossRate, longestDelayMs };
    this.#processes = scenario.wallOffsetsMs.map((offsetMs) => this.#startProcess(offsetMs));
  }

  get holders(): number {
    return this.#processes.filter(({ elector }) => elector.fence().isHeld(0)).length;
  }

  async run(steps: number, mischief: boolean): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      await this.base.advance(stepMs);
      this.mostHolders = Math.max(this.mostHolders, this.holders);
      if (mischief) this.#mischief();
    }
  }

  calm(): void {
    this.#network.lossRate = 0;
    this.#network.longestDelayMs = 20;
    for (const { clock } of this.#processes) clock.resume();
  }

  async end(): Promise<void> {
    for (const { stop } of this.#processes) stop.abort();
    await this.base.advance(60_000);
  }

  #startProcess(wallOffsetMs: number): Process {
    const clock = new ProcessClock(this.base, wallOffsetMs);
    this.#started += 1;
    const elector = new LeaderElector({
      store: remoteStore(this.#store, this.#network, clock),
      identity: `process-${this.#started}`,
      clock,
      random: this.#random,
      logger: new RecordingLogger(),
      leaseDurationMs: this.#scenario.leaseDurationMs,
    });
    const process: Process = { elector, clock, stop: new AbortController() };
    void elector.ready().then(() => (this.acquisitions += 1));
    const restart = (): void => {
      if (process.stop.signal.aborted) return;
      this.#processes = this.#processes.map((other) =>
        other === process ? this.#startProcess(wallOffsetMs) : other,
      );
    };
    elector.start(process.stop.signal).then(restart, restart);
    return process;
  }

  #mischief(): void {
    for (const { clock } of this.#processes) {
      const dice = this.#random();
      if (dice < 0.02) clock.pause();
      else if (dice < 0.06) clock.resume();
    }
  }
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.integer(),
  wallOffsetsMs: fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 2, maxLength: 3 }),
  lossRate: fc.double({ min: 0, max: 0.4, noNaN: true }),
  longestDelayMs: fc.integer({ min: 1, max: 8_000 }),
  leaseDurationMs: fc.constantFrom(3_000, 15_000),
});

describe('any number of electors', () => {
  it('never let two processes act at a time, whatever clocks, pauses and the network do, and agree on one after', async () => {
    const numRuns = 25;
    let acquisitions = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async (scenario) => {
        const world = new World(scenario);
        await world.run(1_200, true);
        expect(world.mostHolders).toBeLessThanOrEqual(1);
        world.calm();
        await world.run(600, false);
        expect(world.mostHolders).toBeLessThanOrEqual(1);
        expect(world.holders).toBe(1);
        acquisitions += world.acquisitions;
        await world.end();
      }),
      { numRuns },
    );
    // Each run ends with a leader; more than that many means that leaders also changed.
    expect(acquisitions).toBeGreaterThan(numRuns);
  });
});
