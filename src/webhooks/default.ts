import type { AdmissionRequest } from '../../gen/admission/admission-review.ts';
import { defaultNodeEni } from '../domain/admission/default-node-eni.ts';
import type { NodeEniFields } from '../domain/effective-spec.ts';
import { allow, type Answer } from './admission-review.ts';

/** Any JSON object may stand here: defaulting looks which fields are there, and the schema judges them afterwards. */
function isSpec(value: unknown): value is Partial<NodeEniFields> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes absent defaults into a new or changed NodeENI; says nothing where all are there. Never refuses. */
export function defaultNodeEniReview(request: AdmissionRequest): Answer {
  const spec = request.object?.['spec'];
  const isWrite = request.operation === 'CREATE' || request.operation === 'UPDATE';
  const patch = isWrite && isSpec(spec) ? defaultNodeEni(spec) : [];
  const answer = allow(request);
  if (patch.length === 0) return answer;
  const encoded = Buffer.from(JSON.stringify(patch)).toString('base64');
  return { ...answer, response: { ...answer.response, patchType: 'JSONPatch', patch: encoded } };
}
