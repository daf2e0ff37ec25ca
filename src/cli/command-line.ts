import { nameSome } from '../domain/name-some.ts';
import { nearestName } from '../runtime/nearest-name.ts';
import { LINT_USAGE, parseLintArguments } from './lint/lint-arguments.ts';
import { countFindings, renderReport, summarize } from './lint/render-report.ts';
import { type LintDeps, runLint } from './lint/run-lint.ts';
import { UnreadableInputError } from './ports.ts';

/** What a command leaves behind. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the program needs from outside. */
export interface CommandLineDeps extends LintDeps {
  /** Of this program, as `--version` prints it. */
  readonly version: string;
}

const USAGE = `Usage: nodeeni COMMAND [OPTION]...

Commands:
  lint   judge NodeENI manifests before they are applied

Options:
  --help     this text
  --version  the version of this program

nodeeni COMMAND --help tells more about a command.
`;

const commands = ['lint'];

function refuse(problems: readonly string[]): CommandResult {
  return { exitCode: 2, stdout: '', stderr: problems.map((problem) => `nodeeni: ${problem}\n`).join('') };
}

/** A wrong path in CI must not look like manifests without a mistake. */
function problemOfNothing(paths: readonly string[]): string {
  const named = nameSome(paths.map((path) => (path === '-' ? 'standard input' : path)));
  return `there is no NodeENI in ${named}: give the files or directories that hold them, or - for what kustomize build prints`;
}

async function lint(args: readonly string[], deps: LintDeps): Promise<CommandResult> {
  const parsed = parseLintArguments(args);
  if (parsed.kind === 'help') return { exitCode: 0, stdout: LINT_USAGE, stderr: '' };
  if (parsed.kind === 'problems') return refuse(parsed.problems);
  const { paths, output, isStrict } = parsed.arguments;
  const report = await runLint(parsed.arguments, deps);
  const { errors, warnings } = countFindings(report);
  if (report.nodeEnis === 0 && errors === 0) return refuse([problemOfNothing(paths)]);
  return {
    exitCode: errors > 0 || (isStrict && warnings > 0) ? 1 : 0,
    stdout: renderReport(report, output),
    stderr: output === 'text' ? summarize(report) : '',
  };
}

/**
 * Runs `nodeeni` with the arguments after its name. Input that cannot be read or holds no NodeENI, and wrong options, are
 * exit code 2 with one line each.
 */
export async function runCommandLine(args: readonly string[], deps: CommandLineDeps): Promise<CommandResult> {
  const [command, ...rest] = args;
  if (command === undefined) return { exitCode: 2, stdout: '', stderr: USAGE };
  if (command === '--help' || command === '-h' || command === 'help') {
    return { exitCode: 0, stdout: USAGE, stderr: '' };
  }
  if (command === '--version') return { exitCode: 0, stdout: `nodeeni ${deps.version}\n`, stderr: '' };
  if (command !== 'lint') {
    const near = nearestName(command, commands);
    return refuse([
      `unknown command ${command}: ${near === undefined ? 'see nodeeni --help' : `did you mean ${near}?`}`,
    ]);
  }
  try {
    return await lint(rest, deps);
  } catch (error) {
    if (error instanceof UnreadableInputError) return refuse([error.message]);
    throw error;
  }
}
