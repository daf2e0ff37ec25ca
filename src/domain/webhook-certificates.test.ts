import { describe, expect, it } from 'vitest';
import {
  CERTIFICATE_LIFETIMES,
  type CertificateFacts,
  type CertificatePlan,
  planCertificates,
} from './webhook-certificates.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1_000 * 365 * DAY_MS;

function plan(facts: Omit<CertificateFacts, 'nowMs'>): CertificatePlan {
  return planCertificates({ ...facts, nowMs: NOW_MS }, CERTIFICATE_LIFETIMES);
}

/** A validity that began so many days ago and ends in so many. */
function since(
  days: number,
  untilDays: number,
): { readonly notBeforeMs: number; readonly notAfterMs: number } {
  return { notBeforeMs: NOW_MS - days * DAY_MS, notAfterMs: NOW_MS + untilDays * DAY_MS };
}

const authority = since(100, 3_550);
const leaf = { ...since(30, 60), hasWantedNames: true, signer: 'authority' } as const;

describe('certificates of the webhooks', () => {
  it('are made where there are none', () => {
    expect(plan({})).toEqual({ authority: 'make', leaf: 'issue', nextInMs: 60 * DAY_MS });
  });

  it('stay while both are in the first two thirds of their life', () => {
    expect(plan({ authority, leaf })).toEqual({ authority: 'keep', leaf: 'keep', nextInMs: 30 * DAY_MS });
  });

  it('are renewed after two thirds: the leaf alone, as long as the authority is young', () => {
    const old = { ...leaf, ...since(60, 30) };
    expect(plan({ authority, leaf: old })).toMatchObject({ authority: 'keep', leaf: 'issue' });
  });

  it('are issued at once where the leaf is of no use', () => {
    for (const useless of [
      { ...leaf, hasWantedNames: false },
      { ...leaf, signer: 'unknown' as const },
      { ...leaf, ...since(90, 0) },
    ]) {
      expect(plan({ authority, leaf: useless })).toMatchObject({ authority: 'keep', leaf: 'issue' });
    }
  });

  it('follow a new authority only when every API server has heard of it', () => {
    expect(plan({ authority: since(2_434, 1_216), leaf })).toEqual({
      authority: 'replace',
      leaf: 'keep',
      nextInMs: 300_000,
    });
    const ofBefore = { ...leaf, signer: 'previous' } as const;
    const young = { notBeforeMs: NOW_MS - 599_000, notAfterMs: NOW_MS + 3_650 * DAY_MS };
    const previous = since(2_434, 1_216);
    expect(plan({ authority: { ...young, previous }, leaf: ofBefore })).toEqual({
      authority: 'keep',
      leaf: 'keep',
      nextInMs: 1_000,
    });
    const settled = { ...young, notBeforeMs: NOW_MS - 600_000, previous };
    expect(plan({ authority: settled, leaf: ofBefore })).toMatchObject({ authority: 'keep', leaf: 'issue' });
  });

  it('forget the authority before when no leaf of it can be valid any more', () => {
    const previous = since(2_500, 1_150);
    expect(plan({ authority: { ...since(90, 3_560), previous }, leaf })).toMatchObject({ authority: 'keep' });
    expect(plan({ authority: { ...since(91, 3_559), previous }, leaf })).toMatchObject({
      authority: 'forget-previous',
      leaf: 'keep',
    });
    const expired = { ...since(10, 3_640), previous: since(3_650, -1) };
    expect(plan({ authority: expired, leaf })).toMatchObject({ authority: 'forget-previous' });
  });

  it('are made anew where the authority has expired or is lost', () => {
    expect(plan({ authority: since(3_650, 0), leaf })).toMatchObject({ authority: 'make', leaf: 'issue' });
    expect(plan({ leaf: { ...leaf, signer: 'previous' } })).toMatchObject({
      authority: 'make',
      leaf: 'issue',
    });
  });
});
