import { PrerequisiteError } from '../control-plane/prerequisite-error.ts';
import { DemoWorldError } from './demo-world.ts';
import { createJsonNarrator, createTextNarrator, type Narrator } from './narrator.ts';
import { type DemoArguments, parseArguments, usage } from './parse-arguments.ts';
import { runDemo } from './run-demo.ts';

const exitFailure = 1;
const exitUsage = 2;
// As shells report a program that a signal ended: 128 and the signal's number.
const exitOfSignal = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof exitOfSignal;

class StopRequest extends Error {
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseArguments(args);
  if (parsed.kind === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    for (const problem of parsed.problems) process.stderr.write(`demo: ${problem}\n`);
    return exitUsage;
  }
  return run(parsed.arguments);
}

async function run(wanted: DemoArguments): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) return;
      process.stderr.write('\ndemo: stopping\n');
      stopping.abort(new StopRequest(signal));
    });
  }
  const narrator =
    wanted.output === 'json'
      ? createJsonNarrator(process.stdout, () => performance.now())
      : createTextNarrator(process.stdout);
  try {
    await runDemo({ wanted, narrator, signal: stopping.signal });
    if (stopping.signal.aborted) tellStopped(stopping.signal.reason, narrator);
    return 0;
  } catch (error) {
    return tellFailure(error, stopping.signal.aborted ? stopping.signal.reason : undefined, narrator);
  }
}

function tellFailure(error: unknown, stop: unknown, narrator: Narrator): number {
  if (stop instanceof StopRequest) {
    tellStopped(stop, narrator);
    return exitOfSignal[stop.signal];
  }
  const message = error instanceof Error ? error.message : String(error);
  const dir = error instanceof DemoWorldError ? error.dir : undefined;
  process.stderr.write(`\ndemo: failed: ${message}\n`);
  if (dir !== undefined) {
    process.stderr.write(
      `demo: everything has ended; all logs are in ${dir}\ndemo: next: read them, remove the folder, run npm run demo again (--keep leaves it up to look around)\n`,
    );
  }
  narrator.finish('failed', { message, ...(dir === undefined ? {} : { dir }) });
  return error instanceof PrerequisiteError ? exitUsage : exitFailure;
}

function tellStopped(stop: unknown, narrator: Narrator): void {
  process.stderr.write('demo: stopped; everything that was started has ended and is removed\n');
  narrator.finish('stopped', { signal: stop instanceof StopRequest ? stop.signal : String(stop) });
}

process.exitCode = await main(process.argv.slice(2));
