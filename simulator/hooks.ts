import { spawn } from 'node:child_process';
import type { Clock } from './clock.ts';
import type { AttachmentEvent } from './world.ts';

/** What to do when an interface appears at an instance or goes. */
export type Hook =
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'url'; readonly url: string };

/** What a hook is told, in the order of a command's arguments. */
interface HookPayload {
  readonly EVENT: 'attached' | 'detached';
  readonly INSTANCE_ID: string;
  readonly ENI_ID: string;
  readonly MAC: string;
  readonly CARD_INDEX: string;
  readonly DEVICE_INDEX: string;
  readonly SUBNET_ID: string;
  readonly PRIVATE_IP: string;
}

/** How a hook went. */
export interface HookDelivery {
  readonly timeMs: number;
  readonly payload: HookPayload;
  readonly result: 'ok' | 'failed';
  /** Empty when all is well. */
  readonly detail: string;
}

/** Runs hooks, one after the other per interface. */
export interface HookRunner {
  deliver(event: AttachmentEvent): void;
  /** The last deliveries, oldest first. */
  deliveries(): readonly HookDelivery[];
  /** Stops what still runs and waits for it. */
  close(): Promise<void>;
}

/** What the runner needs. */
export interface HookDeps {
  readonly clock: Clock;
  readonly attachHook: Hook | undefined;
  readonly detachHook: Hook | undefined;
  /** Environment of commands, beside the payload. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

const TIME_LIMIT_MS = 60_000;
const MAX_KEPT = 1_000;
const MAX_STDERR = 2_000;

function payloadOf({ event, networkInterface, attachment }: AttachmentEvent): HookPayload {
  return {
    EVENT: event,
    INSTANCE_ID: attachment.instanceId,
    ENI_ID: networkInterface.id,
    MAC: networkInterface.macAddress,
    CARD_INDEX: String(attachment.networkCardIndex),
    DEVICE_INDEX: String(attachment.deviceIndex),
    SUBNET_ID: networkInterface.subnetId,
    PRIVATE_IP: networkInterface.privateIpAddresses[0] ?? '',
  };
}

interface Run {
  readonly payload: HookPayload;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

function runCommand(hook: Extract<Hook, { kind: 'command' }>, run: Run): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(hook.command, [...hook.args, ...Object.values<string>({ ...run.payload })], {
      env: { ...run.environment, ...run.payload },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: run.signal,
      killSignal: 'SIGKILL',
    });
    let stderr = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-MAX_STDERR);
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      resolve(code === 0 ? '' : `ended with ${signal ?? `code ${code}`}: ${stderr.trim()}`);
    });
  });
}

async function postUrl(hook: Extract<Hook, { kind: 'url' }>, run: Run): Promise<string> {
  try {
    const response = await fetch(hook.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(run.payload),
      signal: run.signal,
    });
    await response.arrayBuffer();
    return response.ok ? '' : `answered ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A runner with no deliveries yet. A failing hook is recorded and logged; it never changes what EC2 answers. */
export function createHookRunner(deps: HookDeps): HookRunner {
  const stop = new AbortController();
  const queues = new Map<string, Promise<void>>();
  const kept: HookDelivery[] = [];

  const runOne = async (hook: Hook, payload: HookPayload): Promise<void> => {
    if (stop.signal.aborted) return;
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
    const run: Run = { payload, environment: deps.environment, signal };
    const detail = await (hook.kind === 'command' ? runCommand(hook, run) : postUrl(hook, run));
    const result = detail === '' ? 'ok' : 'failed';
    kept.push({ timeMs: deps.clock.nowMs(), payload, result, detail });
    if (kept.length > MAX_KEPT) kept.shift();
    if (result === 'failed') deps.log('hook failed', { ...payload, detail });
  };

  return {
    deliver: (event) => {
      const hook = event.event === 'attached' ? deps.attachHook : deps.detachHook;
      if (hook === undefined) return;
      const { id } = event.networkInterface;
      const next = (queues.get(id) ?? Promise.resolve()).then(() => runOne(hook, payloadOf(event)));
      queues.set(id, next);
      void next.finally(() => {
        if (queues.get(id) === next) queues.delete(id);
      });
    },
    deliveries: () => kept,
    close: async () => {
      stop.abort();
      await Promise.allSettled(queues.values());
    },
  };
}
