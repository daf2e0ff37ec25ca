import { stringify } from 'yaml';
import { createShapeJudge } from '../../src/adapters/manifests/node-eni-shape.ts';
import { parseManifests } from '../../src/adapters/manifests/parse-manifests.ts';
import { judgeObject } from '../../src/cli/lint/judge-object.ts';
import type { LintFinding } from '../../src/cli/lint/lint-finding.ts';

const judgeShape = createShapeJudge();

/** What lint says to one object by itself: schema and rules about one object. */
export function lintObject(object: unknown): readonly LintFinding[] {
  const [document, ...others] = parseManifests(stringify(object, { version: '1.1' }));
  if (document?.root === undefined || others.length > 0) throw new Error('not one readable document');
  return judgeObject({ file: 'a.yaml', root: document.root }, judgeShape).findings;
}

/** Fields of the errors, each once, in order. */
export function errorFields(findings: readonly LintFinding[]): readonly string[] {
  return [
    ...new Set(findings.filter(({ severity }) => severity === 'error').map(({ field }) => field)),
  ].toSorted();
}
