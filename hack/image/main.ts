import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { assembleImage } from './assemble-image.ts';
import { parseArguments, usage } from './parse-arguments.ts';

const EXIT_USAGE = 2;

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseArguments(args);
  if (parsed.kind === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(parsed.problems.map((problem) => `image: ${problem}\n`).join(''));
    return EXIT_USAGE;
  }
  const { output, ...wanted } = parsed.arguments;
  const createdSeconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? '0');
  if (!Number.isSafeInteger(createdSeconds) || createdSeconds < 0) {
    process.stderr.write('image: SOURCE_DATE_EPOCH is no number of seconds since 1970\n');
    return EXIT_USAGE;
  }
  try {
    const archive = await assembleImage({
      ...wanted,
      createdSeconds,
      sourceDir: join(import.meta.dirname, '..', '..'),
      cacheDir: join(
        process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
        'multi-eni-operator',
        'image',
      ),
      onWait: (pid) => process.stderr.write(`image: process ${pid} is fetching packages; waiting for it\n`),
    });
    mkdirSync(dirname(output), { recursive: true });
    // A run that is stopped leaves no half of an image under the name.
    writeFileSync(`${output}.part`, archive);
    renameSync(`${output}.part`, output);
    process.stdout.write(`${output} ${(archive.length / 1e6).toFixed(1)} MB\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`image: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
