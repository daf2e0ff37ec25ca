import { pino } from 'pino';
import type { Clock } from '../../runtime/clock.ts';
import type { LogFields, Logger } from '../../runtime/logger.ts';
import { LineWriter, writeToDescriptor } from './line-writer.ts';

/** What {@link createProcessLogger} needs. */
export interface ProcessLoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Fields of every line. */
  readonly base: LogFields;
  readonly clock: Clock;
  /** Where lines go; default standard output. */
  readonly fd?: number;
}

/** The log of a process: JSON lines that neither a full disk nor a reader that hangs can turn against it. */
export interface ProcessLogger extends Logger {
  /** The last words of a process that fails. */
  fatal(fields: LogFields, message: string): void;
  /** Gives the last lines a second to get out. */
  close(): Promise<void>;
}

const CLOSE_LIMIT_MS = 1_000;

/** Creates the log of this process. */
export function createProcessLogger(options: ProcessLoggerOptions): ProcessLogger {
  const { level, base, clock, fd = 1 } = options;
  const writer = new LineWriter({
    write: writeToDescriptor(fd),
    clock,
    dropped: (lines) =>
      `${JSON.stringify({ level: 40, time: clock.now(), ...base, lines, msg: 'log lines were dropped, they could not be written' })}\n`,
  });
  const logger = pino({ level, base }, writer);
  return Object.assign(logger, { close: () => writer.close(CLOSE_LIMIT_MS) });
}
