/** What describes an option to people. */
export interface OptionText {
  readonly description: string;
}

interface Declared {
  readonly flag: string;
  readonly placeholder: string;
  readonly description: string;
  readonly fallback: string | undefined;
}

const DURATION_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The environment twin of a flag: `resync-period` is `RESYNC_PERIOD`. */
function envNameOf(flag: string): string {
  return flag.toUpperCase().replaceAll('-', '_');
}

function parseArguments(args: readonly string[]): { values: Map<string, string>; problems: string[] } {
  const values = new Map<string, string>();
  const problems: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, flag, , inline] = /^--([a-z][a-z0-9-]*)(=(.*))?$/s.exec(arg) ?? [];
    if (flag === undefined) {
      problems.push(`"${arg}" is not an option: options look like --name=value`);
      continue;
    }
    const isBare = inline === undefined && (rest[0] === undefined || rest[0].startsWith('--'));
    values.set(flag, inline ?? (isBare ? '' : (rest.shift() ?? '')));
  }
  return { values, problems };
}

function parseDurationMs(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = DURATION_UNITS_MS[unit ?? ''];
  return unitMs === undefined ? undefined : Number(digits) * unitMs;
}

/**
 * Reads a program's options from flags and their environment twins; the flag wins. Each method declares one option, so
 * that the same calls give the values, the help text, and the full list of what is wrong.
 */
export class OptionReader {
  readonly #flags: Map<string, string>;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #declared: Declared[] = [];
  readonly #problems: string[];

  constructor(args: readonly string[], env: Readonly<Record<string, string | undefined>>) {
    const { values, problems } = parseArguments(args);
    this.#flags = values;
    this.#env = env;
    this.#problems = problems;
  }

  /** Whether `--help` was asked for. */
  get isHelpWanted(): boolean {
    return this.#flags.has('help');
  }

  /** A text; undefined when not given. */
  text(
    flag: string,
    { description, placeholder = 'TEXT' }: OptionText & { readonly placeholder?: string },
  ): string | undefined {
    return this.#read({ flag, placeholder, description, fallback: undefined });
  }

  /** A text that has to be given. */
  required(
    flag: string,
    { description, placeholder = 'TEXT' }: OptionText & { readonly placeholder?: string },
  ): string {
    const value = this.#read({ flag, placeholder, description, fallback: undefined });
    if (value === undefined)
      this.#problems.push(`--${flag} (or ${envNameOf(flag)}) is missing: ${description}`);
    return value ?? '';
  }

  /** A duration in milliseconds, written like 500ms, 30s, 5m or 1h. */
  durationMs(
    flag: string,
    { description, fallback, minMs = 0 }: OptionText & { readonly fallback: string; readonly minMs?: number },
  ): number {
    const text = this.#read({ flag, placeholder: 'DURATION', description, fallback }) ?? fallback;
    const durationMs = parseDurationMs(text);
    if (durationMs !== undefined && durationMs >= minMs) return durationMs;
    const least = minMs > 0 ? ` of at least ${minMs}ms` : '';
    this.#problems.push(`--${flag} is "${text}": give a duration${least} such as 500ms, 30s, 5m or 1h`);
    return minMs;
  }

  /** A number between two bounds, both included. */
  number(
    flag: string,
    option: OptionText & {
      readonly fallback: number;
      readonly min: number;
      readonly max: number;
      readonly isInteger?: boolean;
    },
  ): number {
    const { description, fallback, min, max, isInteger = true } = option;
    const text =
      this.#read({ flag, placeholder: 'NUMBER', description, fallback: String(fallback) }) ??
      String(fallback);
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= min && value <= max && (!isInteger || Number.isInteger(value))) return value;
    const kind = isInteger ? 'a whole number' : 'a number';
    this.#problems.push(`--${flag} is "${text}": give ${kind} from ${min} to ${max}`);
    return fallback;
  }

  /** One of a few words. */
  choice<T extends string>(
    flag: string,
    { description, choices, fallback }: OptionText & { readonly choices: readonly T[]; readonly fallback: T },
  ): T {
    const text = this.#read({ flag, placeholder: choices.join('|'), description, fallback }) ?? fallback;
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    this.#problems.push(`--${flag} is "${text}": give one of ${choices.join(', ')}`);
    return fallback;
  }

  /** What `parse` makes of a text; it tells its problems itself, naming the flag. */
  parsed<T>(
    flag: string,
    option: OptionText & {
      readonly placeholder: string;
      readonly parse: (text: string | undefined) => {
        readonly value: T;
        readonly problems: readonly string[];
      };
    },
  ): T {
    const { value, problems } = option.parse(this.text(flag, option));
    this.#problems.push(...problems);
    return value;
  }

  /** Everything that is wrong, unknown flags included; call it after all options were declared. */
  problems(): string[] {
    const known = new Set(['help', ...this.#declared.map(({ flag }) => flag)]);
    const unknown = [...this.#flags.keys()].filter((flag) => !known.has(flag));
    return [...this.#problems, ...unknown.map((flag) => `--${flag} is unknown: --help lists the options`)];
  }

  /** The help text. */
  help(usage: string): string {
    const lines = this.#declared.map(({ flag, placeholder, description, fallback }) => {
      const value = fallback === undefined ? '' : ` (default ${fallback})`;
      return `  --${flag}=${placeholder}\n      ${description}${value}; env ${envNameOf(flag)}`;
    });
    return [usage, '', 'Options:', ...lines, '  --help', '      Print this text.', ''].join('\n');
  }

  #read(option: Declared): string | undefined {
    this.#declared.push(option);
    if (this.#flags.get(option.flag) === '') {
      this.#problems.push(`--${option.flag} has no value: write --${option.flag}=${option.placeholder}`);
    }
    const given = this.#flags.get(option.flag) ?? this.#env[envNameOf(option.flag)];
    return given === '' ? undefined : given;
  }
}
