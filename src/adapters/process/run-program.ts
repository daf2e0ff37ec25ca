import type { Clock } from '../../runtime/clock.ts';
import type { LogFields, Logger } from '../../runtime/logger.ts';
import type { LogLevel, ProgramOptions } from '../../runtime/program-options.ts';
import { createProcessLogger } from '../log/process-logger.ts';

/** A program that runs until it is told to stop. */
export interface Program<Config extends { readonly logLevel: LogLevel }> {
  readonly readOptions: (
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
  ) => ProgramOptions<Config>;
  /** Fields of every log line. */
  readonly logFields: (config: Config) => LogFields;
  /** Ends when `stop` is aborted and all is put away; what it throws ends the program. */
  readonly run: (config: Config, logger: Logger, stop: AbortSignal) => Promise<void>;
  /** Last log line of a program that failed. */
  readonly failureMessage: string;
}

/** The process that a program runs in. */
export type HostProcess = Pick<NodeJS.Process, 'argv' | 'env'> & {
  readonly stdout: { readonly fd: number; readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
  readonly once: (signal: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown;
};

/**
 * Runs a program and gives its exit code: 0 when it ended as told, or printed its help; 1 when it failed, which its last log
 * line tells; 2 when its options are wrong: each problem is a line on standard error.
 */
export async function runProgram<Config extends { readonly logLevel: LogLevel }>(
  program: Program<Config>,
  host: HostProcess,
  clock: Clock,
): Promise<number> {
  const options = program.readOptions(host.argv.slice(2), host.env);
  if (options.kind === 'help') {
    host.stdout.write(options.text);
    return 0;
  }
  if (options.kind === 'problems') {
    host.stderr.write(`${options.problems.join('\n')}\n`);
    return 2;
  }
  const { config } = options;
  const base = program.logFields(config);
  const logger = createProcessLogger({ level: config.logLevel, base, clock, fd: host.stdout.fd });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) host.once(signal, () => stop.abort());
  try {
    await program.run(config, logger, stop.signal);
    return 0;
  } catch (error) {
    logger.fatal({ err: error }, program.failureMessage);
    return 1;
  } finally {
    await logger.close();
  }
}
