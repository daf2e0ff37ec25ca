import { closeSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { inspectProcess, readOptional } from './inspect-process.ts';
import { waitUntil } from './wait-until.ts';

/** What the lock needs to know. */
export interface FileLockOptions {
  readonly path: string;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once when somebody else holds the lock. */
  readonly onWait: (holderPid: number) => void;
}

/**
 * Runs `action` while holding a lock file, and takes the lock over from a holder that is dead.
 * Two that take over in the same instant may both run: the lock saves work, it is not what keeps results whole.
 * @throws Error when the holder still lives at the deadline; whatever `action` throws.
 */
export async function withFileLock<T>(options: FileLockOptions, action: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${inspectProcess(process.pid)?.started ?? ''}`;
  let hasTold = false;
  await waitUntil(
    () => {
      if (take(options.path, mine)) {
        return true;
      }
      const holder = readOptional(options.path);
      if (holder !== undefined && isDead(holder)) {
        setAside(options.path);
        return undefined;
      }
      if (!hasTold && holder !== undefined) {
        hasTold = true;
        options.onWait(Number(holder.split(' ')[0]));
      }
      return undefined;
    },
    {
      what: `the lock ${options.path}`,
      deadlineMs: options.deadlineMs,
      intervalMs: 50,
      signal: options.signal,
    },
  );
  try {
    return await action();
  } finally {
    if (readOptional(options.path) === mine) {
      rmSync(options.path, { force: true });
    }
  }
}

/** Written under another name and then linked, so nobody ever reads an empty lock. */
function take(path: string, content: string): boolean {
  const draft = `${path}.${process.pid}`;
  const descriptor = openSync(draft, 'w');
  writeSync(descriptor, content);
  closeSync(descriptor);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function isDead(holder: string): boolean {
  const [pid = '', started = ''] = holder.split(' ');
  return inspectProcess(Number(pid))?.started !== started;
}

function setAside(path: string): void {
  const aside = `${path}.dead.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return;
    }
    throw error;
  }
  rmSync(aside, { force: true });
}
