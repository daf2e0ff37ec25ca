import { describe, expect, it } from 'vitest';
import { parseArguments, usage } from './parse-arguments.ts';

describe('the command line of the control plane', () => {
  it('takes any free port, text output and fresh data unless told otherwise', () => {
    expect(parseArguments(['--dir', 'd'])).toEqual({
      kind: 'run',
      arguments: { dir: 'd', port: 0, prepare: false, keepData: false, output: 'text' },
    });
  });

  it('takes every flag in both spellings', () => {
    expect(parseArguments(['--dir=d', '--port=6443', '--keep-data', '--output', 'json'])).toEqual({
      kind: 'run',
      arguments: { dir: 'd', port: 6443, prepare: false, keepData: true, output: 'json' },
    });
  });

  it('needs no folder to only prepare the programs', () => {
    expect(parseArguments(['--prepare'])).toMatchObject({
      kind: 'run',
      arguments: { prepare: true, dir: undefined },
    });
  });

  it('names every wrong flag at once', () => {
    const parsed = parseArguments([
      '--prot',
      '1',
      '--port',
      '70000',
      '--output=xml',
      '--keep-data=yes',
      'stray',
    ]);

    expect(parsed).toEqual({
      kind: 'wrong',
      problems: [
        'unknown flag --prot: see --help',
        'unexpected argument "1": every setting is a --flag',
        '--keep-data takes no value, got "yes"',
        'unexpected argument "stray": every setting is a --flag',
        '--port must be a number from 0 to 65535, got "70000"',
        '--output must be text or json, got "xml"',
        '--dir is missing: name a folder for data and kubeconfig (or use --prepare)',
      ],
    });
  });

  it.each([['--dir'], ['--dir='], ['--dir', '--keep-data']])('asks for the folder after %j', (...args) => {
    expect(parseArguments(args)).toEqual({ kind: 'wrong', problems: ['--dir needs a value'] });
  });

  it.each(['', '-1', '1e3', '0x10', '99999', 'http'])('refuses the port %j', (port) => {
    expect(parseArguments(['--dir', 'd', `--port=${port}`]).kind).toBe('wrong');
  });

  it('answers --help whatever else is wrong, and explains each flag', () => {
    expect(parseArguments(['--nonsense', '--help'])).toEqual({ kind: 'help' });
    for (const flag of ['--dir', '--port', '--keep-data', '--output', '--prepare', '--help']) {
      expect(usage).toContain(`  ${flag}`);
    }
  });
});
