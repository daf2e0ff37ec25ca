import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** A network namespace of a test's own. */
export interface NetworkNamespace {
  readonly name: string;
  /** Runs `ip -n NAME ARGUMENTS`, given as one line. @throws what `ip` says */
  ip(line: string): string;
  /** Runs a program inside. */
  exec(program: string, args: readonly string[]): string;
  remove(): void;
}

/** Why namespaces cannot be made here; undefined where they can. */
export function namespaceObstacle(): string | undefined {
  const name = `probe-${randomBytes(4).toString('hex')}`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'del', name], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `network namespaces cannot be made here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Makes a namespace with its loopback up. */
export function createNamespace(prefix: string): NetworkNamespace {
  const name = `${prefix}-${randomBytes(4).toString('hex')}`;
  execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' });
  const ip = (line: string): string =>
    execFileSync('ip', ['-n', name, ...line.split(' ')], { encoding: 'utf8', stdio: 'pipe' });
  ip('link set lo up');
  return {
    name,
    ip,
    exec: (program, args) =>
      execFileSync('ip', ['netns', 'exec', name, program, ...args], { encoding: 'utf8', stdio: 'pipe' }),
    remove: () => {
      execFileSync('ip', ['netns', 'del', name], { stdio: 'pipe' });
    },
  };
}
