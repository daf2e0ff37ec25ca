import { isApiError } from '../../src/adapters/kubernetes/api-error.ts';

/** Kind and reason of the ApiError that a call fails with; any other error as it is. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return isApiError(error) ? { kind: error.kind, reason: error.reason } : error;
  }
  return 'no failure';
}
