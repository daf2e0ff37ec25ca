import { type CommandResult, runCommand } from '../../hack/control-plane/run-command.ts';
import { findTool } from '../../hack/gitops-tools/gitops-tools.ts';

/** Path of Prometheus' own tool for rules; undefined where nobody has built it (`node hack/gitops-tools/main.ts`). */
export const promtool: string | undefined = findTool('promtool', process.env);

/** Runs it in a folder. */
export async function runPromtool(cwd: string, args: readonly string[]): Promise<CommandResult> {
  if (promtool === undefined) throw new Error('promtool is not built: node hack/gitops-tools/main.ts');
  return runCommand(promtool, args, { cwd });
}
