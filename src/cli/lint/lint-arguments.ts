import { parseArgs } from 'node:util';
import { nearestName } from '../../runtime/nearest-name.ts';

/** How to print the findings. */
export type OutputFormat = 'text' | 'json' | 'sarif' | 'github';

/** What `nodeeni lint` was asked to do. */
export interface LintArguments {
  /** Files, directories or `-`, in the order given. */
  readonly paths: readonly string[];
  readonly nodes?: string;
  readonly subnets?: string;
  readonly isClusterRead: boolean;
  /** Absent: KUBECONFIG, then ~/.kube/config. */
  readonly kubeconfig?: string;
  readonly output: OutputFormat;
  /** Warnings count as errors for the exit code. */
  readonly isStrict: boolean;
}

/** What came of reading the arguments. */
export type ParsedLintArguments =
  | { readonly kind: 'lint'; readonly arguments: LintArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** Text of `nodeeni lint --help`. */
export const LINT_USAGE: string = `Usage: nodeeni lint [OPTION]... PATH...

Judges NodeENIs in YAML or JSON files as the API server and the webhooks would, before anything is applied:
the schema, the rules about one object, and the rules across all objects that are given.
PATH is a file, a directory (searched for *.yaml, *.yml and *.json), or - for standard input, such as from
kustomize build. Objects of other kinds are left out, except that Nodes among them count as nodes.

Options:
  --nodes FILE       nodes to judge against: kubectl get nodes --output yaml
  --subnets FILE     subnets to judge against: aws ec2 describe-subnets, or a list of {id, name, zone}
  --cluster          judge against what the cluster of the kubeconfig holds, too; changes nothing there
  --kubeconfig FILE  kubeconfig for --cluster (default: KUBECONFIG, then ~/.kube/config)
  --output FORMAT    text, json, sarif or github (default text)
  --strict           fail for warnings, too
  --help             this text

Exit codes: 0 no errors, 1 errors, broken YAML among them (with --strict: or warnings), 2 wrong options, a path that cannot
be read, or no NodeENI in what was given.
`;

const options = {
  nodes: { type: 'string' },
  subnets: { type: 'string' },
  cluster: { type: 'boolean' },
  kubeconfig: { type: 'string' },
  output: { type: 'string' },
  strict: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const formats: readonly OutputFormat[] = ['text', 'json', 'sarif', 'github'];

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

function problemsOfOption({ name, rawName, value }: OptionToken): readonly string[] {
  const option = Object.entries(options).find(([known]) => known === name)?.[1];
  if (option === undefined) {
    const near = nearestName(name, Object.keys(options));
    return [
      `unknown option ${rawName}: ${near === undefined ? 'see nodeeni lint --help' : `did you mean --${near}?`}`,
    ];
  }
  if (option.type === 'boolean')
    return value === undefined ? [] : [`${rawName} takes no value, got "${value}"`];
  const isMissing = value === undefined || value === '' || value.startsWith('--');
  return isMissing ? [`${rawName} needs a value`] : [];
}

function problemsOfOutput(output: string | undefined): readonly string[] {
  if (output === undefined || formats.some((format) => format === output)) return [];
  return [`--output is "${output}": give one of ${formats.join(', ')}`];
}

/** The options as given, texts only: a text option without its value is a problem already. */
type Texts = Readonly<Partial<Record<'nodes' | 'subnets' | 'kubeconfig' | 'output', string>>>;

function textsOf(values: Readonly<Record<string, unknown>>): Texts {
  const names = new Set(['nodes', 'subnets', 'kubeconfig', 'output']);
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => names.has(name) && typeof value === 'string'),
  );
}

function problemsOfWhole(paths: readonly string[], texts: Texts, isClusterRead: boolean): readonly string[] {
  const inputs = [...paths, texts.nodes, texts.subnets];
  return [
    ...(paths.length === 0 ? ['nothing to lint: give files, directories, or - for standard input'] : []),
    ...(texts.kubeconfig !== undefined && !isClusterRead
      ? ['--kubeconfig has no use without --cluster']
      : []),
    ...(inputs.filter((path) => path === '-').length > 1 ? ['standard input (-) can be read only once'] : []),
  ];
}

/** Reads the arguments after `lint`; every problem is reported, not just the first. */
export function parseLintArguments(args: readonly string[]): ParsedLintArguments {
  const parsed = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const { values, positionals: paths, tokens } = parsed;
  if (values.help === true) return { kind: 'help' };
  const { output, ...inputs } = textsOf(values);
  const isClusterRead = values.cluster === true;
  const problems = [
    ...tokens.flatMap((token) => (token.kind === 'option' ? problemsOfOption(token) : [])),
    ...problemsOfOutput(output),
    ...problemsOfWhole(paths, inputs, isClusterRead),
  ];
  if (problems.length > 0) return { kind: 'problems', problems };
  const format = formats.find((known) => known === output) ?? 'text';
  const isStrict = values.strict === true;
  return { kind: 'lint', arguments: { paths, ...inputs, isClusterRead, isStrict, output: format } };
}
