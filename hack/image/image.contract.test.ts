import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../control-plane/run-command.ts';
import { type Architecture, NON_ROOT, type Target, TARGETS } from './recipe.ts';

const main = join(import.meta.dirname, 'main.ts');
const isRoot = process.getuid?.() === 0;
/** Compressing takes seconds for each image: by default only the one that holds most is made, all with TEST_LONG=1. */
const isLong = process.env['TEST_LONG'] === '1';
const targets = isLong ? TARGETS : (['daemon'] as const);
/** Machine numbers in the header of an ELF file (elf(5), e_machine). */
const MACHINES: Readonly<Record<Architecture, number>> = { amd64: 62, arm64: 183 };
const here: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
const other: Architecture = here === 'arm64' ? 'amd64' : 'arm64';

/** The root file system as a container runtime would make it of the layers. */
function unpack(archive: string): string {
  const folder = `${archive}.d`;
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  execFileSync('tar', ['--extract', '--file', archive, '--directory', folder]);
  const [{ Layers: layers }] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  for (const layer of layers) {
    execFileSync('tar', ['--extract', '--gzip', '--file', join(folder, layer), '--directory', root]);
  }
  return root;
}

/** Runs a program of the image with nothing of this machine but its kernel, as the account that the image names. */
function runInside(root: string, target: Target, command: readonly string[]): Promise<CommandResult> {
  const account = target === 'daemon' ? 0 : NON_ROOT;
  return runCommand(
    'unshare',
    ['--net', `--root=${root}`, '--wd=/app', `--setgid=${account}`, `--setuid=${account}`, ...command],
    { env: { PATH: '/usr/local/bin:/usr/bin:/bin' } },
  );
}

describe('an assembled image', () => {
  let dir: string;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-image-'));
  });

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const assemble = async (target: Target, architecture: Architecture): Promise<string> => {
    const output = join(dir, `${target}-${architecture}.tar`);
    const args = ['--target', target, '--output', output, '--arch', architecture];
    expect(await runCommand(process.execPath, [main, ...args])).toMatchObject({ exitCode: 0, stderr: '' });
    return output;
  };

  it.skipIf(!isRoot).each(targets)('of the %s runs its program with its own libraries', async (target) => {
    const root = unpack(await assemble(target, here));

    const help = await runInside(root, target, ['/usr/local/bin/node', `dist/${target}.js`, '--help']);

    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain(`Usage: ${target}.js [OPTION]...`);
    const ip = await runInside(root, target, ['/bin/ip', '-V']);
    expect(ip.stdout.startsWith('ip utility, iproute2')).toBe(target === 'daemon');
    expect((await runInside(root, target, ['/bin/sh', '-c', 'true'])).exitCode).not.toBe(0);
    const authorities = readFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt'), 'utf8');
    expect(authorities.split('BEGIN CERTIFICATE').length).toBeGreaterThan(100);
  });

  it.skipIf(!isLong)('is the same bytes when it is made again', async () => {
    const first = readFileSync(await assemble('operator', here));

    expect(readFileSync(await assemble('operator', here)).equals(first)).toBe(true);
  });

  it.skipIf(!isLong)('for another processor holds programs for that one', async () => {
    const root = unpack(await assemble('daemon', other));
    for (const path of ['usr/local/bin/node', 'bin/ip']) {
      const header = Buffer.alloc(20);
      readSync(openSync(join(root, path), 'r'), header);
      expect(header.readUInt16LE(18)).toBe(MACHINES[other]);
      expect(statSync(join(root, path)).mode & 0o777).toBe(0o755);
    }
  });

  it('is loaded and run by docker', async (context) => {
    const info = await runCommand('docker', ['info', '--format', '{{.ServerVersion}}']);
    if (info.exitCode !== 0) return context.skip(`docker does not run here: ${info.stderr.trim()}`);
    const loaded = await runCommand('docker', ['load', '--input', await assemble('operator', here)]);
    const [, image = ''] = /Loaded image: (\S+)/.exec(loaded.stdout) ?? [];

    const help = await runCommand('docker', [
      'run',
      '--rm',
      '--read-only',
      '--network=none',
      image,
      '--help',
    ]);

    expect(help).toMatchObject({ exitCode: 0 });
    expect(help.stdout).toContain('Usage: operator.js [OPTION]...');
  });
});
