import { describe, expect, it } from 'vitest';
import { ApiError, isApiError, toApiError } from './api-error.ts';

describe('a failed reply', () => {
  it.each([
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'rejected'],
    [404, 'absent'],
    [409, 'conflict'],
    [410, 'expired'],
    [415, 'rejected'],
    [422, 'rejected'],
    [429, 'transient'],
    [500, 'transient'],
    [503, 'transient'],
  ] as const)('with status %i is %s', (httpStatus, kind) => {
    expect(toApiError({ action: 'GET /x', httpStatus, body: undefined }).kind).toBe(kind);
  });

  it('keeps the fields the server complains about', () => {
    const body = {
      kind: 'Status',
      code: 422,
      reason: 'Invalid',
      message: 'NodeENI "a" is invalid',
      details: {
        causes: [{ field: 'spec.mtu', message: 'must be at most 9001', reason: 'FieldValueInvalid' }, 'odd'],
      },
    };
    expect(toApiError({ action: 'POST /x', httpStatus: 422, body })).toMatchObject({
      message: 'POST /x: 422 Invalid: NodeENI "a" is invalid',
      causes: [{ field: 'spec.mtu', message: 'must be at most 9001', reason: 'FieldValueInvalid' }, {}],
    });
  });

  it('waits as long as the header says, else as long as the body says', () => {
    const body = { details: { retryAfterSeconds: 7 } };
    expect(toApiError({ action: 'GET /x', httpStatus: 429, body }).retryAfterMs).toBe(7_000);
    expect(toApiError({ action: 'GET /x', httpStatus: 429, body, retryAfterMs: 2_000 }).retryAfterMs).toBe(
      2_000,
    );
  });

  it('quotes a proxy that answers in HTML, in short', () => {
    const error = toApiError({ action: 'GET /x', httpStatus: 502, body: `<html>${'x'.repeat(5_000)}` });
    expect(error.message).toMatch(/^GET \/x: 502 Unknown: <html>x+$/);
    expect(error.message.length).toBeLessThan(350);
  });

  it('is told from other errors by kind', () => {
    const error = new ApiError({ kind: 'absent', status: 404, reason: 'NotFound', message: 'no' });
    expect([isApiError(error), isApiError(error, 'absent'), isApiError(error, 'conflict')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isApiError(new Error('no'))).toBe(false);
  });
});
