import { readFileSync } from 'node:fs';

/** What tells one process from a later one with the same id. */
export interface ProcessIdentity {
  /** Clock ticks from boot to the start of the process (proc(5), field 22 of `stat`). */
  readonly started: string;
  readonly commandLine: readonly string[];
}

/** Reads a running process from /proc; undefined when there is none, or it is a zombie. */
export function inspectProcess(pid: number): ProcessIdentity | undefined {
  const stat = readOptional(`/proc/${pid}/stat`);
  const commandLine = readOptional(`/proc/${pid}/cmdline`);
  if (stat === undefined || commandLine === undefined) {
    return undefined;
  }
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = 'Z'] = fields;
  const started = fields[19];
  if (state === 'Z' || state === 'X' || started === undefined) {
    return undefined;
  }
  return { started, commandLine: commandLine.split('\0').filter((argument) => argument !== '') };
}

/** Reads a file; undefined when it does not exist (any more). */
export function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) {
      return undefined;
    }
    throw error;
  }
}
