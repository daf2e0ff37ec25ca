import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseBenchArguments, usage } from './bench-arguments.ts';

const program = join(import.meta.dirname, 'main.ts');

describe('the arguments of the benchmarks', () => {
  it.each([
    [[], { kind: 'default' }],
    [['host'], { kind: 'host' }],
    [['webhook'], { kind: 'webhook' }],
    [['engine'], { kind: 'engine' }],
    [['engine', '3'], { kind: 'engine', worlds: 3 }],
    [['cluster'], { kind: 'cluster', profile: 'instant', nodes: 1000, nodeEnis: 2 }],
    [
      ['cluster', 'default-quota', '10', '5'],
      { kind: 'cluster', profile: 'default-quota', nodes: 10, nodeEnis: 5 },
    ],
    [['host', '--help'], { kind: 'help' }],
    [['-h', 'nonsense'], { kind: 'help' }],
  ])('%j is %j', (args, expected) => {
    expect(parseBenchArguments(args)).toEqual(expected);
  });

  it.each([
    [['--nope'], 'unknown flag --nope: see --help'],
    [['-x'], 'unknown flag -x: see --help'],
    [['--help=yes', '--nope'], 'unknown flag --help: see --help'],
    [['hots'], 'unknown part hots: give one of engine, webhook, host, cluster, or none'],
    [['constructor'], 'unknown part constructor'],
    [['host', 'now'], 'unexpected argument "now" after host'],
    [['engine', 'all'], 'WORLDS must be a number from 1, got "all"'],
    [['engine', '0'], 'WORLDS must be a number from 1, got "0"'],
    [['cluster', 'fast'], 'PROFILE must be one of instant, default-quota, got "fast"'],
    [['cluster', 'instant', 'x', '2'], 'NODES must be a number from 1, got "x"'],
    [['cluster', 'instant', '1', '-'], 'NODEENIS must be a number from 1, got "-"'],
  ])('%j is refused, and says what is wrong', (args, says) => {
    const parsed = parseBenchArguments(args);
    const problems = parsed.kind === 'wrong' ? parsed.problems : [];
    expect(problems.join('\n')).toContain(says);
  });

  it('are refused all at once', () => {
    expect(parseBenchArguments(['cluster', 'fast', '0', '0', 'more', '--nope'])).toMatchObject({
      problems: [
        expect.stringContaining('--nope'),
        expect.stringContaining('PROFILE'),
        expect.stringContaining('NODES'),
        expect.stringContaining('NODEENIS'),
        expect.stringContaining('"more"'),
      ],
    });
  });
});

describe('the program of the benchmarks', () => {
  it('explains itself and ends', () => {
    expect(execFileSync(process.execPath, [program, '--help'], { encoding: 'utf8' })).toBe(usage);
  });

  it('runs nothing for a part that there is not', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'hots'], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: 'bench: unknown part hots: give one of engine, webhook, host, cluster, or none\n',
    });
  });
});
