import { ACTIONS_BY_NAME } from './actions/registry.ts';
import type { AuditLog } from './audit-log.ts';
import { type ActionDefinition, type CallContext, createConfirm, createView } from './call-context.ts';
import { Ec2Error } from './ec2-error.ts';
import type { ActiveFault, FaultKind, Faults } from './faults.ts';
import { type ParamNode, parseParams } from './params.ts';
import { type Random, createRandom } from './random.ts';
import { type Throttle, createThrottle } from './throttle.ts';
import type { World } from './world.ts';
import { EC2_API_VERSION, type XmlObject } from './xml.ts';

/** A call as it came in. */
export interface CallRequest {
  /** Decoded form fields, Action among them. */
  readonly fields: readonly (readonly [string, string])[];
  readonly region: string;
  readonly identity: string;
  readonly userAgent: string;
}

/** What is to be sent back, and how. */
export interface CallOutcome {
  readonly action: string;
  readonly requestId: string;
  readonly reply: { readonly result: XmlObject } | { readonly error: Ec2Error };
  readonly transport: 'reply' | 'malformed' | 'reset';
  /** How long the caller has to wait. */
  readonly delayMs: number;
}

/** What the dispatcher needs. */
export interface DispatcherDeps {
  readonly world: World;
  readonly faults: Faults;
  readonly auditLog: AuditLog;
  readonly seed: string;
}

// Parameters of the envelope and of signatures in the query string.
const ENVELOPE: ReadonlySet<string> = new Set([
  'Action',
  'Version',
  'DryRun',
  'AWSAccessKeyId',
  'Signature',
  'SignatureMethod',
  'SignatureVersion',
  'SecurityToken',
  'Timestamp',
]);

// User data often carries secrets.
const NOT_RECORDED: ReadonlySet<string> = new Set([
  'UserData',
  'AWSAccessKeyId',
  'Signature',
  'SecurityToken',
]);

function isEnvelope(name: string): boolean {
  return ENVELOPE.has(name) || name.startsWith('X-Amz-');
}

function recordedParams(fields: CallRequest['fields']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.filter(
      ([name]) =>
        !NOT_RECORDED.has(name) && !name.startsWith('X-Amz-') && name !== 'Action' && name !== 'Version',
    ),
  );
}

function isResourceId(value: string): boolean {
  return /^(?:vpc|subnet|sg|i|eni|eni-attach)-[0-9a-f]{8,17}$/.test(value);
}

function checkParams(action: ActionDefinition, params: ParamNode): void {
  for (const name of params.children.keys()) {
    if (isEnvelope(name) || action.params.includes(name) || action.ignored?.includes(name) === true) continue;
    // EC2 API reference, "Error codes": UnknownParameter. Also given for parameters EC2 has and the simulator has not,
    // so that nothing is silently left undone.
    throw new Ec2Error('UnknownParameter', `The parameter ${name} is not recognized`);
  }
}

function findAction(params: ParamNode): ActionDefinition {
  const name = params.children.get('Action')?.value ?? '';
  const version = params.children.get('Version')?.value ?? EC2_API_VERSION;
  const action = ACTIONS_BY_NAME.get(name);
  if (action === undefined || version !== EC2_API_VERSION) {
    // EC2 API reference, "Error codes": InvalidAction.
    throw new Ec2Error('InvalidAction', `The action ${name} is not valid for this web service.`);
  }
  return action;
}

function firstOf(hits: readonly ActiveFault[], kind: FaultKind): ActiveFault | undefined {
  return hits.find((hit) => hit.kind === kind);
}

function refuse(hits: readonly ActiveFault[]): void {
  const expired = firstOf(hits, 'expired-credentials');
  if (expired !== undefined) throw new Ec2Error('RequestExpired', expired.message ?? 'Request has expired.');
  const throttled = firstOf(hits, 'throttle');
  if (throttled !== undefined) throw new Ec2Error('RequestLimitExceeded', 'Request limit exceeded.');
  const failed = firstOf(hits, 'error');
  if (failed !== undefined) {
    const message = failed.message ?? 'An internal error has occurred';
    throw new Ec2Error(failed.code ?? 'InternalError', message, failed.status);
  }
}

function longestMs(hits: readonly ActiveFault[], kind: FaultKind): number {
  return Math.max(0, ...hits.filter((hit) => hit.kind === kind).map((hit) => hit.durationMs ?? 0));
}

function contextOf(world: World, request: CallRequest, call: Prepared): CallContext {
  const nowMs = world.clock.nowMs();
  const knobs = world.knobs();
  const isDescribe = call.action.startsWith('Describe');
  const lagMs = isDescribe ? Math.max(knobs.describeLagMs, longestMs(call.hits, 'stale-describe')) : 0;
  const hiddenMs = Math.max(knobs.visibilityDelayMs, longestMs(call.hits, 'not-found-after-create'));
  return {
    world,
    view: createView(world, lagMs),
    params: call.params,
    region: request.region,
    nowMs,
    visibleAtMs: nowMs + hiddenMs,
    confirm: createConfirm(call.params),
    touch: (id) => void call.touched.add(id),
  };
}

interface Prepared {
  readonly action: string;
  readonly params: ParamNode;
  readonly hits: readonly ActiveFault[];
  readonly touched: Set<string>;
}

function transportOf(hits: readonly ActiveFault[]): CallOutcome['transport'] {
  if (firstOf(hits, 'reset-before') !== undefined || firstOf(hits, 'reset-after-commit') !== undefined)
    return 'reset';
  return firstOf(hits, 'malformed-xml') === undefined ? 'reply' : 'malformed';
}

function newRequestId(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-');
}

function execute(
  deps: DispatcherDeps,
  throttle: Throttle,
  request: CallRequest,
  call: Prepared,
): CallOutcome['reply'] {
  try {
    refuse(call.hits);
    const action = findAction(call.params);
    if (deps.world.knobs().throttlingEnabled && !throttle.admits(action.name, call.params)) {
      throw new Ec2Error('RequestLimitExceeded', 'Request limit exceeded.');
    }
    checkParams(action, call.params);
    const context = contextOf(deps.world, request, call);
    const result = action.run(context);
    // An action that changes something has confirmed before its first change; the others are confirmed here.
    context.confirm();
    return { result };
  } catch (error) {
    if (error instanceof Ec2Error) return { error };
    throw error;
  }
}

/** Runs calls against a world. */
export interface Dispatcher {
  dispatch(request: CallRequest): CallOutcome;
}

/** Answers calls: faults, then throttling, then the action; every call ends in the audit log. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { world, faults, auditLog } = deps;
  const throttle = createThrottle(world.clock);
  const requestIds = createRandom(deps.seed, 'request-ids');
  const apiLatency = createRandom(deps.seed, 'api-latency');
  return {
    dispatch: (request) => {
      world.timeline.settle();
      const params = parseParams(request.fields);
      const action = params.children.get('Action')?.value ?? '';
      const recorded = recordedParams(request.fields);
      const hits = faults.hit(action, recorded);
      const call: Prepared = {
        action,
        params,
        hits,
        touched: new Set(Object.values(recorded).filter(isResourceId)),
      };
      const timeMs = world.clock.nowMs();
      const isLostBefore = firstOf(hits, 'reset-before') !== undefined;
      const reply = isLostBefore
        ? { error: new Ec2Error('(reset)', 'the connection was reset before the call') }
        : execute(deps, throttle, request, call);
      const { minMs, maxMs } = world.knobs().apiLatency;
      const addedMs = hits.reduce((sum, hit) => sum + (hit.kind === 'latency' ? (hit.latencyMs ?? 0) : 0), 0);
      const outcome: CallOutcome = {
        action,
        requestId: newRequestId(requestIds),
        reply,
        transport: transportOf(hits),
        delayMs: apiLatency.integer(minMs, maxMs) + addedMs,
      };
      auditLog.record({
        timeMs,
        time: new Date(timeMs).toISOString(),
        action,
        params: recorded,
        code: 'error' in reply ? reply.error.code : 'OK',
        status: 'error' in reply ? reply.error.status : 200,
        transport: outcome.transport,
        ids: [...call.touched],
        latencyMs: outcome.delayMs,
        identity: request.identity,
        userAgent: request.userAgent,
        requestId: outcome.requestId,
        faultIds: hits.map((hit) => hit.id),
      });
      return outcome;
    },
  };
}
