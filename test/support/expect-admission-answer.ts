import { Ajv } from 'ajv';
import schema from '../../gen/schemas/admission-review.json' with { type: 'json' };

const isReview = new Ajv({ strict: false }).compile<{
  readonly response?: { readonly uid: string; readonly allowed: boolean; readonly patch?: string };
}>(schema);

/**
 * What is wrong with a reply of a webhook; undefined when it is as the contract has it: an AdmissionReview with a
 * response for the request's uid, or HTTP 4xx.
 */
export function answerProblem(
  request: string,
  reply: { readonly status: number; readonly body: string },
): string | undefined {
  if (reply.status >= 400 && reply.status < 500) return undefined;
  if (reply.status !== 200) return `status ${reply.status}: ${reply.body}`;
  const answer: unknown = JSON.parse(reply.body);
  if (!isReview(answer) || answer.response === undefined) return `no AdmissionReview: ${reply.body}`;
  const { uid } = answer.response;
  const asked: { readonly request?: { readonly uid?: unknown } } = JSON.parse(request);
  return asked.request?.uid === uid ? undefined : `another uid: ${uid}`;
}
