import { execFile } from 'node:child_process';
import { HostError } from './host-error.ts';

/** Running iproute2's `ip`. */
export interface IpCommand {
  /** Standard output of `ip ARGUMENTS`, with INPUT on its standard input. @throws HostError */
  run(args: readonly string[], options?: IpOptions): Promise<string>;
}

/** The program, and what comes before all of its arguments, such as `-n` and a network namespace. */
export type IpProgram = readonly [string, ...string[]];

/** Input and end of one run. */
export interface IpOptions {
  readonly input?: string;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 10_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** What `ip` says when a thing that is to go is gone already, or one that is to come is there. */
const ABSENT =
  /Cannot find device|Device not found|does not exist|No such (?:process|device|file)|Cannot assign requested address|Address not found/i;
const PRESENT = /File exists|already assigned/i;

function failureOf(args: readonly string[], error: Error, stderr: string): HostError {
  const text = stderr.trim() === '' ? error.message : stderr.trim();
  const message = `ip ${args.join(' ')}: ${text}`;
  if (ABSENT.test(text)) return new HostError(message, { kind: 'absent', cause: error });
  if (PRESENT.test(text)) return new HostError(message, { kind: 'conflict', cause: error });
  const isRefused = /Operation not permitted|Invalid argument|not supported|mtu (?:greater|less) than/i.test(
    text,
  );
  return new HostError(message, { kind: isRefused ? 'rejected' : 'transient', cause: error });
}

/** Runs `ip` from the PATH, each time with a time limit: a hanging kernel call must not stop the daemon. */
export function createIpCommand([program, ...before]: IpProgram = ['ip']): IpCommand {
  return {
    run: (args, { input, signal } = {}) =>
      new Promise((resolve, reject) => {
        const options = {
          timeout: TIMEOUT_MS,
          maxBuffer: MAX_OUTPUT_BYTES,
          encoding: 'utf8' as const,
          ...(signal === undefined ? {} : { signal }),
        };
        const child = execFile(program, [...before, ...args], options, (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(failureOf(args, error, stderr));
        });
        // A program that ends before it has read everything tells why on its standard error.
        child.stdin?.on('error', () => undefined);
        child.stdin?.end(input ?? '');
      }),
  };
}
