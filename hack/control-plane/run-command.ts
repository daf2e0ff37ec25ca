import { spawn } from 'node:child_process';

/** One run of a program to its end. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  readonly signal?: AbortSignal | undefined;
  /** Called for each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
  /** Called with the process id once it runs. */
  readonly onStart?: (pid: number) => void;
}

/** How a program ended. */
export interface CommandResult {
  /** Null when a signal ended it, or when `isMissing`. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** No such program on the PATH. */
  readonly isMissing: boolean;
}

/**
 * Runs a program without a shell and collects its output.
 * @throws the signal's reason when aborted; the system's error when it cannot be started for another reason than absence.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
  const child = spawn(command, [...args], { cwd: options.cwd, env: options.env });
  const output: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  const abort = (): void => void child.kill('SIGTERM');
  options.signal?.addEventListener('abort', abort, { once: true });
  const splitErrorLines = lineSplitter(options.onErrorLine);
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output.stderr += chunk;
    splitErrorLines(chunk);
  });
  child.on('error', (error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? resolve({ ...output, exitCode: null, isMissing: true }) : reject(error),
  );
  child.on('close', (exitCode) => resolve({ ...output, exitCode, isMissing: false }));
  if (child.pid !== undefined) {
    options.onStart?.(child.pid);
  }
  // A program that ends without reading its input closes the pipe; its exit code tells the rest.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' || reject(error));
  child.stdin.end(options.stdin ?? '');
  try {
    const result = await promise;
    options.signal?.throwIfAborted();
    return result;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

function lineSplitter(onLine: ((line: string) => void) | undefined): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      onLine?.(line);
    }
  };
}
