import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { WorldState } from '../../simulator/admin.ts';
import type { AuditPage } from '../../simulator/audit-log.ts';
import { type Ec2SimulatorOptions, startEc2Simulator } from '../../simulator/ec2-simulator.ts';
import type { ActiveFault, FaultRule } from '../../simulator/faults.ts';
import type { ActorKind } from '../../simulator/out-of-band-actors.ts';

/** An out-of-band deed: its kind and the fields that kind takes (docs/simulator.md). */
export type SimulatorAction = { readonly kind: ActorKind } & Readonly<Record<string, unknown>>;

/** A running simulator with its admin endpoints, typed. */
export interface SimulatorServer {
  /** Endpoint for SDKs (AWS_ENDPOINT_URL_EC2). */
  readonly url: string;
  /** The whole world. */
  state(): Promise<WorldState>;
  /** The audit log after `since`, of one action or all. */
  calls(query?: { readonly since?: number; readonly action?: string }): Promise<AuditPage>;
  /** Empties the audit log; sequence numbers go on. */
  clearCalls(): Promise<void>;
  readonly faults: {
    add(rule: FaultRule): Promise<ActiveFault>;
    list(): Promise<readonly ActiveFault[]>;
    /** Removes one rule, or all. */
    remove(id?: string): Promise<void>;
  };
  /** Lets an out-of-band actor act; returns the ids it touched or made. */
  act(action: SimulatorAction): Promise<readonly string[]>;
  /** Moves a virtual clock. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** @throws Error with the admin endpoint's own words when it refuses */
async function request<T>(url: string, method: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  const parsed: T = JSON.parse(text);
  return parsed;
}

/** Typed access to the admin endpoints of a simulator that runs already. */
function connectSimulator(url: string, close: () => Promise<void>): SimulatorServer {
  const admin = `${url}/_sim`;
  return {
    url,
    state: () => request(`${admin}/state`, 'GET'),
    calls: ({ since = 0, action } = {}) => {
      const filter = action === undefined ? '' : `&action=${encodeURIComponent(action)}`;
      return request(`${admin}/calls?since=${since}${filter}`, 'GET');
    },
    clearCalls: async () => void (await request(`${admin}/calls`, 'DELETE')),
    faults: {
      add: (rule) => request(`${admin}/faults`, 'POST', rule),
      list: async () =>
        (await request<{ readonly faults: readonly ActiveFault[] }>(`${admin}/faults`, 'GET')).faults,
      remove: async (id) => {
        await request(`${admin}/faults${id === undefined ? '' : `?id=${encodeURIComponent(id)}`}`, 'DELETE');
      },
    },
    act: async (action) =>
      (await request<{ readonly ids: readonly string[] }>(`${admin}/actions`, 'POST', action)).ids,
    advance: async (advanceMs) => void (await request(`${admin}/clock`, 'POST', { advanceMs })),
    close,
  };
}

/** Starts a simulator in this process on a free port. */
export async function startSimulatorInProcess(options: Ec2SimulatorOptions = {}): Promise<SimulatorServer> {
  const simulator = await startEc2Simulator(options);
  return connectSimulator(simulator.url, () => simulator.close());
}

/**
 * Starts a simulator as a child process: `entry` is `dist/ec2-simulator.js` or `simulator/main.ts`, `args` are its flags.
 * @throws Error with its standard error when it ends before it listens
 */
export async function startSimulatorProcess(
  entry: string,
  args: readonly string[] = [],
): Promise<SimulatorServer> {
  const child = spawn(process.execPath, [entry, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-4_000);
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return connectSimulator(url, async () => {
      child.kill('SIGTERM');
      await ended;
    });
  }
  await ended;
  throw new Error(`the simulator ended before it listened: ${stderr}`);
}
