import { Ajv } from 'ajv';
import type {
  AdmissionRequest,
  AdmissionResponse,
  AdmissionReview,
  AdmissionStatus,
} from '../../gen/admission/admission-review.ts';
import schema from '../../gen/schemas/admission-review.json' with { type: 'json' };

/** What became of a review, for metrics and logs. */
export type Verdict = 'allowed' | 'denied' | 'invalid' | 'failed';

/** An answer with what is worth telling about it. */
export interface Answer {
  readonly verdict: Verdict;
  readonly response: AdmissionResponse;
  /** Names of the rules that refused. */
  readonly rules: readonly string[];
}

/** A body as far as the contract goes. */
export type ParsedReview =
  | { readonly kind: 'request'; readonly request: AdmissionRequest }
  | { readonly kind: 'malformed'; readonly problem: string };

/** What an allowing answer may carry besides. */
export interface Remarks {
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

// Nothing of what the API server sent is changed: no coercion, no defaults, no removal.
const isReview = new Ajv({
  strict: false,
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
}).compile<AdmissionReview>(schema);

/** Looks at the envelope only; the objects in it stay unread. */
export function parseReview(body: unknown): ParsedReview {
  if (!isReview(body)) {
    const [error] = isReview.errors ?? [];
    const path = error?.instancePath.replaceAll('/', '.').slice(1) ?? '';
    return {
      kind: 'malformed',
      problem: `not an AdmissionReview of admission.k8s.io/v1: ${path === '' ? 'the body' : path} ${error?.message ?? 'is invalid'}`,
    };
  }
  if (body.request === undefined) {
    return { kind: 'malformed', problem: 'not an AdmissionReview of admission.k8s.io/v1: it has no request' };
  }
  return { kind: 'request', request: body.request };
}

/** The body of a reply. */
export function toReview(response: AdmissionResponse): AdmissionReview {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}

function remarksOf({ warnings = [], auditAnnotations = {} }: Remarks): Partial<AdmissionResponse> {
  const bounded = boundWarnings(warnings);
  return {
    ...(bounded.length === 0 ? {} : { warnings: bounded }),
    ...(Object.keys(auditAnnotations).length === 0 ? {} : { auditAnnotations: { ...auditAnnotations } }),
  };
}

/** Lets the operation pass. */
export function allow(request: AdmissionRequest, remarks: Remarks = {}): Answer {
  const response = { uid: request.uid, allowed: true, ...remarksOf(remarks) };
  return { verdict: 'allowed', response, rules: [] };
}

/** The answer with warnings behind those that it has. */
export function warnAlso(answer: Answer, warnings: readonly string[]): Answer {
  const all = boundWarnings([...(answer.response.warnings ?? []), ...warnings]);
  return { ...answer, response: { ...answer.response, warnings: all } };
}

/**
 * Refuses the operation. Policy is 403 `Forbidden`: Flux takes 409 and 422 for a change of a field that cannot change
 * and with `force` deletes the object (fluxcd/pkg ssa/errors), and kubectl prints a 409 as a clash of field managers.
 */
export function deny(
  request: AdmissionRequest,
  status: AdmissionStatus,
  more: Remarks & { readonly verdict?: Verdict; readonly rules?: readonly string[] } = {},
): Answer {
  const response = { uid: request.uid, allowed: false, status, ...remarksOf(more) };
  return { verdict: more.verdict ?? 'denied', response, rules: more.rules ?? [] };
}

/** The object of the request cannot be read: the sender's fault. */
export function refuseUnreadable(request: AdmissionRequest, problem: string): Answer {
  const status = { code: 400, reason: 'BadRequest', message: problem };
  return deny(request, status, { verdict: 'invalid' });
}

/** Where the API server begins to shorten single warnings, and where it drops the rest (apiserver, warning recorder). */
const MAX_WARNING = 256;
const MAX_ALL_WARNINGS = 4_096;

function clean(warning: string): string {
  // HTTP headers carry warnings; the API server drops a warning with a control character.
  const text = warning.replaceAll(/\p{Cc}+/gu, ' ').trim();
  return text.length <= MAX_WARNING ? text : `${text.slice(0, MAX_WARNING - 1)}…`;
}

/** Warnings as the API server passes them on whole: each at most 256 characters, 4,096 in all, no repetitions. */
export function boundWarnings(warnings: readonly string[]): string[] {
  const all = [...new Set(warnings.map((warning) => clean(warning)))];
  const kept: string[] = [];
  let length = 0;
  for (const warning of all) {
    const rest = `and ${all.length - kept.length} more warnings`;
    if (length + warning.length + rest.length > MAX_ALL_WARNINGS) return [...kept, rest];
    kept.push(warning);
    length += warning.length;
  }
  return kept;
}
