import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A program of the Python Package Index that serves HTTP. */
export interface PythonProgram {
  /** Name and version, for the folder in the cache and for messages. */
  readonly name: string;
  readonly version: string;
  /** What pip installs, for example `moto[server]==5.0.0`. */
  readonly requirement: string;
  /** Executable in the environment's `bin`. */
  readonly executable: string;
  readonly arguments: (port: number) => readonly string[];
  /** Path that answers 200 once it is ready. */
  readonly readyPath: string;
}

/** A server that this process started. */
export interface PythonServer {
  readonly url: string;
  /** Python of its environment. */
  readonly python: string;
  close(): Promise<void>;
}

const run = promisify(execFile);
const READY_WITHIN_MS = 60_000;

function environmentDirectory({ name, version }: PythonProgram): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'multi-eni-operator', `${name}-${version}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function installInto(directory: string, { name, requirement }: PythonProgram): Promise<void> {
  await run('python3', ['--version']).catch((error: unknown) => {
    throw new Error(`this test needs python3 (3.10 or later, with venv) on the PATH to run ${name}`, {
      cause: error,
    });
  });
  await mkdir(directory, { recursive: true });
  await run('python3', ['-m', 'venv', directory]);
  await run(join(directory, 'bin', 'pip'), ['install', '--quiet', requirement], { timeout: 280_000 });
}

/** The virtual environment with the program, made on first use in the user's cache directory. */
async function ensureInstalled(program: PythonProgram): Promise<string> {
  const directory = environmentDirectory(program);
  // The marker is written last, so that an interrupted installation is done again.
  const marker = join(directory, '.complete');
  if (!(await exists(marker))) {
    await installInto(directory, program);
    await writeFile(marker, `${program.version}\n`);
  }
  return directory;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the probe has no TCP address');
  return address.port;
}

async function waitUntilReady(url: string, name: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error(`${name} ended with code ${child.exitCode} before it answered`);
    const isReady = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
  throw new Error(`${name} did not answer within ${READY_WITHIN_MS} ms`);
}

/** Starts the program on a free loopback port. @throws Error that says what is missing */
export async function startPythonServer(program: PythonProgram): Promise<PythonServer> {
  const directory = await ensureInstalled(program);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(join(directory, 'bin', program.executable), program.arguments(port), {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await waitUntilReady(url + program.readyPath, program.name, child);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, python: join(directory, 'bin', 'python'), close };
}
