import { PrerequisiteError } from '../control-plane/prerequisite-error.ts';
import { prepareTools } from './prepare-tools.ts';

function say(line: string): void {
  process.stderr.write(`gitops-tools: ${line}\n`);
}

/** Builds the Go programs by which tests judge manifests; nothing happens when they are in the cache. */
async function main(): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stopping.abort(new Error('stopped before the programs were built')));
  }
  try {
    const paths = await prepareTools({ env: process.env, say, signal: stopping.signal });
    process.stdout.write(`${paths.join('\n')}\n`);
    return 0;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return error instanceof PrerequisiteError ? 2 : 1;
  }
}

process.exitCode = await main();
