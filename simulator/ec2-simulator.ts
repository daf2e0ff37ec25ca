import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AdminDeps, type WorldState, answerAdmin, stateOf } from './admin.ts';
import { type AuditLog, createAuditLog } from './audit-log.ts';
import { type Clock, type VirtualClock, createSystemClock } from './clock.ts';
import { type Dispatcher, createDispatcher } from './dispatcher.ts';
import { type Faults, createFaults } from './faults.ts';
import { type Hook, createHookRunner } from './hooks.ts';
import { createHttpFace } from './http-face.ts';
import { type Knobs, type ProfileName, knobsOf } from './knobs.ts';
import { actOutOfBand } from './out-of-band-actors.ts';
import { type World, createWorld } from './world.ts';

/** How a simulator is to be. All fields have defaults. */
export interface Ec2SimulatorOptions {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Same seed, same calls: same ids, addresses and durations. Default `0`. */
  readonly seed?: string;
  /** Default `instant`. */
  readonly profile?: ProfileName;
  readonly knobs?: Partial<Knobs>;
  readonly availabilityZones?: readonly string[];
  readonly attachHook?: Hook | undefined;
  readonly detachHook?: Hook | undefined;
  /** Environment of hook commands. */
  readonly hookEnvironment?: Readonly<Record<string, string>>;
  /** A virtual clock makes every state and every delayed reply wait for {@link VirtualClock.advance}. Default: real time. */
  readonly clock?: Clock | VirtualClock;
  /** Receives what goes wrong inside (failing hooks, bugs). Default: nothing is printed. */
  readonly log?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** A simulated region without its network face. */
export interface Ec2SimulatorCore {
  readonly world: World;
  readonly faults: Faults;
  readonly auditLog: AuditLog;
  readonly dispatcher: Dispatcher;
  /** The whole world, as `GET /_sim/state` answers it. */
  state(): WorldState;
  /** Lets an out-of-band actor act, as `POST /_sim/actions`. */
  act(action: Readonly<Record<string, unknown>>): readonly string[];
  /** For the HTTP face. */
  readonly admin: AdminDeps;
  /** Stops timers and hooks. */
  close(): Promise<void>;
}

/** A simulator that listens. */
export interface Ec2Simulator extends Ec2SimulatorCore {
  /** Endpoint for SDKs, without a trailing slash. */
  readonly url: string;
}

function isVirtual(clock: Clock | VirtualClock): clock is VirtualClock {
  return 'advance' in clock;
}

/** Availability zones of a region that was not told its own. */
export const DEFAULT_ZONES: readonly string[] = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** Makes a simulated region that is called in process only. */
export function createEc2Simulator(options: Ec2SimulatorOptions = {}): Ec2SimulatorCore {
  const seed = options.seed ?? '0';
  const clock = options.clock ?? createSystemClock();
  const world = createWorld({
    clock,
    seed,
    knobs: knobsOf(options.profile ?? 'instant', options.knobs),
    zones: options.availabilityZones ?? DEFAULT_ZONES,
  });
  const faults = createFaults(world.random.faults);
  const auditLog = createAuditLog(() => world.knobs().maxRecordedCalls);
  const hooks = createHookRunner({
    clock,
    attachHook: options.attachHook,
    detachHook: options.detachHook,
    environment: options.hookEnvironment ?? {},
    log: options.log ?? (() => undefined),
  });
  world.onAttachment((event) => hooks.deliver(event));
  const admin: AdminDeps = {
    world,
    faults,
    auditLog,
    hookDeliveries: () => hooks.deliveries(),
    virtualClock: isVirtual(clock) ? clock : undefined,
  };
  return {
    world,
    faults,
    auditLog,
    dispatcher: createDispatcher({ world, faults, auditLog, seed }),
    admin,
    state: () => stateOf(admin),
    act: (action) => actOutOfBand(world, action),
    close: async () => {
      world.timeline.close();
      await hooks.close();
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}

/**
 * Starts a simulator that answers the EC2 query protocol, and `/_sim/…`, over HTTP on loopback unless told otherwise.
 * @throws Error with code EADDRINUSE and its like when it cannot listen
 */
export async function startEc2Simulator(options: Ec2SimulatorOptions = {}): Promise<Ec2Simulator> {
  const core = createEc2Simulator(options);
  const server = createHttpFace({
    clock: core.world.clock,
    dispatcher: core.dispatcher,
    answerAdmin: (request) => answerAdmin(core.admin, request),
    log: options.log ?? (() => undefined),
  });
  const url = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  return {
    ...core,
    url,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, core.close()]);
    },
  };
}
