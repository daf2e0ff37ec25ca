import { describe, expect, it } from 'vitest';
import { parseArguments, usage } from './parse-arguments.ts';

describe('parseArguments', () => {
  it('runs six nodes with realistic delays, and cleans up, where nothing is said', () => {
    expect(parseArguments([])).toEqual({
      kind: 'run',
      arguments: { nodes: 6, profile: 'realistic', keep: false, output: 'text' },
    });
  });

  it('takes every flag', () => {
    expect(parseArguments(['--nodes', '12', '--profile=instant', '--keep', '--output', 'json'])).toEqual({
      kind: 'run',
      arguments: { nodes: 12, profile: 'instant', keep: true, output: 'json' },
    });
  });

  it('lists everything that is wrong at once', () => {
    const parsed = parseArguments([
      '--nodes=0',
      '--profile',
      'fast',
      '--keep=yes',
      '--output=xml',
      '--colour',
      'x',
    ]);
    expect(parsed).toEqual({
      kind: 'wrong',
      problems: [
        '--keep takes no value, got "yes"',
        'unknown flag --colour: see --help',
        'unexpected argument "x": every setting is a --flag',
        '--nodes must be a number from 1 to 200, got "0"',
        '--profile must be one of instant, realistic, default-quota, got "fast"',
        '--output must be one of text, json, got "xml"',
      ],
    });
  });

  it.each(['six', '201', '-1', '2.5', '1e2'])('refuses %s nodes', (nodes) => {
    expect(parseArguments([`--nodes=${nodes}`])).toEqual({
      kind: 'wrong',
      problems: [`--nodes must be a number from 1 to 200, got "${nodes}"`],
    });
  });

  it('says once that a value is missing', () => {
    expect(parseArguments(['--output', '--keep', '--profile=', '--nodes'])).toEqual({
      kind: 'wrong',
      problems: ['--output needs a value', '--profile needs a value', '--nodes needs a value'],
    });
  });

  it('explains itself whatever else is given', () => {
    expect(parseArguments(['--bogus', '--help'])).toEqual({ kind: 'help' });
    expect(usage).toContain('npm run demo');
  });
});
