import { describe, expect, it } from 'vitest';
import { OptionReader } from './option-reader.ts';

const D = { description: 'what it is for' };
const NO_ENV = {};

function read<T>(
  args: readonly string[],
  env: Record<string, string>,
  get: (options: OptionReader) => T,
): [T, string[]] {
  const options = new OptionReader(args, env);
  const value = get(options);
  return [value, options.problems()];
}

const wait = (options: OptionReader): number => options.durationMs('wait', { ...D, fallback: '5m' });
const share = (options: OptionReader): number =>
  options.number('share', { ...D, fallback: 0.7, min: 0.01, max: 1, isInteger: false });
const port = (options: OptionReader): number =>
  options.number('port', { ...D, fallback: 80, min: 0, max: 65_535 });
const level = (options: OptionReader): string =>
  options.choice('level', { ...D, choices: ['info', 'warn'], fallback: 'info' });

describe('an option', () => {
  it.each([
    [['--cluster-name=a'], NO_ENV, 'a'],
    [['--cluster-name', 'a'], NO_ENV, 'a'],
    [[], { CLUSTER_NAME: 'a' }, 'a'],
    [['--cluster-name=a'], { CLUSTER_NAME: 'b' }, 'a'],
    [['--cluster-name=a=b'], NO_ENV, 'a=b'],
    [['--cluster-name=a', '--cluster-name=b'], NO_ENV, 'b'],
    [[], { CLUSTER_NAME: '' }, undefined],
    [[], NO_ENV, undefined],
  ])('%j with environment %j is %j: the flag wins over its environment twin', (args, env, expected) => {
    expect(read(args, env, (options) => options.text('cluster-name', D))).toEqual([expected, []]);
  });

  it('that has to be given says so, with its environment twin', () => {
    const [, problems] = read([], NO_ENV, (options) => options.required('aws-region', D));
    expect(problems).toEqual(['--aws-region (or AWS_REGION) is missing: what it is for']);
  });
});

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(read([`--wait=${text}`], NO_ENV, wait)).toEqual([ms, []]);
  });

  it('has a default', () => {
    expect(read([], NO_ENV, wait)).toEqual([300_000, []]);
  });

  it.each(['30', '-1s', '5 m', '1d', 's', 'soon'])('is not %j: the problem names value and fix', (text) => {
    const [, problems] = read([`--wait=${text}`], NO_ENV, wait);
    expect(problems).toEqual([`--wait is "${text}": give a duration such as 500ms, 30s, 5m or 1h`]);
  });

  it('has a least value', () => {
    const [, problems] = read(['--wait=999ms'], NO_ENV, (options) =>
      options.durationMs('wait', { ...D, fallback: '5m', minMs: 1_000 }),
    );
    expect(problems).toEqual([
      '--wait is "999ms": give a duration of at least 1000ms such as 500ms, 30s, 5m or 1h',
    ]);
  });
});

describe('a number and a choice', () => {
  it('are read within their bounds, both included', () => {
    expect(read(['--share=0.01'], NO_ENV, share)).toEqual([0.01, []]);
    expect(read(['--share=1'], NO_ENV, share)).toEqual([1, []]);
    expect(read([], { PORT: '65535' }, port)).toEqual([65_535, []]);
    expect(read(['--level', 'warn'], NO_ENV, level)).toEqual(['warn', []]);
    expect(read([], NO_ENV, share)).toEqual([0.7, []]);
  });

  it.each([
    ['0', share, '--share is "0": give a number from 0.01 to 1'],
    ['1.1', share, '--share is "1.1": give a number from 0.01 to 1'],
    ['NaN', share, '--share is "NaN": give a number from 0.01 to 1'],
    [' ', share, '--share is " ": give a number from 0.01 to 1'],
  ])('refuse %j', (text, get, problem) => {
    expect(read([`--share=${text}`], NO_ENV, get)[1]).toEqual([problem]);
  });

  it('refuse a fraction where a whole number is wanted, and an unknown word', () => {
    expect(read(['--port=1.5'], NO_ENV, port)[1]).toEqual([
      '--port is "1.5": give a whole number from 0 to 65535',
    ]);
    expect(read(['--level=loud'], NO_ENV, level)[1]).toEqual(['--level is "loud": give one of info, warn']);
  });
});

describe('problems', () => {
  it('are told all at once', () => {
    const args = ['stray', '-x', '--share=2', '--wait=soon', '--unknown=1', '--UPPER=1'];
    const options = new OptionReader(args, NO_ENV);
    options.number('share', { ...D, fallback: 1, min: 0, max: 1 });
    options.durationMs('wait', { ...D, fallback: '5m' });
    options.required('region', D);
    expect(options.problems()).toEqual([
      '"stray" is not an option: options look like --name=value',
      '"-x" is not an option: options look like --name=value',
      '"--UPPER=1" is not an option: options look like --name=value',
      '--share is "2": give a whole number from 0 to 1',
      '--wait is "soon": give a duration such as 500ms, 30s, 5m or 1h',
      '--region (or REGION) is missing: what it is for',
      '--unknown is unknown: --help lists the options',
    ]);
  });

  it('include a flag without its value', () => {
    const options = new OptionReader(['--share=', '--name'], NO_ENV);
    options.number('share', { ...D, fallback: 1, min: 0, max: 1 });
    options.text('name', D);
    expect(options.problems()).toEqual([
      '--share has no value: write --share=NUMBER',
      '--name has no value: write --name=TEXT',
    ]);
  });

  it('do not come from the environment’s other variables', () => {
    expect(read([], { PATH: '/bin', UNRELATED: 'x' }, (options) => options.text('name', D))[1]).toEqual([]);
  });
});

it('help shows every option with its environment twin and default', () => {
  const options = new OptionReader(['--help'], NO_ENV);
  options.text('cluster-name', { ...D, placeholder: 'NAME' });
  options.durationMs('resync-period', { ...D, fallback: '5m' });
  expect(options.isHelpWanted).toBe(true);
  expect(options.problems()).toEqual([]);
  const help = options.help('Usage: x');
  expect(help).toMatch(/^Usage: x\n/);
  expect(help).toContain('--cluster-name=NAME\n      what it is for; env CLUSTER_NAME');
  expect(help).toContain('--resync-period=DURATION\n      what it is for (default 5m); env RESYNC_PERIOD');
});
