import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  oneof,
  string,
  stringMatching,
  uniqueArray,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { parseManifests } from '../../src/adapters/manifests/parse-manifests.ts';
import { kubectlPath } from '../support/shared-control-plane.ts';

/** A manifest with a spec that is written as given. */
function manifest(spec: string): string {
  return `apiVersion: networking.k8s.aws/v1alpha1\nkind: NodeENI\nmetadata: {name: a}\nspec:\n${spec.replaceAll(/^/gm, '  ')}\n`;
}

function specOf(object: unknown): unknown {
  return Object(object).spec;
}

/** What kubectl takes the spec for, without asking a server; undefined when it cannot read it. */
async function asKubectlReads(text: string): Promise<unknown> {
  const args = ['annotate', '--local', '--filename=-', '--output=json', '--overwrite', 'read=by-kubectl'];
  const { exitCode, stdout } = await runCommand(kubectlPath(), args, { stdin: text });
  return exitCode === 0 ? specOf(JSON.parse(stdout)) : undefined;
}

/** What lint takes it for; undefined when it says that it cannot be read. */
function asLintReads(text: string): unknown {
  const [document] = parseManifests(text);
  const isReadable = document?.problems.every(({ rule }) => rule !== 'yaml') ?? false;
  return isReadable ? specOf(document?.root?.value) : undefined;
}

describe('lint reads YAML as kubectl does', () => {
  it.each([
    'a: n\nb: Y\nc: yes\nd: on\ne: OFF\nf: True\ng: tRUE\nh: ~\ni: Null\nj: nULL\nk:',
    'a: 010\nb: 08\nc: 0x1F\nd: 0b11\ne: 0o17\nf: 1_000\ng: _1\nh: 1__0_\ni: 0777_1\nj: 0_8\nk: -0x1\nl: +5\nm: -0\nn: 0x',
    'a: 2.0\nb: 1.\nc: .5\nd: +.5\ne: -.5e1\nf: 1e3\ng: 1e+3\nh: 1_0.5\ni: 1e400\nj: 12345678901234567890\nk: .5_1\nl: .\nm: "-"\nn: +',
    'a: 1:30\nb: 2026-01-01\nc: 2001-12-14t21:59:43.10-05:00\nd: =\ne: 0x1.8p1',
    "a: !!str 5\nb: !!int '5'\nc: !!float 3\nd: !!bool 'yes'\ne: !!null ''\nf: !mine 5\ng: !!timestamp 2001-01-01\nh: !!binary aGVsbG8=",
    'on: 1\n010: 2\n1.5: 3\n1: 4\n"y": 5',
    'a: 1\na: 2',
    'base: &b {x: 1, w: 2}\nabove:\n  x: 5\n  <<: *b\nbelow:\n  <<: *b\n  x: 5',
    "b: &b {x: 1}\nd: &d {x: 7, v: 3}\nc: {<<: [*b, *d]}\ne: {'<<': {a: 1}}",
    'a: &x n\nb: *x\nc: &y [1, 2]\nd: [*y, *x]',
    "a: |\n  x\n  y\nb: >-\n  x\n  y\nc: \"\\x41\\n\"\nd: 'it''s'\ne: plain\n  over lines",
    "s: {a:1, 'b':2, c: 3}\nt: [a, ]\n? z\n: 1",
    'a:\t1\nb: x # comment\nc: x#y\nd: "#"',
  ])('%j', async (spec) => {
    const expected = await asKubectlReads(manifest(spec));
    expect(expected).toBeDefined();
    expect(asLintReads(manifest(spec))).toEqual(expected);
  });

  it.each([
    'a: b: c',
    '\ta: 1',
    'a: [1, 2',
    'a: "x',
    'a: @x',
    'a: `x`',
    'a: *gone',
    'a: &x [*x]',
    'a: .inf',
    'a: -.INF',
    'a: .nan',
    '~: 1',
    '[a]: 1',
    'a: {<<: 5}',
    'a: !!int x',
    "a: !!binary '***'",
    'a: {b: 1',
    'a: 1\n b: 2',
    '- a\nb: c',
  ])('and cannot read what kubectl cannot: %j', async (spec) => {
    expect(await asKubectlReads(manifest(spec))).toBeUndefined();
    expect(asLintReads(manifest(spec))).toBeUndefined();
  });

  it('and JSON, tabs and all', async () => {
    const text =
      '{"apiVersion": "networking.k8s.aws/v1alpha1",\n\t"kind": "NodeENI",\n\t"metadata": {"name": "a"},\n\t"spec": {"a": 2.0, "b": "n", "c": "\\/\\u00fc"}}\n';
    expect(asLintReads(text)).toEqual(await asKubectlReads(text));
  });

  it('with every unquoted scalar', async () => {
    const word = constantFrom(
      'y',
      'N',
      'yes',
      'oN',
      'true',
      'FALSE',
      'null',
      '~',
      '0x',
      '0b1',
      '0o',
      '00',
      '1e',
      '_',
      '.',
      '+',
      '-',
      'inf',
    );
    const scalar = oneof(
      stringMatching(/^[-+]?[0-9_.]{1,6}([eE][-+]?[0-9]{1,3})?$/),
      stringMatching(/^[-+]?0[xXbBoO]?[0-9a-fA-F_]{0,5}$/),
      stringMatching(/^[0-9]{1,4}[-:][0-9]{1,2}[-:][0-9]{1,2}$/),
      array(oneof(word, string({ maxLength: 2, unit: constantFrom('0', '1', '8', 'n', 'x', '_', '.') })), {
        minLength: 1,
        maxLength: 3,
      }).map((parts) => parts.join('')),
    ).filter(
      (text) =>
        /^[-+~A-Za-z0-9_.:]+$/.test(text) && text !== '-' && !text.startsWith('---') && text !== '...',
    );
    await assert(
      asyncProperty(uniqueArray(scalar, { minLength: 50, maxLength: 200 }), async (scalars) => {
        const spec = scalars.map((text, index) => `k${index}: ${text}`).join('\n');
        const expected = await asKubectlReads(manifest(spec));
        // Numbers that JSON does not have end the whole document for both.
        expect(asLintReads(manifest(spec))).toEqual(expected);
      }),
      { numRuns: 40, endOnFailure: false },
    );
  });
});
