import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface ControlPlaneArguments {
  /** Folder of data, certificates, logs and kubeconfig; absent only with `prepare`. */
  readonly dir: string | undefined;
  /** Port of the API server; 0 = any free one. */
  readonly port: number;
  readonly prepare: boolean;
  readonly keepData: boolean;
  readonly output: 'text' | 'json';
}

/** Either a request for help, arguments, or every problem found. */
export type ParsedArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly arguments: ControlPlaneArguments }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** Text of `--help`. */
export const usage = `Runs a real etcd and kube-apiserver on loopback, without nodes, for development and tests.

Usage: npm run control-plane -- --dir DIR [--port PORT] [--keep-data] [--output text|json]
       npm run control-plane -- --prepare

  --dir DIR       folder for data, certificates, logs and DIR/kubeconfig; made if absent
  --port PORT     port of the API server on 127.0.0.1 (default 0: any free port)
  --keep-data     go on with the data of the previous run in DIR (default: start empty)
  --output FORMAT text: progress and the word "ready"; json: one line when ready (default text)
  --prepare       only make sure that the programs are there, then end
  --help          this text

The programs come from, in this order: the folder named by KUBEBUILDER_ASSETS; the cache under
\${XDG_CACHE_HOME:-~/.cache}/multi-eni-operator; the official envtest archive; a build with Go.
Ctrl-C or SIGTERM stops both servers.
`;

const valueFlags = new Set(['dir', 'port', 'output']);
const switches = new Set(['prepare', 'keep-data', 'help']);

interface Collected {
  readonly values: Map<string, string>;
  readonly problems: string[];
}

/**
 * Parses the command line.
 * @returns all problems at once, each naming the flag, the value and what is allowed.
 */
export function parseArguments(args: readonly string[]): ParsedArguments {
  const { values, problems } = collect(args);
  if (values.has('help')) {
    return { kind: 'help' };
  }
  const parsed: ControlPlaneArguments = {
    dir: values.get('dir'),
    port: portOf(values.get('port') ?? '0', problems),
    prepare: values.has('prepare'),
    keepData: values.has('keep-data'),
    output: outputOf(values.get('output') ?? 'text', problems),
  };
  if (
    parsed.dir === undefined &&
    !parsed.prepare &&
    !problems.some((problem) => problem.startsWith('--dir'))
  ) {
    problems.push('--dir is missing: name a folder for data and kubeconfig (or use --prepare)');
  }
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'run', arguments: parsed };
}

function collect(args: readonly string[]): Collected {
  const values = new Map<string, string>();
  const problems: string[] = [];
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries([
      ...[...valueFlags].map((name) => [name, { type: 'string' }] as const),
      ...[...switches].map((name) => [name, { type: 'boolean' }] as const),
    ]),
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      problems.push(`unexpected argument ${JSON.stringify(token.value)}: every setting is a --flag`);
    } else if (token.kind === 'option') {
      const problem = problemOfFlag(token.name, token.rawName, token.value);
      if (problem === undefined) {
        values.set(token.name, token.value ?? '');
      } else {
        problems.push(problem);
      }
    }
  }
  return { values, problems };
}

function problemOfFlag(name: string, rawName: string, value: string | undefined): string | undefined {
  if (switches.has(name)) {
    return value === undefined ? undefined : `${rawName} takes no value, got ${JSON.stringify(value)}`;
  }
  if (!valueFlags.has(name)) {
    return `unknown flag ${rawName}: see --help`;
  }
  return value === undefined || value === '' || value.startsWith('--')
    ? `${rawName} needs a value`
    : undefined;
}

function portOf(text: string, problems: string[]): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    problems.push(`--port must be a number from 0 to 65535, got ${JSON.stringify(text)}`);
  }
  return port;
}

function outputOf(text: string, problems: string[]): 'text' | 'json' {
  if (text !== 'text' && text !== 'json') {
    problems.push(`--output must be text or json, got ${JSON.stringify(text)}`);
  }
  return text === 'json' ? 'json' : 'text';
}
