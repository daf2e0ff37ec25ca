import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServerProcess, waitForServer } from '../../hack/control-plane/start-server-process.ts';
import { RECIPES } from '../../hack/image/recipe.ts';
import type { NodeNamespace } from './node-namespace.ts';

/** How to run the built daemon. */
export interface DaemonProcessOptions {
  readonly kubeconfig: string;
  readonly nodeName: string;
  readonly node: NodeNamespace;
  readonly flags?: readonly string[];
}

/** The daemon as a process of its own, in the network namespace of its node. */
export interface DaemonProcess {
  readonly pid: number;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
}

const builtDaemon = join(import.meta.dirname, '..', '..', 'dist', 'daemon.js');
const READY_WITHIN_MS = 30_000;

/** Starts the built daemon and waits until it runs. @throws Error with the tail of its log when it does not */
export async function startDaemonProcess(options: DaemonProcessOptions): Promise<DaemonProcess> {
  const { node } = options;
  const dir = mkdtempSync(join(tmpdir(), 'daemon-'));
  const logPath = join(dir, 'daemon.log');
  const server = await startServerProcess({
    name: 'daemon',
    executable: 'ip',
    // ip(8) becomes the daemon, so that the process id is the daemon's.
    args: [
      'netns',
      'exec',
      node.name,
      'env',
      '-i',
      `PATH=${process.env['PATH'] ?? ''}`,
      `KUBECONFIG=${options.kubeconfig}`,
      `NODE_NAME=${options.nodeName}`,
      process.execPath,
      ...RECIPES.daemon.nodeFlags,
      builtDaemon,
      '--http-port=0',
      '--allow-virtual-links=true',
      `--state-directory=${join(node.directory, 'state')}`,
      `--host-run=${join(node.directory, 'run')}`,
      `--host-etc=${join(node.directory, 'etc')}`,
      ...(options.flags ?? []),
    ],
    logPath,
  });
  const log = (): string => readFileSync(logPath, 'utf8');
  const isUp = (): boolean => log().includes('daemon started');
  try {
    await waitForServer(server, () => Promise.resolve(isUp()), {
      what: 'the daemon to start',
      deadlineMs: READY_WITHIN_MS,
      signal: undefined,
    });
  } catch (error) {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  const end = async (): Promise<void> => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  return {
    pid: server.pid,
    log,
    stop: end,
    async kill() {
      if (server.ending() === undefined) process.kill(server.pid, 'SIGKILL');
      await server.ended;
      await end();
    },
  };
}
