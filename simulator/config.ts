import { parseArgs } from 'node:util';
import { DEFAULT_ZONES } from './ec2-simulator.ts';
import type { Hook } from './hooks.ts';
import { type Knobs, PROFILE_NAMES, type ProfileName, parseKnob } from './knobs.ts';

/** What the command line and the environment say. */
export interface SimulatorConfig {
  readonly port: number;
  readonly host: string;
  readonly seed: string;
  readonly profile: ProfileName;
  readonly knobs: Partial<Knobs>;
  readonly availabilityZones: readonly string[];
  readonly attachHook: Hook | undefined;
  readonly detachHook: Hook | undefined;
  readonly isClockVirtual: boolean;
}

/** A configuration, a call for help, or all that is wrong at once. */
export type ConfigResult =
  | { readonly kind: 'run'; readonly config: SimulatorConfig }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

interface FlagFacts {
  readonly name: string;
  readonly argument: string;
  readonly text: string;
  readonly fallback: string;
}

const FLAGS: readonly FlagFacts[] = [
  { name: 'port', argument: 'P', text: 'TCP port, 0 for any', fallback: '0' },
  { name: 'host', argument: 'ADDRESS', text: 'address to listen on', fallback: '127.0.0.1' },
  { name: 'seed', argument: 'S', text: 'seed of ids, addresses and durations', fallback: '0' },
  { name: 'profile', argument: 'NAME', text: PROFILE_NAMES.join(', '), fallback: 'instant' },
  {
    name: 'set',
    argument: 'KNOB=VALUE,…',
    text: 'turn knobs of the profile, such as attachLatency=1000-4000',
    fallback: '',
  },
  {
    name: 'availability-zones',
    argument: 'ZONE,…',
    text: 'zones of the region',
    fallback: DEFAULT_ZONES.join(','),
  },
  {
    name: 'attach-hook',
    argument: 'CMD|URL',
    text: 'run or POST to when an interface is attached; CMD is split at spaces, or a JSON list of its words',
    fallback: '',
  },
  { name: 'detach-hook', argument: 'CMD|URL', text: 'the same when it is gone', fallback: '' },
  {
    name: 'virtual-clock',
    argument: 'true|false',
    text: 'time moves by POST /_sim/clock alone',
    fallback: 'false',
  },
];

function environmentName(flag: string): string {
  return `SIM_${flag.replaceAll('-', '_').toUpperCase()}`;
}

/** The text of `--help`. */
export function helpText(): string {
  const lines = FLAGS.map((flag) => {
    const fallback = flag.fallback === '' ? '' : ` (default ${flag.fallback})`;
    return `  --${flag.name} ${flag.argument}\n        ${flag.text}${fallback}; ${environmentName(flag.name)}`;
  });
  return `Usage: ec2-simulator [flags]\n\nSimulates the part of Amazon EC2 that concerns network interfaces, over HTTP.\n\n${lines.join('\n')}\n  --help\n        this text\n`;
}

type Values = Readonly<Record<string, string>>;

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function readFlags(argv: readonly string[], problems: string[]): { values: Values; wantsHelp: boolean } {
  const options = Object.fromEntries(FLAGS.map((flag) => [flag.name, { type: 'string' as const }]));
  // Not strict, so that every problem is found and not only the first.
  const parsed = parseArgs({
    args: [...argv],
    options: { ...options, help: { type: 'boolean' as const } },
    strict: false,
    tokens: true,
  });
  const values: Record<string, string> = {};
  for (const token of parsed.tokens) {
    if (token.kind === 'positional') problems.push(`"${token.value}" is not a flag; see --help`);
    if (token.kind !== 'option' || token.name === 'help') continue;
    if (!FLAGS.some((flag) => flag.name === token.name)) {
      problems.push(`${token.rawName} is not known; see --help`);
    } else if (!isString(token.value) || token.value === '') {
      problems.push(`${token.rawName} needs a value`);
    } else values[token.name] = token.value;
  }
  return {
    values,
    wantsHelp: parsed.tokens.some((token) => token.kind === 'option' && token.name === 'help'),
  };
}

interface Reader {
  readonly value: (flag: string) => string;
  readonly problem: (flag: string, expected: string) => void;
}

function readPort({ value, problem }: Reader): number {
  const port = /^\d{1,5}$/.test(value('port')) ? Number(value('port')) : -1;
  if (port < 0 || port > 65_535) problem('port', 'a number from 0 to 65535');
  return port;
}

function readProfile({ value, problem }: Reader): ProfileName {
  const profile = PROFILE_NAMES.find((name) => name === value('profile'));
  if (profile === undefined) problem('profile', `one of ${PROFILE_NAMES.join(', ')}`);
  return profile ?? 'instant';
}

function readZones({ value, problem }: Reader): readonly string[] {
  const zones = value('availability-zones').split(',');
  const isGood =
    zones.every((zone) => /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(zone)) && new Set(zones).size === zones.length;
  if (!isGood) problem('availability-zones', 'different zone names such as us-east-1a,us-east-1b');
  return zones;
}

function readKnobs({ value, problem }: Reader): Partial<Knobs> {
  const settings = value('set').split(',');
  const parsed = settings.filter((setting) => setting !== '').map(parseKnob);
  for (const item of parsed) if ('problem' in item) problem('set', `KNOB=VALUE; ${item.problem}`);
  return Object.assign({}, ...parsed.map((item) => ('knob' in item ? item.knob : {})));
}

function commandWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return text.split(/\s+/).filter((word) => word !== '');
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every(isString) ? words : undefined;
  } catch {
    return undefined;
  }
}

function readHook({ value, problem }: Reader, flag: string): Hook | undefined {
  const text = value(flag);
  if (text === '') return undefined;
  if (/^https?:\/\//.test(text)) {
    if (!URL.canParse(text)) problem(flag, 'a command or an http URL');
    return { kind: 'url', url: text };
  }
  const [command, ...args] = commandWords(text) ?? [];
  if (command === undefined) {
    problem(flag, 'a command, a JSON list of its words, or an http URL');
    return undefined;
  }
  return { kind: 'command', command, args };
}

/** Reads flags and their environment twins (a flag wins). All problems are found, not only the first. */
export function readConfig(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ConfigResult {
  const problems: string[] = [];
  const { values, wantsHelp } = readFlags(argv, problems);
  if (wantsHelp) return { kind: 'help' };
  const fallbacks = new Map(FLAGS.map((flag) => [flag.name, flag.fallback]));
  const reader: Reader = {
    value: (flag) => values[flag] ?? environment[environmentName(flag)] ?? fallbacks.get(flag) ?? '',
    problem: (flag, expected) => {
      problems.push(`--${flag} (${environmentName(flag)}) is "${reader.value(flag)}"; expected ${expected}`);
    },
  };
  const isClockVirtual = reader.value('virtual-clock') === 'true';
  if (!['true', 'false'].includes(reader.value('virtual-clock')))
    reader.problem('virtual-clock', 'true or false');
  const config: SimulatorConfig = {
    port: readPort(reader),
    host: reader.value('host'),
    seed: reader.value('seed'),
    profile: readProfile(reader),
    knobs: readKnobs(reader),
    availabilityZones: readZones(reader),
    attachHook: readHook(reader, 'attach-hook'),
    detachHook: readHook(reader, 'detach-hook'),
    isClockVirtual,
  };
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'run', config };
}
