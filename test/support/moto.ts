import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The release the contract suite is written against. */
const MOTO_VERSION = '5.2.5';

/** A moto server that this process started. */
export interface MotoServer {
  readonly url: string;
  /** Python of its environment; boto3 comes with it. */
  readonly python: string;
  close(): Promise<void>;
}

const run = promisify(execFile);
const READY_WITHIN_MS = 60_000;

function environmentDirectory(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'multi-eni-operator', `moto-${MOTO_VERSION}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function installInto(directory: string): Promise<void> {
  await run('python3', ['--version']).catch((error: unknown) => {
    throw new Error('the contract suite needs python3 (3.10 or later, with venv) on the PATH to run moto', {
      cause: error,
    });
  });
  await mkdir(directory, { recursive: true });
  await run('python3', ['-m', 'venv', directory]);
  await run(join(directory, 'bin', 'pip'), ['install', '--quiet', `moto[server,ec2]==${MOTO_VERSION}`], {
    timeout: 280_000,
  });
}

/** The virtual environment with moto and boto3, made on first use in the user's cache directory. */
async function ensureMoto(): Promise<string> {
  const directory = environmentDirectory();
  // The marker is written last, so that an interrupted installation is done again.
  const marker = join(directory, '.complete');
  if (!(await exists(marker))) {
    await installInto(directory);
    await writeFile(marker, `${MOTO_VERSION}\n`);
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

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`moto ended with code ${child.exitCode} before it answered`);
    const isReady = await fetch(`${url}/moto-api/`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
  throw new Error(`moto did not answer within ${READY_WITHIN_MS} ms`);
}

/** Starts moto on a free loopback port. @throws Error that says what is missing */
export async function startMoto(): Promise<MotoServer> {
  const directory = await ensureMoto();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(join(directory, 'bin', 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await waitUntilReady(url, child);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, python: join(directory, 'bin', 'python'), close };
}
