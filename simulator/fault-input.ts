import {
  AdminInputError,
  type JsonObject,
  actionName,
  jsonObject,
  oneOf,
  onlyFields,
  optionalInteger,
  optionalText,
  textMap,
} from './admin-input.ts';
import { FAULT_KINDS, type FaultKind, type FaultRule } from './faults.ts';
import { HISTORY_MS } from './table.ts';

const FIELDS = [
  'action',
  'kind',
  'match',
  'nth',
  'times',
  'probability',
  'code',
  'message',
  'status',
  'latencyMs',
  'durationMs',
] as const;

const MAX_MS = 600_000;

function readProbability(body: JsonObject): number | undefined {
  const value = body['probability'];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new AdminInputError('probability', value, 'send a number from 0 to 1');
  }
  return value;
}

// Fields that only mean something for some kinds, and the kinds that cannot do without them.
const FIELD_KINDS: readonly {
  readonly field: string;
  readonly kinds: readonly FaultKind[];
  readonly needed: boolean;
}[] = [
  { field: 'code', kinds: ['error'], needed: false },
  { field: 'status', kinds: ['error'], needed: false },
  { field: 'message', kinds: ['error', 'expired-credentials'], needed: false },
  { field: 'latencyMs', kinds: ['latency'], needed: true },
  { field: 'durationMs', kinds: ['not-found-after-create', 'stale-describe'], needed: true },
];

function checkKindFields(body: JsonObject, kind: FaultKind): void {
  for (const rule of FIELD_KINDS) {
    const isFor = rule.kinds.includes(kind);
    if (body[rule.field] !== undefined && !isFor) {
      throw new AdminInputError(
        rule.field,
        body[rule.field],
        `leave it out; it is for kind ${rule.kinds.join(' or ')}`,
      );
    }
    if (body[rule.field] === undefined && isFor && rule.needed) {
      throw new AdminInputError(rule.field, undefined, `send it; kind ${kind} needs it`);
    }
  }
}

/** Reads a fault rule. @throws AdminInputError */
export function readFaultRule(value: unknown): FaultRule {
  const body = jsonObject('body', value);
  onlyFields(body, FIELDS);
  const action = actionName(body, 'action');
  const kind = oneOf(body, 'kind', FAULT_KINDS);
  checkKindFields(body, kind);
  return {
    action,
    kind,
    match: body['match'] === undefined ? undefined : textMap(body, 'match'),
    nth: optionalInteger(body, 'nth', { min: 1, max: 1_000_000 }),
    times: optionalInteger(body, 'times', { min: 1, max: 1_000_000 }),
    probability: readProbability(body),
    code: optionalText(body, 'code'),
    message: optionalText(body, 'message'),
    status: optionalInteger(body, 'status', { min: 400, max: 599 }),
    latencyMs: optionalInteger(body, 'latencyMs', { min: 0, max: MAX_MS }),
    durationMs: optionalInteger(body, 'durationMs', {
      min: 0,
      max: kind === 'stale-describe' ? HISTORY_MS : MAX_MS,
    }),
  };
}
