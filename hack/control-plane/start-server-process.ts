import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { waitUntil } from './wait-until.ts';

/** A server started as a child. */
export interface ServerProcess {
  readonly pid: number;
  /** How it ended, for example "kube-apiserver ended with exit code 1"; undefined while it runs. */
  readonly ending: () => string | undefined;
  /** Resolves when it has ended, asked to or not. */
  readonly ended: Promise<string>;
  /** Ends it: SIGTERM, and SIGKILL when it still runs after the grace. */
  readonly stop: () => Promise<void>;
  /** The last lines of its log, with the log's path. */
  readonly explain: () => string;
}

/** What to start. */
export interface ServerProcessOptions {
  readonly name: string;
  readonly executable: string;
  readonly args: readonly string[];
  readonly logPath: string;
}

const stopGraceMs = 10_000;

/**
 * Starts a server in its own process group, so that a Ctrl-C in the terminal reaches only us and the order of
 * stopping stays ours. On Linux the kernel ends it when we are killed.
 * @throws Error when it cannot be started.
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const [command = '', ...args] = [...parentDeathWrapper(), options.executable, ...options.args];
  const log = openSync(options.logPath, 'a');
  let ending: string | undefined;
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  child.once('exit', (code, signal) => {
    ending = `${options.name} ended with ${signal === null ? `exit code ${code ?? '?'}` : `signal ${signal}`}`;
    resolve(ending);
  });
  const pid = await processId(child, options.name);
  return {
    pid,
    ending: () => ending,
    ended,
    stop: () => stopChild(child, ended, () => ending !== undefined),
    explain: () => `last lines of ${options.logPath}:\n${tail(options.logPath)}`,
  };
}

async function processId(child: ChildProcess, name: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  if (child.pid === undefined) {
    throw new Error(`${name} started without a process id`);
  }
  return child.pid;
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<string>,
  hasEnded: () => boolean,
): Promise<void> {
  if (hasEnded()) {
    return;
  }
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
  await ended;
  clearTimeout(timer);
}

/** The part of a command line that makes the kernel kill a child whose parent dies, where util-linux offers it. */
function parentDeathWrapper(): readonly string[] {
  const wrapper = ['setpriv', '--pdeathsig', 'KILL', '--'];
  const [command = '', ...args] = wrapper;
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0 ? wrapper : [];
}

function tail(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}

/**
 * Waits until a server answers.
 * @throws Error with the tail of its log when it ends first or the deadline passes.
 */
export async function waitForServer(
  server: ServerProcess,
  probe: () => Promise<boolean>,
  options: { readonly what: string; readonly deadlineMs: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  await waitUntil(
    async () => {
      const ending = server.ending();
      if (ending !== undefined) {
        throw new Error(`${ending} while waiting for ${options.what}\n${server.explain()}`);
      }
      return (await probe()) ? true : undefined;
    },
    { ...options, explain: server.explain },
  );
}
