import { describe, expect, it } from 'vitest';
import { AbsenceProofs } from './absence-proofs.ts';

describe('a proof of absence', () => {
  it('takes two listings at least 30 s apart', () => {
    const proofs = new AbsenceProofs();
    expect(proofs.ask('a', 1_000)).toBe(1_000);
    expect(proofs.listed(1_000)).toEqual([]);
    expect(proofs.ask('a', 2_000)).toBe(31_000);
    expect(proofs.listed(30_999)).toEqual([]);
    expect(proofs.listed(31_000)).toEqual(['a']);
    expect(proofs.ask('a', 32_000)).toBeUndefined();
  });

  it('does not count a listing that began before the question', () => {
    const proofs = new AbsenceProofs();
    proofs.ask('a', 1_000);
    expect(proofs.listed(999)).toEqual([]);
    expect(proofs.listed(31_000)).toEqual([]);
    expect(proofs.listed(61_000)).toEqual(['a']);
  });

  it('answers each question once, and for itself', () => {
    const proofs = new AbsenceProofs();
    proofs.ask('a', 0);
    proofs.listed(0);
    proofs.ask('b', 20_000);
    expect(proofs.listed(30_000)).toEqual(['a']);
    expect(proofs.listed(59_999)).toEqual([]);
    expect(proofs.listed(60_000)).toEqual(['b']);
  });

  it('is due at once, then after 30 s, then no more', () => {
    const proofs = new AbsenceProofs();
    expect(proofs.nextDueAtMs(300_000)).toBe(300_000);
    proofs.ask('a', 1_000);
    expect(proofs.nextDueAtMs(300_000)).toBe(1_000);
    proofs.listed(1_500);
    expect(proofs.nextDueAtMs(300_000)).toBe(31_500);
    expect(proofs.nextDueAtMs(20_000)).toBe(20_000);
    proofs.listed(31_500);
    expect(proofs.nextDueAtMs(300_000)).toBe(300_000);
  });

  it('starts from nothing after it was forgotten', () => {
    const proofs = new AbsenceProofs();
    proofs.ask('a', 0);
    proofs.listed(0);
    proofs.listed(30_000);
    proofs.forget('a');
    expect(proofs.ask('a', 40_000)).toBe(40_000);
    expect(proofs.listed(40_000)).toEqual([]);
  });
});
