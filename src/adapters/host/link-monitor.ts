import { spawn } from 'node:child_process';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { IpProgram } from './ip-command.ts';

/** What {@link watchLinks} needs. */
export interface LinkMonitorDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly program?: IpProgram;
}

const RESTART_AFTER_MS = 1_000;

/**
 * Calls back for every netlink event of links, addresses, routes and rules, until the signal aborts. `ip monitor` prints no
 * JSON, so that an event only says: look again. A monitor that ends is started anew, after which somebody looks again too.
 */
export function watchLinks(onChange: () => void, deps: LinkMonitorDeps, signal: AbortSignal): void {
  const { clock, logger, program: [program, ...before] = ['ip'] } = deps;
  const start = (): void => {
    if (signal.aborted) return;
    const child = spawn(program, [...before, '-o', 'monitor', 'link', 'address', 'route', 'rule'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const stop = (): void => {
      child.kill('SIGKILL');
    };
    let isOver = false;
    const end = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', stop);
      if (signal.aborted) return;
      logger.warn({ reason }, 'link monitor ended, starting it again');
      clock.schedule(RESTART_AFTER_MS, start);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', () => onChange());
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, by) => end(by ?? `exit code ${code ?? 'unknown'}`));
    // What changed while nobody listened.
    onChange();
  };
  start();
}
