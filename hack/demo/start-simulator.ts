import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditPage } from '../../simulator/audit-log.ts';
import { requestLoopback } from '../control-plane/request-loopback.ts';
import {
  type ServerProcess,
  startServerProcess,
  waitForServer,
} from '../control-plane/start-server-process.ts';

/** How to run the built simulator. */
export interface SimulatorOptions {
  readonly profile: string;
  readonly zones: readonly string[];
  readonly logPath: string;
  readonly signal: AbortSignal;
  /** Where to listen (loopback where it is not given), hooks and the like. */
  readonly moreFlags?: readonly string[];
}

/** The simulator as a process of its own. */
export interface Simulator extends ServerProcess {
  /** Endpoint for SDKs (AWS_ENDPOINT_URL_EC2). */
  readonly url: string;
  /** The EC2 calls after a sequence number, whoever made them. */
  readonly calls: (since: number) => Promise<AuditPage>;
}

// The demo is about ENIs: it does not wait for machines to boot, nor for the one detachment in fifty that takes minutes.
const knobs = 'instanceStartLatency=0,detachTailProbability=0';

/**
 * Starts the built simulator on a free port; a Ctrl-C in the terminal does not reach it.
 * @throws Error with the tail of its log when it does not come up.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { profile, zones, logPath, signal, moreFlags = [] } = options;
  const server = await startServerProcess({
    name: 'ec2-simulator',
    executable: process.execPath,
    args: [
      join(import.meta.dirname, '..', '..', 'dist', 'ec2-simulator.js'),
      '--port=0',
      `--profile=${profile}`,
      `--availability-zones=${zones.join(',')}`,
      `--set=${knobs}`,
      ...moreFlags,
    ],
    logPath,
  });
  try {
    const urlInLog = (): string | undefined =>
      /^listening on (\S+)$/m.exec(readFileSync(logPath, 'utf8'))?.[1];
    await waitForServer(server, async () => urlInLog() !== undefined, {
      what: 'the EC2 simulator to listen',
      deadlineMs: 30_000,
      signal,
    });
    const url = urlInLog() ?? '';
    return { ...server, url, calls: async (since) => readCalls(url, since) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function readCalls(url: string, since: number): Promise<AuditPage> {
  const reply = await requestLoopback({ url: `${url}/_sim/calls?since=${since}` });
  if (reply?.status !== 200) throw new Error(`the EC2 simulator does not tell its calls at ${url}`);
  const page: AuditPage = JSON.parse(reply.body);
  return page;
}
