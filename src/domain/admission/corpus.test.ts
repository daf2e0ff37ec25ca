import { describe, expect, it } from 'vitest';
import { acceptedCases, judgeCase, rejectedCases } from '../../../test/support/admission-corpus.ts';

const rejected = rejectedCases();
const accepted = acceptedCases();

function refusals(findings: ReturnType<typeof judgeCase>[number]['findings']): readonly string[] {
  return findings.flatMap(({ effect, field, message }) =>
    effect === 'deny' ? [`${field}: ${message}`] : [],
  );
}

describe.each(rejected.filter(({ refusedBy }) => refusedBy === 'rules'))('rejected/$name', (corpusCase) => {
  const verdicts = judgeCase(corpusCase);

  it('refuses its last object with exactly the expected messages', () => {
    const last = refusals(verdicts.at(-1)?.findings ?? []);
    const expected = corpusCase.expects.map(({ field, text }) =>
      expect.stringContaining(`${field}: ${text}`),
    );
    expect(last).toEqual(expected);
  });

  it('accepts all objects before it', () => {
    expect(verdicts.slice(0, -1).flatMap(({ findings }) => refusals(findings))).toEqual([]);
  });
});

describe.each(rejected.filter(({ refusedBy }) => refusedBy !== 'rules'))('rejected/$name', (corpusCase) => {
  it('is left to the schema by the rules across objects where it has several objects', () => {
    const others = judgeCase({ ...corpusCase, nodeEnis: corpusCase.nodeEnis.slice(0, -1) });
    expect(others.flatMap(({ findings }) => refusals(findings))).toEqual([]);
    expect(corpusCase.expects).not.toEqual([]);
  });
});

describe.each(accepted)('accepted/$name', (corpusCase) => {
  const findings = judgeCase(corpusCase).flatMap((verdict) => verdict.findings);

  it('is accepted whole', () => {
    expect(refusals(findings)).toEqual([]);
  });

  it('brings the warnings that it names', () => {
    const warnings = findings.map(({ field, message }) => `${field}: ${message}`);
    expect(warnings).toEqual(
      expect.arrayContaining(
        corpusCase.warns.map(({ field, text }) => expect.stringContaining(`${field}: ${text}`)),
      ),
    );
  });

  it('brings no warning of a conflict that it does not name', () => {
    const conflicts = findings.filter(({ rule }) => /Conflict$|^sharedSubnet$/.test(rule));
    const unnamed = conflicts.filter(
      ({ field, message }) =>
        !corpusCase.warns.some((warn) => warn.field === field && message.includes(warn.text)),
    );
    expect(unnamed).toEqual([]);
  });
});

describe('the corpora', () => {
  it('hold at least forty refused objects, each with what has to be said', () => {
    expect(rejected.length).toBeGreaterThanOrEqual(40);
    expect(rejected.filter(({ expects }) => expects.length === 0)).toEqual([]);
    expect(rejected.filter(({ refusedBy }) => refusedBy === undefined)).toEqual([]);
  });

  it('hold at least twenty accepted files', () => {
    expect(accepted.length).toBeGreaterThanOrEqual(20);
  });
});
