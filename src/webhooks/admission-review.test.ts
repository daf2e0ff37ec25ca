import { describe, expect, it } from 'vitest';
import { anAdmissionRequest, anAdmissionReview } from '../../test/builders/admission-request.ts';
import { allow, boundWarnings, deny, parseReview, refuseUnreadable, toReview } from './admission-review.ts';

describe('the body of a call', () => {
  it('is read as it is: nothing is coerced, filled in or taken away', () => {
    const body = anAdmissionReview({ object: { spec: { deviceIndex: '2', unknown: [null] } } });
    const before = structuredClone(body);

    expect(parseReview(body)).toEqual({ kind: 'request', request: before.request });
    expect(body).toEqual(before);
  });

  it.each([
    [null, 'the body must be object'],
    ['{}', 'the body must be object'],
    [{}, "the body must have required property 'apiVersion'"],
    [{ ...anAdmissionReview(), apiVersion: 'admission.k8s.io/v1beta1' }, 'apiVersion must be equal to'],
    [anAdmissionReview({ uid: '' }), 'request.uid must NOT have fewer than 1 characters'],
    [{ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }, 'it has no request'],
  ])('is refused with the field that is at fault: %j', (body, problem) => {
    expect(parseReview(body)).toEqual({ kind: 'malformed', problem: expect.stringContaining(problem) });
  });
});

describe('an answer', () => {
  const request = anAdmissionRequest({ uid: 'the-uid' });

  it('repeats the uid and carries nothing that is empty', () => {
    expect(toReview(allow(request).response)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'the-uid', allowed: true },
    });
  });

  it('refuses with the status that it is given', () => {
    const status = { code: 403, reason: 'Forbidden', message: 'no' };

    expect(deny(request, status, { rules: ['rule'], warnings: ['careful'] })).toEqual({
      verdict: 'denied',
      response: { uid: 'the-uid', allowed: false, status, warnings: ['careful'] },
      rules: ['rule'],
    });
  });

  it('calls an object that cannot be read a bad request', () => {
    expect(refuseUnreadable(request, 'object: spec must be object')).toMatchObject({
      verdict: 'invalid',
      response: { allowed: false, status: { code: 400, reason: 'BadRequest' } },
    });
  });
});

describe('warnings', () => {
  it('are passed on whole and once', () => {
    expect(boundWarnings(['a', 'b', 'a'])).toEqual(['a', 'b']);
  });

  it('hold no control character, which would cost the whole warning', () => {
    expect(boundWarnings(['one\r\ntwo\u0000three'])).toEqual(['one two three']);
  });

  it('are at most 256 characters each, as the API server shortens them', () => {
    const [warning] = boundWarnings(['x'.repeat(300)]);

    expect(warning).toHaveLength(256);
    expect(warning?.endsWith('…')).toBe(true);
  });

  it('are at most 4096 characters in all, and say how many were left out', () => {
    const warnings = boundWarnings(Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(100, '.')));

    expect(warnings.join('').length).toBeLessThanOrEqual(4_096);
    expect(warnings.at(-1)).toBe(`and ${100 - (warnings.length - 1)} more warnings`);
  });
});
