import { parseArgs } from 'node:util';
import { PROFILE_NAMES, type ProfileName } from '../../simulator/knobs.ts';

/** What the command line asks for. */
export interface DemoArguments {
  readonly nodes: number;
  /** Profile of the EC2 simulator. */
  readonly profile: ProfileName;
  /** Stay up once the sample is Ready, until Ctrl-C. */
  readonly keep: boolean;
  readonly output: 'text' | 'json';
}

/** Either a request for help, arguments, or every problem found. */
export type ParsedArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly arguments: DemoArguments }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

const maxNodes = 200;

/** Text of `--help`. */
export const usage: string = `Shows the operator at work on this machine: a real etcd and kube-apiserver, an EC2 simulator, and the built operator.
Nothing reaches AWS.

Usage: npm run demo -- [--nodes N] [--profile NAME] [--keep] [--output text|json]

  --nodes N        nodes in up to three zones, 1 to ${maxNodes} (default 6)
  --profile NAME   how fast EC2 is: ${PROFILE_NAMES.join(', ')} (default realistic)
  --keep           stay up once the sample is Ready, to play with, until Ctrl-C
  --output FORMAT  text: for people; json: one line per stage (default text)
  --help           this text

Instances of the demo start at once and no detachment takes minutes, so that the profile tells only how long ENIs take.
Everything lives in a temporary folder; Ctrl-C at any moment ends what was started and removes it.
Exit codes: 0 done, 1 a step failed, 2 wrong flags or something missing on this machine, 130 stopped by Ctrl-C.
`;

const options = {
  nodes: { type: 'string', default: '6' },
  profile: { type: 'string', default: 'realistic' },
  output: { type: 'string', default: 'text' },
  keep: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/**
 * Parses the command line.
 * @returns all problems at once, each naming the flag, the value and what is allowed.
 */
export function parseArguments(args: readonly string[]): ParsedArguments {
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const problems = tokens.flatMap((token) => {
    if (token.kind === 'positional') {
      return [`unexpected argument ${JSON.stringify(token.value)}: every setting is a --flag`];
    }
    return token.kind === 'option' ? problemOfFlag(token) : [];
  });
  if (values.help === true) return { kind: 'help' };
  const { nodes, profile, output } = values;
  const parsed: DemoArguments = {
    nodes: nodesOf(nodes, problems),
    profile: choiceOf({ flag: '--profile', value: profile, choices: PROFILE_NAMES }, problems),
    keep: values.keep === true,
    output: choiceOf({ flag: '--output', value: output, choices: ['text', 'json'] as const }, problems),
  };
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'run', arguments: parsed };
}

interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

function problemOfFlag({ name, rawName, value }: FlagToken): readonly string[] {
  const type = Object.entries(options).find(([known]) => known === name)?.[1].type;
  if (type === undefined) return [`unknown flag ${rawName}: see --help`];
  if (type === 'boolean') {
    return value === undefined ? [] : [`${rawName} takes no value, got ${JSON.stringify(value)}`];
  }
  return isMissing(value) ? [`${rawName} needs a value`] : [];
}

/** parseArgs gives true for a flag at the end, and takes the next flag for a value. */
function isMissing(value: string | boolean | undefined): boolean {
  return typeof value !== 'string' || value === '' || value.startsWith('--');
}

function nodesOf(value: string | boolean | undefined, problems: string[]): number {
  const nodes = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (!isMissing(value) && (nodes < 1 || nodes > maxNodes)) {
    problems.push(`--nodes must be a number from 1 to ${maxNodes}, got ${JSON.stringify(value)}`);
  }
  return nodes;
}

function choiceOf<T extends string>(
  given: {
    readonly flag: string;
    readonly value: string | boolean | undefined;
    readonly choices: readonly [T, ...T[]];
  },
  problems: string[],
): T {
  const { flag, value, choices } = given;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined && !isMissing(value)) {
    problems.push(`${flag} must be one of ${choices.join(', ')}, got ${JSON.stringify(value)}`);
  }
  return choice ?? choices[0];
}
