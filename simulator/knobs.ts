/** The shortest and longest duration in milliseconds, both included. */
export interface Range {
  readonly minMs: number;
  readonly maxMs: number;
}

/** Everything about the simulated region that can be turned. */
export interface Knobs {
  /** How long a call takes. */
  readonly apiLatency: Range;
  /** A new interface: pending → available. */
  readonly createLatency: Range;
  /** attaching → attached. */
  readonly attachLatency: Range;
  /** detaching → gone. */
  readonly detachLatency: Range;
  /** A share of detaches takes {@link detachTailLatency} instead. */
  readonly detachTailProbability: number;
  readonly detachTailLatency: Range;
  /** pending → running. */
  readonly instanceStartLatency: Range;
  /** stopping → stopped. */
  readonly instanceStopLatency: Range;
  /** shutting-down → terminated. */
  readonly instanceTerminateLatency: Range;
  /** How long a terminated instance stays visible. */
  readonly terminatedVisibleMs: number;
  /** How long a new thing answers NotFound. */
  readonly visibilityDelayMs: number;
  /** How old the state is that Describe calls answer from. */
  readonly describeLagMs: number;
  /** Whether the account's token buckets apply. */
  readonly throttlingEnabled: boolean;
  readonly maxNetworkInterfaces: number;
  readonly maxSecurityGroupsPerInterface: number;
  readonly maxTagsPerResource: number;
  /** What a ClientToken answers whose interface was deleted. */
  readonly burntToken: 'replay' | 'not-found' | 'create-anew';
  /** How many calls the audit log keeps. */
  readonly maxRecordedCalls: number;
}

/** Names accepted by `--profile`. */
export const PROFILE_NAMES = ['instant', 'realistic', 'default-quota'] as const;

/** One of {@link PROFILE_NAMES}. */
export type ProfileName = (typeof PROFILE_NAMES)[number];

const NONE: Range = { minMs: 0, maxMs: 0 };

const INSTANT: Knobs = {
  apiLatency: NONE,
  createLatency: NONE,
  attachLatency: NONE,
  detachLatency: NONE,
  detachTailProbability: 0,
  detachTailLatency: NONE,
  instanceStartLatency: NONE,
  instanceStopLatency: NONE,
  instanceTerminateLatency: NONE,
  // EC2 user guide, "Terminate instances": visible "for a short while"; one hour is what people observe (assumed).
  terminatedVisibleMs: 3_600_000,
  visibilityDelayMs: 0,
  describeLagMs: 0,
  throttlingEnabled: false,
  maxNetworkInterfaces: 50_000,
  // Amazon VPC user guide, "Amazon VPC quotas": 5 groups per interface, adjustable to 16.
  maxSecurityGroupsPerInterface: 5,
  // EC2 user guide, "Tag restrictions": 50 tags per resource.
  maxTagsPerResource: 50,
  // Assumed: a token keeps answering what it answered, although the interface is gone.
  burntToken: 'replay',
  maxRecordedCalls: 200_000,
};

// Attach 1-4 s: kubernetes-sigs/aws-ebs-csi-driver's waits and k8snetworkplumbingwg/multus-cni#1016 (about 5 s);
// detach 2-3 s: aws/amazon-vpc-cni-k8s#608, with a tail of minutes: ansible-collections/amazon.aws#501. The rest is assumed.
const REALISTIC: Knobs = {
  ...INSTANT,
  apiLatency: { minMs: 20, maxMs: 150 },
  createLatency: { minMs: 300, maxMs: 1_000 },
  attachLatency: { minMs: 1_000, maxMs: 4_000 },
  detachLatency: { minMs: 2_000, maxMs: 8_000 },
  detachTailProbability: 0.02,
  detachTailLatency: { minMs: 20_000, maxMs: 60_000 },
  instanceStartLatency: { minMs: 3_000, maxMs: 10_000 },
  instanceStopLatency: { minMs: 5_000, maxMs: 20_000 },
  instanceTerminateLatency: { minMs: 5_000, maxMs: 30_000 },
};

const PROFILES: Readonly<Record<ProfileName, Knobs>> = {
  instant: INSTANT,
  realistic: REALISTIC,
  // Amazon VPC user guide, "Amazon VPC quotas": 5,000 interfaces per Region.
  'default-quota': { ...REALISTIC, throttlingEnabled: true, maxNetworkInterfaces: 5_000 },
};

/** The knobs of a profile with some of them turned. */
export function knobsOf(profile: ProfileName, overrides: Partial<Knobs> = {}): Knobs {
  return { ...PROFILES[profile], ...overrides };
}

function parseRange(value: string): Range | undefined {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(value);
  if (match === null) return undefined;
  const minMs = Number(match[1]);
  const maxMs = Number(match[2] ?? match[1]);
  return minMs <= maxMs ? { minMs, maxMs } : undefined;
}

function isRangeKnob(name: string): boolean {
  return name.endsWith('Latency');
}

function parseKnobValue(name: keyof Knobs, value: string): unknown {
  if (isRangeKnob(name)) return parseRange(value);
  if (name === 'throttlingEnabled') return ['true', 'false'].includes(value) ? value === 'true' : undefined;
  if (name === 'burntToken') {
    return ['replay', 'not-found', 'create-anew'].includes(value) ? value : undefined;
  }
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(value)) return undefined;
  const number = Number(value);
  if (name === 'detachTailProbability') return number <= 1 ? number : undefined;
  return Number.isInteger(number) ? number : undefined;
}

function isKnob(name: string): name is keyof Knobs {
  return Object.hasOwn(INSTANT, name);
}

/**
 * Reads `name=value` (a duration range is `1000-4000` or `1000`).
 * Returns the turned knob, or what is wrong with the text.
 */
export function parseKnob(setting: string): { readonly knob: Partial<Knobs> } | { readonly problem: string } {
  const [name = '', ...rest] = setting.split('=');
  if (!isKnob(name)) {
    return { problem: `"${name}" is no knob; one of ${Object.keys(INSTANT).join(', ')}` };
  }
  const value = parseKnobValue(name, rest.join('='));
  if (value === undefined) {
    const expected = isRangeKnob(name) ? 'milliseconds such as 1000 or 1000-4000' : typeof INSTANT[name];
    return { problem: `"${rest.join('=')}" does not fit knob ${name}; expected ${expected}` };
  }
  return { knob: { [name]: value } };
}
