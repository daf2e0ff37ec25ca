import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  acceptedCases,
  type CorpusCase,
  judgeCase,
  rejectedCases,
} from '../../../test/support/admission-corpus.ts';
import { lintTexts } from '../../../test/support/lint-texts.ts';
import type { LintFinding } from './lint-finding.ts';

async function lintCase({ path }: CorpusCase): Promise<readonly LintFinding[]> {
  const { findings } = await lintTexts([{ name: path, text: readFileSync(path, 'utf8') }]);
  return findings;
}

function errorsOf(findings: readonly LintFinding[]): readonly LintFinding[] {
  return findings.filter(({ severity }) => severity === 'error');
}

/** Between kinds and names, as both sides can be compared. */
function verdictText({ field, rule, message }: { field: string; rule: string; message: string }): string {
  return `${rule} ${field}: ${message}`;
}

const rejected = rejectedCases();
const accepted = acceptedCases();

describe('the corpus of refused manifests', () => {
  it('holds cases of every kind', () => {
    expect(new Set(rejected.map(({ refusedBy }) => refusedBy))).toEqual(new Set(['schema', 'cel', 'rules']));
    expect(rejected.length).toBeGreaterThan(40);
  });

  it.each(rejected.filter(({ refusedBy }) => refusedBy !== 'schema'))(
    '$name gets the words of the file from lint, at the last object only',
    async (corpusCase) => {
      const errors = errorsOf(await lintCase(corpusCase));
      expect(errors).toHaveLength(corpusCase.expects.length);
      for (const { field, text } of corpusCase.expects) {
        expect(errors).toContainEqual(
          expect.objectContaining({ field, message: expect.stringContaining(text) as unknown }),
        );
      }
      const last = corpusCase.nodeEnis.at(-1)?.line ?? 0;
      for (const { line } of errors) expect(line).toBeGreaterThanOrEqual(last);
    },
  );

  it.each(rejected.filter(({ refusedBy }) => refusedBy === 'schema'))(
    '$name is refused by lint at the field that the file names',
    async (corpusCase) => {
      const errors = errorsOf(await lintCase(corpusCase));
      expect(errors.map(({ field }) => field)).toEqual(corpusCase.expects.map(({ field }) => field));
    },
  );
});

describe('the corpus of accepted manifests', () => {
  it.each(accepted)('$name has no errors, and every warning of the file', async (corpusCase) => {
    const findings = await lintCase(corpusCase);
    expect(errorsOf(findings)).toEqual([]);
    for (const { field, text } of corpusCase.warns) {
      expect(findings).toContainEqual(
        expect.objectContaining({ field, message: expect.stringContaining(text) as unknown }),
      );
    }
  });
});

describe('lint and the webhook', () => {
  const byRules = [...accepted, ...rejected.filter(({ refusedBy }) => refusedBy === 'rules')];

  it.each(byRules)('say the same about $name, in the same words', async (corpusCase) => {
    const ofLint = (await lintCase(corpusCase)).filter(({ rule }) => rule !== 'duplicateName');
    const ofRules = judgeCase(corpusCase).flatMap(({ findings }) => findings);
    expect(ofLint.map(verdictText).toSorted()).toEqual(ofRules.map(verdictText).toSorted());
    const denied = ofRules.filter(({ effect }) => effect === 'deny');
    expect(errorsOf(ofLint)).toHaveLength(denied.length);
  });
});
