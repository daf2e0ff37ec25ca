import type { NodeENIManifest } from '../../../gen/v1alpha1/nodeeni-manifest.ts';
import { judgeMetadata } from '../../domain/schema-rules/metadata-rules.ts';
import { judgeNodeEniSchema } from '../../domain/schema-rules/node-eni-rules.ts';
import type { SchemaViolation } from '../../domain/schema-rules/schema-rule.ts';
import type { JudgeShape, ShapeProblem } from '../ports.ts';
import { type ManifestObject, nameOf } from './collect-objects.ts';
import { fieldText, placeOfField } from './field-path.ts';
import type { LintFinding } from './lint-finding.ts';

/** What one NodeENI can be told by itself. */
export interface ObjectVerdict {
  readonly findings: readonly LintFinding[];
  /** The object, unless the API server would refuse it. */
  readonly accepted?: NodeENIManifest;
}

/** What a rule says, before it is known where. */
export interface Remark {
  readonly severity: LintFinding['severity'];
  readonly rule: string;
  readonly field: string;
  readonly key?: string;
  readonly message: string;
}

/** Puts a remark at its place in the manifest. */
export function toFinding({ file, root }: ManifestObject, remark: Remark): LintFinding {
  const { severity, rule, field, key, message } = remark;
  const name = nameOf(root);
  return {
    file,
    ...placeOfField(root, field, key),
    severity,
    ...(name === undefined ? {} : { nodeEni: name }),
    field,
    rule,
    message,
  };
}

/** A violation of the schema as an error. */
export function violationRemark(violation: SchemaViolation): Remark {
  return { severity: 'error', ...violation };
}

function shapeFinding(
  object: ManifestObject,
  { rule, path, message, isAboutKey }: ShapeProblem,
): LintFinding {
  const field = fieldText(path);
  const last = path.at(-1);
  const finding = toFinding(object, { severity: 'error', rule, field, message });
  if (!isAboutKey || typeof last !== 'string') return finding;
  return { ...finding, ...placeOfField(object.root, fieldText(path.slice(0, -1)), last) };
}

/** `kubectl create` takes generateName; everything that applies manifests needs a name to find the object again. */
function generatedNameRemarks({
  name = '',
  generateName = '',
}: NodeENIManifest['metadata']): readonly Remark[] {
  if (name !== '' || generateName === '') return [];
  const message = 'kubectl apply, Argo CD and Flux need a name: set metadata.name';
  return [{ severity: 'warning', rule: 'generateName', field: 'metadata.generateName', message }];
}

function namespaceRemarks({ namespace = '' }: NodeENIManifest['metadata']): readonly Remark[] {
  if (namespace === '') return [];
  const message = `"${namespace}" is dropped: NodeENIs belong to the whole cluster, remove metadata.namespace`;
  return [{ severity: 'warning', rule: 'namespace', field: 'metadata.namespace', message }];
}

/**
 * Judges a NodeENI by schema and CEL rules, as the API server does before it asks webhooks. Like there, the rules are
 * not judged when the object has a wrong type, lacks a field or holds too much.
 */
export function judgeObject(object: ManifestObject, judgeShape: JudgeShape): ObjectVerdict {
  const { problems, manifest } = judgeShape(object.root);
  const shape = problems.map((problem) => shapeFinding(object, problem));
  if (manifest === undefined) return { findings: shape };
  const { metadata, spec } = manifest;
  const name = metadata.name === undefined ? {} : { name: metadata.name };
  const remarks = [
    ...judgeMetadata(metadata).map((violation) => violationRemark(violation)),
    ...judgeNodeEniSchema({ ...name, spec }).map((violation) => violationRemark(violation)),
    ...generatedNameRemarks(metadata),
    ...namespaceRemarks(metadata),
  ];
  const findings = [...shape, ...remarks.map((remark) => toFinding(object, remark))];
  const isRefused = findings.some(({ severity }) => severity === 'error');
  return isRefused ? { findings } : { findings, accepted: manifest };
}
