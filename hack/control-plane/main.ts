import { PrerequisiteError } from './prerequisite-error.ts';
import { type ControlPlaneArguments, parseArguments, usage } from './parse-arguments.ts';
import { prepareBinaries } from './prepare-binaries.ts';
import { type ControlPlane, startControlPlane } from './start-control-plane.ts';

const exitFailure = 1;
const exitUsage = 2;

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseArguments(args);
  if (parsed.kind === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(
      parsed.problems
        .map(
          (problem) => `control-plane: ${problem}
`,
        )
        .join(''),
    );
    return exitUsage;
  }
  return run(parsed.arguments);
}

async function run(wanted: ControlPlaneArguments): Promise<number> {
  const stopping = new AbortController();
  const { promise: stopAsked, resolve: askStop } = Promise.withResolvers<undefined>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopping.abort(new StopRequest());
      askStop(undefined);
    });
  }
  try {
    const { signal } = stopping;
    const binaries = await prepareBinaries({ env: process.env, signal });
    if (wanted.prepare || wanted.dir === undefined) {
      announce(wanted, { binaries }, Object.values(binaries));
      return 0;
    }
    const { dir, port, keepData } = wanted;
    const controlPlane = await startControlPlane({ dir, port, keepData, binaries, signal });
    const { endpoint, kubeconfigPath: kubeconfig } = controlPlane;
    announce(wanted, { kubeconfig, endpoint, binaries }, [
      `endpoint ${endpoint}`,
      `kubeconfig ${kubeconfig}`,
      'ready',
    ]);
    return await serve(controlPlane, stopAsked);
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** Runs until asked to stop, or until a server ends by itself. */
async function serve(controlPlane: ControlPlane, stopAsked: Promise<undefined>): Promise<number> {
  const failure = await Promise.race([stopAsked, controlPlane.failed]);
  await controlPlane.stop();
  if (failure === undefined) {
    return 0;
  }
  process.stderr.write(`control-plane: ${failure}\n`);
  return exitFailure;
}

function announce(wanted: ControlPlaneArguments, facts: object, lines: readonly string[]): void {
  process.stdout.write(wanted.output === 'json' ? `${JSON.stringify(facts)}\n` : `${lines.join('\n')}\n`);
}

class StopRequest extends Error {}

function exitCodeOf(error: unknown): number {
  if (error instanceof StopRequest || (error instanceof Error && error.cause instanceof StopRequest)) {
    process.stderr.write('control-plane: stopped before it was ready\n');
    return exitFailure;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`control-plane: ${message}\n`);
  return error instanceof PrerequisiteError ? exitUsage : exitFailure;
}

process.exitCode = await main(process.argv.slice(2));
