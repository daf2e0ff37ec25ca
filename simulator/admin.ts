import { AdminInputError, jsonObject, neededInteger, onlyFields } from './admin-input.ts';
import type { AuditLog } from './audit-log.ts';
import type { VirtualClock } from './clock.ts';
import { readFaultRule } from './fault-input.ts';
import type { Faults } from './faults.ts';
import type { HookDelivery } from './hooks.ts';
import { poolOf } from './interface-lifecycle.ts';
import type { Instance, NetworkInterface, SecurityGroup, Subnet, Vpc } from './model.ts';
import { actOutOfBand } from './out-of-band-actors.ts';
import type { World } from './world.ts';

/** Everything there is, as `GET /_sim/state` answers it. */
export interface WorldState {
  readonly nowMs: number;
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly (Subnet & { readonly availableIpAddressCount: number })[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly instances: readonly Instance[];
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly hooks: readonly HookDelivery[];
}

/** What the admin endpoints work on. */
export interface AdminDeps {
  readonly world: World;
  readonly faults: Faults;
  readonly auditLog: AuditLog;
  readonly hookDeliveries: () => readonly HookDelivery[];
  /** Only with a virtual clock can time be moved. */
  readonly virtualClock: VirtualClock | undefined;
}

/** A request to an admin endpoint. */
export interface AdminRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

/** What to answer, as JSON. */
export interface AdminReply {
  readonly status: number;
  readonly body: unknown;
}

/** The whole world now. */
export function stateOf({ world, hookDeliveries }: Pick<AdminDeps, 'world' | 'hookDeliveries'>): WorldState {
  world.timeline.settle();
  return {
    nowMs: world.clock.nowMs(),
    vpcs: world.vpcs.all(),
    subnets: world.subnets
      .all()
      .map((subnet) => ({ ...subnet, availableIpAddressCount: poolOf(world, subnet.id).free() })),
    securityGroups: world.securityGroups.all(),
    instances: world.instances.all(),
    networkInterfaces: world.networkInterfaces.all(),
    hooks: hookDeliveries(),
  };
}

type Endpoint = (deps: AdminDeps, request: AdminRequest) => unknown;

function parseBody(request: AdminRequest): unknown {
  try {
    return JSON.parse(request.body);
  } catch {
    throw new AdminInputError('body', request.body.slice(0, 200), 'send valid JSON');
  }
}

function readCalls({ auditLog }: AdminDeps, { url }: AdminRequest): unknown {
  const since = url.searchParams.get('since') ?? '0';
  if (!/^\d{1,15}$/.test(since))
    throw new AdminInputError('since', since, 'send a sequence number, 0 or more');
  return auditLog.read({ since: Number(since), action: url.searchParams.get('action') ?? undefined });
}

function removeFaults({ faults }: AdminDeps, { url }: AdminRequest): unknown {
  const id = url.searchParams.get('id');
  if (id === null) faults.clear();
  else if (!faults.remove(id)) throw new AdminInputError('id', id, 'name a fault of GET /_sim/faults');
  return { faults: faults.list() };
}

function advanceClock({ virtualClock, world }: AdminDeps, request: AdminRequest): unknown {
  if (virtualClock === undefined) {
    throw new AdminInputError('clock', 'real', 'start the simulator with --virtual-clock to move time');
  }
  const body = jsonObject('body', parseBody(request));
  onlyFields(body, ['advanceMs']);
  virtualClock.advance(neededInteger(body, 'advanceMs', { min: 0, max: 31_536_000_000 }));
  world.timeline.settle();
  return { nowMs: virtualClock.nowMs() };
}

const ENDPOINTS: Readonly<Record<string, Readonly<Record<string, Endpoint>>>> = {
  '/_sim/healthz': { GET: () => ({ status: 'ok' }) },
  '/_sim/state': { GET: stateOf },
  '/_sim/calls': {
    GET: readCalls,
    DELETE: ({ auditLog }) => {
      auditLog.clear();
      return {};
    },
  },
  '/_sim/faults': {
    GET: ({ faults }) => ({ faults: faults.list() }),
    POST: ({ faults }, request) => faults.add(readFaultRule(parseBody(request))),
    DELETE: removeFaults,
  },
  '/_sim/actions': { POST: ({ world }, request) => ({ ids: actOutOfBand(world, parseBody(request)) }) },
  '/_sim/clock': { GET: ({ world }) => ({ nowMs: world.clock.nowMs() }), POST: advanceClock },
};

/** Answers an admin request; bad input is a 400 that names the field, the value and the fix. */
export function answerAdmin(deps: AdminDeps, request: AdminRequest): AdminReply {
  const methods = ENDPOINTS[request.url.pathname];
  if (methods === undefined) {
    return {
      status: 404,
      body: {
        error: {
          field: 'path',
          value: request.url.pathname,
          fix: `use one of ${Object.keys(ENDPOINTS).join(', ')}`,
        },
      },
    };
  }
  const endpoint = methods[request.method];
  if (endpoint === undefined) {
    return {
      status: 405,
      body: {
        error: {
          field: 'method',
          value: request.method,
          fix: `use one of ${Object.keys(methods).join(', ')}`,
        },
      },
    };
  }
  try {
    return { status: 200, body: endpoint(deps, request) };
  } catch (error) {
    if (!(error instanceof AdminInputError)) throw error;
    return { status: 400, body: { error: { field: error.field, value: error.value, fix: error.fix } } };
  }
}
