import type { Random } from './random.ts';

/** What a fault does to a call. */
export const FAULT_KINDS = [
  'error',
  'throttle',
  'latency',
  'reset-before',
  'reset-after-commit',
  'not-found-after-create',
  'stale-describe',
  'malformed-xml',
  'expired-credentials',
] as const;

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** When and how calls go wrong. */
export interface FaultRule {
  /** Wire name of an action, or `*`. */
  readonly action: string;
  readonly kind: FaultKind;
  /** Parameters that must have these values, by wire name. */
  readonly match?: Readonly<Record<string, string>> | undefined;
  /** First matching call that is hit, 1 for the very next. */
  readonly nth?: number | undefined;
  /** How many calls are hit; with `nth` 1, else all, unless said. */
  readonly times?: number | undefined;
  /** Share of the eligible calls that are hit, drawn from the seed. */
  readonly probability?: number | undefined;
  /** For `error`: the code (default InternalError), message and HTTP status of the reply. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly status?: number | undefined;
  /** For `latency`: added before the reply. */
  readonly latencyMs?: number | undefined;
  /** For `not-found-after-create` and `stale-describe`: how long a thing is hidden, how old the answer is. */
  readonly durationMs?: number | undefined;
}

/** A rule in force with its counters. */
export interface ActiveFault extends FaultRule {
  readonly id: string;
  /** Calls that matched. */
  readonly seen: number;
  /** Calls that were hit. */
  readonly fired: number;
}

/** The rules in force. */
export interface Faults {
  add(rule: FaultRule): ActiveFault;
  list(): readonly ActiveFault[];
  /** Removes one rule; false when there is none of that id. */
  remove(id: string): boolean;
  clear(): void;
  /** The rules that hit this call, in the order they were added. Counts it. */
  hit(action: string, params: Readonly<Record<string, string>>): readonly ActiveFault[];
}

function isMatch(rule: FaultRule, action: string, params: Readonly<Record<string, string>>): boolean {
  if (rule.action !== '*' && rule.action !== action) return false;
  return Object.entries(rule.match ?? {}).every(([name, value]) => params[name] === value);
}

function isDue(rule: ActiveFault, random: Random): boolean {
  if (rule.seen < (rule.nth ?? 1)) return false;
  const times = rule.times ?? (rule.nth === undefined ? Infinity : 1);
  if (rule.fired >= times) return false;
  return rule.probability === undefined || random.next() < rule.probability;
}

/** No rules yet. */
export function createFaults(random: Random): Faults {
  const rules = new Map<string, ActiveFault>();
  let created = 0;
  return {
    add: (rule) => {
      const active: ActiveFault = { ...rule, id: `fault-${(created += 1)}`, seen: 0, fired: 0 };
      rules.set(active.id, active);
      return active;
    },
    list: () => [...rules.values()],
    remove: (id) => rules.delete(id),
    clear: () => rules.clear(),
    hit: (action, params) => {
      const hits: ActiveFault[] = [];
      for (const rule of rules.values()) {
        if (!isMatch(rule, action, params)) continue;
        const seen: ActiveFault = { ...rule, seen: rule.seen + 1 };
        const isHit = isDue(seen, random);
        const counted = isHit ? { ...seen, fired: seen.fired + 1 } : seen;
        rules.set(rule.id, counted);
        if (isHit) hits.push(counted);
      }
      return hits;
    },
  };
}
