import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../runtime/clock.ts';
import { OptionReader } from '../../runtime/option-reader.ts';
import { type LogLevel, programOptions, readLogLevel } from '../../runtime/program-options.ts';
import { type Program, runProgram } from './run-program.ts';

interface NamedConfig {
  readonly name: string;
  readonly logLevel: LogLevel;
}

let folder: string;
let logFile: number;
let output: { stdout: string; stderr: string };
let signals: Map<string, () => void>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-program-'));
  logFile = openSync(join(folder, 'log'), 'w');
  output = { stdout: '', stderr: '' };
  signals = new Map();
});

afterEach(() => {
  closeSync(logFile);
  rmSync(folder, { recursive: true });
});

async function start(args: readonly string[], run: Program<NamedConfig>['run']): Promise<number> {
  const program: Program<NamedConfig> = {
    readOptions: (given, env) => {
      const options = new OptionReader(given, env);
      const config = {
        name: options.required('name', { description: 'Name of the program' }),
        logLevel: readLogLevel(options),
      };
      return programOptions(options, { usage: 'Usage: program.js [OPTION]...', config });
    },
    logFields: ({ name }) => ({ program: name }),
    run,
    failureMessage: 'program failed',
  };
  const host = {
    argv: ['node', 'program.js', ...args],
    env: {},
    stdout: { fd: logFile, write: (text: string) => (output.stdout += text) },
    stderr: { write: (text: string) => (output.stderr += text) },
    once: (signal: string, listener: () => void) => signals.set(signal, listener),
  };
  return runProgram(program, host, systemClock);
}

function logLines(): unknown[] {
  const lines = readFileSync(join(folder, 'log'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line));
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

describe('a program', () => {
  it.each(['SIGTERM', 'SIGINT'])('ends well on %s, once it has put everything away', async (signal) => {
    const ended = start(['--name=a'], async (_, logger, stop) => {
      const stopped = untilAborted(stop);
      signals.get(signal)?.();
      await stopped;
      logger.info({ links: 2 }, 'put away');
    });
    expect(await ended).toBe(0);
    expect(logLines()).toMatchObject([{ program: 'a', links: 2, msg: 'put away' }]);
  });

  it('writes why it failed as its last line, and says so by its exit code', async () => {
    const code = await start(['--name=a'], () => Promise.reject(new Error('port is taken')));
    expect(code).toBe(1);
    expect(logLines()).toMatchObject([
      { program: 'a', level: 60, msg: 'program failed', err: { message: 'port is taken' } },
    ]);
  });

  it('names every wrong option on standard error and runs nothing', async () => {
    const code = await start(['--log-level=loud'], () => Promise.reject(new Error('ran')));
    expect(code).toBe(2);
    expect(output.stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('--name (or NAME) is missing'),
      expect.stringContaining('--log-level is "loud"'),
    ]);
    expect(logLines()).toEqual([]);
  });

  it('prints its help and runs nothing', async () => {
    expect(await start(['--help'], () => Promise.reject(new Error('ran')))).toBe(0);
    expect(output.stdout).toContain('Usage: program.js');
    expect(logLines()).toEqual([]);
  });
});
