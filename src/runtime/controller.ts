import type { Clock } from './clock.ts';
import { linkAbort } from './linked-abort.ts';
import type { Logger } from './logger.ts';
import { type ReconcileOutcome, TerminalError } from './outcome.ts';
import type { Runnable } from './runnable.ts';
import type { WorkQueue } from './work-queue.ts';

/** How a reconcile ended, for metrics. */
export type ReconcileResult = 'done' | 'requeued' | 'terminal' | 'failed' | 'cancelled';

/** Where a controller reports to. */
export interface ControllerMetrics {
  reconciled(result: ReconcileResult, durationMs: number): void;
}

/** What {@link createController} needs. */
export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  /** Keys worked on at a time. */
  readonly workers: number;
  /** Brings the world closer to what `key` asks for. Must stop soon after `signal` aborts. */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileOutcome>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: ControllerMetrics;
  /** The signal of a reconcile aborts after so long; default 120,000 ms. */
  readonly reconcileTimeoutMs?: number;
  /** How loud a failure that is retried is; default `error`. Conflicts, say, deserve `debug`. */
  readonly severityOf?: (error: unknown) => 'debug' | 'warn' | 'error';
  /** The wait that a failure asks for (Retry-After), milliseconds; a retry comes no earlier. Default: none does. */
  readonly retryAfterMsOf?: (error: unknown) => number | undefined;
}

/**
 * Workers over a queue: an outcome or error of `reconcile` becomes done, a timed retry, a back-off, or (for a
 * {@link TerminalError}) nothing. Nothing `reconcile` throws ends the controller.
 */
export function createController(options: ControllerOptions): Runnable {
  const { name, queue, workers, clock, metrics } = options;
  const logger = options.logger.child({ controller: name });

  function settle(key: string, outcome: ReconcileOutcome): ReconcileResult {
    queue.forget(key);
    if (outcome.type === 'done') return 'done';
    queue.addAfter(key, outcome.delayMs);
    logger.debug({ key, delayMs: outcome.delayMs, reason: outcome.reason }, 'requeued');
    return 'requeued';
  }

  function fail(key: string, error: unknown, isStopping: boolean): ReconcileResult {
    if (error instanceof TerminalError) {
      queue.forget(key);
      logger.error({ key, reason: error.reason, err: error }, 'reconcile rejected');
      return 'terminal';
    }
    if (isStopping) {
      logger.debug({ key, err: error }, 'reconcile cancelled');
      return 'cancelled';
    }
    const delayMs = queue.addWithBackoff(key, 'high', options.retryAfterMsOf?.(error));
    const severity = options.severityOf?.(error) ?? 'error';
    logger[severity]({ key, failures: queue.failuresOf(key), delayMs, err: error }, 'reconcile failed');
    return 'failed';
  }

  async function run(key: string, stop: AbortSignal): Promise<ReconcileResult> {
    const limit = linkAbort(stop);
    const timeoutMs = options.reconcileTimeoutMs ?? 120_000;
    const timer = clock.schedule(timeoutMs, () => {
      limit.abort(new Error(`reconcile took longer than ${timeoutMs} ms`));
    });
    try {
      return settle(key, await options.reconcile(key, limit.signal));
    } catch (error) {
      return fail(key, error, stop.aborted);
    } finally {
      timer.cancel();
      limit.dispose();
    }
  }

  async function work(stop: AbortSignal): Promise<void> {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      const startedAtMs = clock.monotonicMs();
      const result = await run(key, stop);
      queue.done(key);
      metrics?.reconciled(result, clock.monotonicMs() - startedAtMs);
    }
  }

  const stopNow = (): void => queue.discard();

  return {
    name,
    async start(signal) {
      if (signal.aborted) stopNow();
      else signal.addEventListener('abort', stopNow, { once: true });
      await Promise.all(Array.from({ length: workers }, () => work(signal)));
      signal.removeEventListener('abort', stopNow);
    },
    async drain() {
      // Only what is under way: keys that wait are the next process's, and there may be thousands of them.
      stopNow();
      await queue.idle();
    },
  };
}
