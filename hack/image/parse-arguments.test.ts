import { describe, expect, it } from 'vitest';
import { parseArguments } from './parse-arguments.ts';

describe('the command line', () => {
  it('takes a program and a file, for amd64 and docker where nothing else is said', () => {
    expect(parseArguments(['--target', 'daemon', '--output', 'daemon.tar'])).toEqual({
      kind: 'run',
      arguments: { target: 'daemon', output: 'daemon.tar', architecture: 'amd64', format: 'docker' },
    });
  });

  it('says everything that is wrong at once', () => {
    expect(parseArguments(['--target=agent', '--arch=mips', '--format=zip', '--push', 'now'])).toEqual({
      kind: 'wrong',
      problems: [
        '--push is no flag: see --help',
        'unexpected argument "now"',
        '--target is "agent": give one of operator, webhook, daemon',
        '--arch is "mips": give one of amd64, arm64',
        '--format is "zip": give one of docker, oci',
        '--output is missing: give the file to write',
      ],
    });
  });

  it('helps', () => {
    expect(parseArguments(['--help', '--target=agent'])).toEqual({ kind: 'help' });
  });
});
