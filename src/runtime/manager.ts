import type { Clock } from './clock.ts';
import { type Check, type HealthReport, reportHealth } from './health.ts';
import type { Logger } from './logger.ts';
import { LeadershipLostError } from './fence.ts';
import type { Runnable } from './runnable.ts';
import { RunnableGroup } from './runnable-group.ts';
import { withTimeLimit } from './time-limit.ts';

/** The elector as the manager sees it. */
export interface Election extends Runnable {
  /** Resolves when this process leads. */
  ready(): Promise<void>;
  /** At the end let the Lease expire instead of releasing it. */
  keepLease(): void;
  /** Who leads, as far as known. */
  readonly holderIdentity: string | undefined;
}

/** What a {@link Manager} needs and runs. */
export interface ManagerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Health and webhook servers: first to start, last to stop. */
  readonly servers?: readonly Runnable[];
  /** Started together; the election waits until all are `ready`. */
  readonly informers?: readonly Runnable[];
  /** Without one the controllers start as soon as the informers are ready. */
  readonly election?: Election;
  readonly controllers?: readonly Runnable[];
  /** How long running reconciles may take to end before they are aborted; default 10,000 ms. */
  readonly drainTimeoutMs?: number;
  /** How long anything may take to stop after its signal; default 5,000 ms. */
  readonly stopTimeoutMs?: number;
}

type Phase = 'starting' | 'waiting for informers' | 'waiting for leadership' | 'running' | 'stopping';

/**
 * Starts in order: servers, informers until synced, leadership, controllers. Stops in the order that leaves nothing half
 * done: not ready, no new events, running reconciles end, the Lease is released, the servers close.
 */
export class Manager {
  readonly #options: ManagerOptions;
  readonly #logger: Logger;
  readonly #readyChecks = new Map<string, Check>();
  readonly #servers: RunnableGroup;
  readonly #informers: RunnableGroup;
  readonly #election: RunnableGroup;
  readonly #controllers: RunnableGroup;
  #phase: Phase = 'starting';

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#servers = new RunnableGroup(options.servers ?? []);
    this.#informers = new RunnableGroup(options.informers ?? []);
    this.#election = new RunnableGroup(options.election === undefined ? [] : [options.election]);
    this.#controllers = new RunnableGroup(options.controllers ?? []);
    this.addReadyCheck('manager', () => this.#checkPhase());
  }

  /** Adds a condition of readiness. */
  addReadyCheck(name: string, check: Check): void {
    this.#readyChecks.set(name, check);
  }

  /** For `/readyz`. A process that waits for the leadership is ready: it can take over. */
  readiness(): HealthReport {
    return reportHealth(this.#readyChecks);
  }

  /**
   * Runs until `signal` aborts and all is stopped.
   *
   * @throws what ended a runnable before that, a lost leadership for instance; all is stopped then, too.
   */
  async run(signal: AbortSignal): Promise<void> {
    const end = Promise.withResolvers<{ readonly error?: unknown }>();
    const onAbort = (): void => end.resolve({});
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const started = this.#startAll((error) => end.resolve({ error }));
    started.catch((error: unknown) => end.resolve({ error }));
    const outcome = await end.promise;
    signal.removeEventListener('abort', onAbort);
    if ('error' in outcome)
      this.#logger.error({ phase: this.#phase, err: outcome.error }, 'manager is failing');
    await this.#stopAll('error' in outcome && outcome.error instanceof LeadershipLostError);
    if ('error' in outcome) throw outcome.error;
  }

  #checkPhase(): { ok: boolean; message: string } {
    const ok = this.#phase === 'running' || this.#phase === 'waiting for leadership';
    const holder = this.#options.election?.holderIdentity;
    const isStandby = this.#phase === 'waiting for leadership' && holder !== undefined;
    return { ok, message: isStandby ? `${this.#phase}, held by ${holder}` : this.#phase };
  }

  async #startAll(onEnd: (error: unknown) => void): Promise<void> {
    const isStopping = (): boolean => this.#phase === 'stopping';
    const steps: readonly (readonly [RunnableGroup, Phase])[] = [
      [this.#servers, 'starting'],
      [this.#informers, 'waiting for informers'],
      [this.#election, 'waiting for leadership'],
      [this.#controllers, 'running'],
    ];
    for (const [group, phase] of steps) {
      if (isStopping()) return;
      this.#phase = phase;
      group.start(onEnd);
      await group.ready();
    }
    if (!isStopping()) this.#logger.info({}, 'controllers running');
  }

  async #stopAll(isLeadershipLost: boolean): Promise<void> {
    this.#phase = 'stopping';
    await this.#stop(this.#informers, 'informers');
    if (!isLeadershipLost) await this.#drainControllers();
    const areControllersStopped = await this.#stop(this.#controllers, 'controllers');
    // Whatever still runs may still write: nobody may take over before the Lease expires.
    if (!areControllersStopped) this.#options.election?.keepLease();
    await this.#stop(this.#election, 'leader election');
    await this.#stop(this.#servers, 'servers');
  }

  async #drainControllers(): Promise<void> {
    const { clock, drainTimeoutMs: limitMs = 10_000 } = this.#options;
    try {
      await withTimeLimit({ clock, limitMs }, () => this.#controllers.drain());
    } catch (error) {
      this.#logger.warn({ limitMs, err: error }, 'running reconciles are being aborted');
    }
  }

  async #stop(group: RunnableGroup, name: string): Promise<boolean> {
    const stopTimeoutMs = this.#options.stopTimeoutMs ?? 5_000;
    const running = await group.stop(this.#options.clock, stopTimeoutMs);
    if (running.length > 0) {
      this.#logger.error({ group: name, running, stopTimeoutMs }, 'not stopped in time');
    }
    return running.length === 0;
  }
}
