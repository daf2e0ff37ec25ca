import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectSimulator, type SimulatorServer } from '../../test/support/simulator-server.ts';
import { type ServerProcess, startServerProcess, waitForServer } from '../control-plane/start-server-process.ts';

/** How to run the built simulator. */
export interface SimulatorOptions {
  readonly profile: string;
  readonly zones: readonly string[];
  readonly logPath: string;
  readonly signal: AbortSignal;
}

/** The simulator as a process of its own. */
export interface SimulatorProcess {
  readonly server: SimulatorServer;
  readonly process: ServerProcess;
}

// The demo is about ENIs: it does not wait for machines to boot, nor for the one detachment in fifty that takes minutes.
const knobs = 'instanceStartLatency=0,detachTailProbability=0';

/**
 * Starts the built simulator on a free port; a Ctrl-C in the terminal does not reach it.
 * @throws Error with the tail of its log when it does not come up.
 */
export async function startSimulator(options: SimulatorOptions): Promise<SimulatorProcess> {
  const { profile, zones, logPath, signal } = options;
  const process_ = await startServerProcess({
    name: 'ec2-simulator',
    executable: process.execPath,
    args: [
      join(import.meta.dirname, '..', '..', 'dist', 'ec2-simulator.js'),
      ...['--port=0', `--profile=${profile}`, `--availability-zones=${zones.join(',')}`, `--set=${knobs}`],
    ],
    logPath,
  });
  try {
    const url = (): string | undefined =>
      /^listening on (\S+)$/m.exec(readFileSync(logPath, 'utf8'))?.[1];
    await waitForServer(process_, async () => url() !== undefined, {
      what: 'the EC2 simulator to listen',
      deadlineMs: 30_000,
      signal,
    });
    return { server: connectSimulator(url() ?? '', process_.stop), process: process_ };
  } catch (error) {
    await process_.stop();
    throw error;
  }
}
