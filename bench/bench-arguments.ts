import { parseArgs } from 'node:util';

const PROFILES = ['instant', 'default-quota'] as const;

/** What the command line asks for. */
export type BenchArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  | { readonly kind: 'host' | 'webhook' | 'default' }
  /** Of the plan of worlds the first ones only; absent: all. */
  | { readonly kind: 'engine'; readonly worlds?: number }
  | {
      readonly kind: 'cluster';
      readonly profile: (typeof PROFILES)[number];
      readonly nodes: number;
      readonly nodeEnis: number;
    };

/** Text of `--help`. */
export const usage: string = `Measures the operator, its planner, the webhooks and the daemon. Takes minutes to hours and rewrites tracked files: the
results in bench/results and, but for webhook, docs/performance.md with its plots in docs/images.

Usage: npm run bench -- [PART]

  (no part)                            webhook, then engine
  engine [WORLDS]                      planner and operator against the simulator in one process; WORLDS: only the first so
                                       many of the worlds of its plan
  webhook                              the admission webhooks
  host                                 the built daemon in network namespaces; needs root
  cluster [PROFILE [NODES [NODEENIS]]] the built operator with etcd and kube-apiserver; PROFILE of the EC2 simulator is
                                       ${PROFILES.join(' or ')} (default instant), NODES 1000, NODEENIS 2

  --help  this text

Exit codes: 0 done, 1 failed, 2 wrong arguments; nothing is written then.
`;

/** How many arguments each part takes. */
const PARTS: ReadonlyMap<string, number> = new Map([
  ['engine', 1],
  ['webhook', 0],
  ['host', 0],
  ['cluster', 3],
]);

function countOf(what: string, text: string, problems: string[]): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1) problems.push(`${what} must be a number from 1, got ${JSON.stringify(text)}`);
  return count;
}

function clusterOf(args: readonly string[], problems: string[]): BenchArguments {
  const [given = PROFILES[0], nodes = '1000', nodeEnis = '2'] = args;
  const profile = PROFILES.find((name) => name === given);
  if (profile === undefined)
    problems.push(`PROFILE must be one of ${PROFILES.join(', ')}, got ${JSON.stringify(given)}`);
  return {
    kind: 'cluster',
    profile: profile ?? PROFILES[0],
    nodes: countOf('NODES', nodes, problems),
    nodeEnis: countOf('NODEENIS', nodeEnis, problems),
  };
}

function readPart(part: string | undefined, args: readonly string[], problems: string[]): BenchArguments {
  switch (part) {
    case undefined:
      return { kind: 'default' };
    case 'host':
    case 'webhook':
      return { kind: part };
    case 'engine':
      return args[0] === undefined
        ? { kind: part }
        : { kind: part, worlds: countOf('WORLDS', args[0], problems) };
    case 'cluster':
      return clusterOf(args, problems);
    default:
      problems.push(`unknown part ${part}: give one of ${[...PARTS.keys()].join(', ')}, or none`);
      return { kind: 'default' };
  }
}

/**
 * Parses the command line.
 * @returns all problems at once, so that nothing runs, and no result is written, for a mistyped command.
 */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  const options = { help: { type: 'boolean', short: 'h' } } as const;
  const { values, tokens, positionals } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) return { kind: 'help' };
  const problems = tokens.flatMap((token) =>
    token.kind === 'option' ? [`unknown flag ${token.rawName}: see --help`] : [],
  );
  const [part, ...rest] = positionals;
  const parsed = readPart(part, rest, problems);
  const surplus = rest.slice(PARTS.get(part ?? '') ?? rest.length);
  problems.push(...surplus.map((text) => `unexpected argument ${JSON.stringify(text)} after ${part}`));
  return problems.length > 0 ? { kind: 'wrong', problems } : parsed;
}
