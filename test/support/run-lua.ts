import { type CommandResult, runCommand } from '../../hack/control-plane/run-command.ts';

/** Names under which an interpreter of Lua 5.1 or later may be installed. */
const INTERPRETERS: readonly string[] = ['lua', 'lua5.4', 'lua5.3', 'lua5.1', 'luajit'];

/** A value as a Lua expression. */
function luaLiteral(value: unknown): string {
  if (typeof value === 'string')
    return `"${value.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll('\n', '\\n')}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return 'nil';
  const fields = Array.isArray(value)
    ? value.map((item) => luaLiteral(item))
    : Object.entries(value).map(([key, item]) => `[${luaLiteral(key)}] = ${luaLiteral(item)}`);
  return `{ ${fields.join(', ')} }`;
}

/**
 * Runs an Argo CD health script (argo-cd util/lua): it sees the object as `obj` and the basic functions, no libraries.
 *
 * @returns the fields that it returns, or undefined where no Lua is installed
 * @throws Error with Lua's words when the script fails.
 */
export async function runHealthScript(
  script: string,
  object: unknown,
): Promise<{ readonly status: string; readonly message: string } | undefined> {
  const program = `
    obj = ${luaLiteral(object)}
    local write = io.write
    string, math, io, os, debug = nil, nil, nil, nil, nil
    local health = (function() ${script} end)()
    write(health.status, "\\n", health.message)`;
  const result = await runFirst(program);
  if (result === undefined) return undefined;
  if (result.exitCode !== 0) throw new Error(result.stderr.trim());
  const [status = '', ...message] = result.stdout.split('\n');
  return { status, message: message.join('\n') };
}

async function runFirst(program: string): Promise<CommandResult | undefined> {
  for (const interpreter of INTERPRETERS) {
    const result = await runCommand(interpreter, ['-'], { stdin: program });
    if (!result.isMissing) return result;
  }
  return undefined;
}
