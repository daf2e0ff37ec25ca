import type { AdmissionRequest } from '../../gen/admission/admission-review.ts';
import { allow, type Answer } from './admission-review.ts';

// placeholder
export function defaultNodeEniReview(request: AdmissionRequest): Answer {
  return allow(request);
}
