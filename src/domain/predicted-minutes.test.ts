import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aHinderedAttachment,
  aNodeEniAttachment,
  aReadyAttachment,
} from '../../test/builders/node-eni-attachment.ts';
import { isOnTheWay, predictedMinutes } from './predicted-minutes.ts';

const MINUTE_MS = 60_000;

describe('predicted minutes', () => {
  it.each([
    [0, undefined],
    [59_999, undefined],
    [MINUTE_MS, 1],
    [61_000, 2],
    [6 * MINUTE_MS, 10],
    [61 * MINUTE_MS, 90],
    [100 * 24 * 60 * MINUTE_MS, 1440],
  ])('of %i ms are told as %s', (ms, minutes) => {
    expect(predictedMinutes(ms)).toBe(minutes);
  });

  it('are told to the end once they were told', () => {
    expect(predictedMinutes(20_000, 1)).toBe(1);
    expect(predictedMinutes(0, 1)).toBeUndefined();
  });

  it('stay as they are while the prediction wavers about a step', () => {
    expect(predictedMinutes(4.95 * MINUTE_MS, 10)).toBe(10);
    expect(predictedMinutes(5.05 * MINUTE_MS, 5)).toBe(5);
    expect(predictedMinutes(4 * MINUTE_MS, 10)).toBe(4);
    expect(predictedMinutes(6 * MINUTE_MS, 5)).toBe(10);
  });

  it('change a handful of times while a thousand attachments are made, however often they are asked for', () => {
    const told: (number | undefined)[] = [];
    for (let ms = 285_000; ms >= 0; ms -= 100) {
      const minutes = predictedMinutes(ms + (ms % 700), told.at(-1));
      if (minutes !== told.at(-1)) told.push(minutes);
    }
    expect(told).toEqual([5, 4, 3, 2, 1, undefined]);
  });

  it('are never off by more than a step and its slack', () => {
    const told = fc.constantFrom(undefined, 1, 2, 5, 10, 30, 60, 240);
    fc.assert(
      fc.property(fc.integer({ min: MINUTE_MS, max: 1400 * MINUTE_MS }), told, (ms, before) => {
        const minutes = predictedMinutes(ms, before) ?? 0;
        expect(minutes * 1.1).toBeGreaterThanOrEqual(ms / MINUTE_MS);
        expect(minutes).toBeLessThanOrEqual(Math.max(1, (ms / MINUTE_MS) * 2.3));
      }),
    );
  });
});

describe('an attachment', () => {
  it('is on its way before it was looked at, and while only calls are missing', () => {
    expect(isOnTheWay(aNodeEniAttachment())).toBe(true);
    expect(isOnTheWay(aHinderedAttachment('Throttled', ''))).toBe(true);
  });

  it('is not on its way when it is there, goes, or waits for something else', () => {
    expect(isOnTheWay(aReadyAttachment())).toBe(false);
    expect(isOnTheWay(aHinderedAttachment('InterfaceSlotsInUse', ''))).toBe(false);
    const metadata = { deletionTimestamp: '2026-01-02T00:00:00Z' };
    expect(isOnTheWay(aNodeEniAttachment({ metadata }))).toBe(false);
  });
});
