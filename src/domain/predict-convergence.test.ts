import { describe, expect, it } from 'vitest';
import { bottleneckOf, callsToAttach, predictConvergenceMs } from './predict-convergence.ts';
import { fullBucket, throttle } from './rate-bucket.ts';

const buckets = {
  CreateNetworkInterface: fullBucket({ burst: 100, tokensPerSecond: 5 }, 0),
  AttachNetworkInterface: fullBucket({ burst: 50, tokensPerSecond: 5 }, 0),
  ModifyNetworkInterfaceAttribute: fullBucket({ burst: 100, tokensPerSecond: 5 }, 0),
};

function attach(attachments: number): Parameters<typeof predictConvergenceMs>[0] {
  const wish = { attachments, deleteOnTermination: true, sourceDestCheck: true };
  return { waiting: callsToAttach({ ...wish, waiting: {} }), buckets, nowMs: 0 };
}

describe('the predicted time to converge', () => {
  it.each([
    [50, 0],
    [100, 10],
    [200, 30],
    [1_000, 190],
    [5_000, 990],
  ])('of %i attachments is %i s by EC2’s documented buckets, and a few seconds of EC2’s own', (count, s) => {
    expect(predictConvergenceMs(attach(count))).toBe(s * 1_000 + 4_000);
  });

  it('is decided by attaches, whose bucket EC2 makes the smallest', () => {
    expect(bottleneckOf(attach(1_000))).toMatchObject({
      action: 'AttachNetworkInterface',
      durationMs: 190_000,
    });
  });

  it('is nothing when nothing is to be done', () => {
    expect(predictConvergenceMs({ waiting: { AttachNetworkInterface: 0 }, buckets, nowMs: 0 })).toBe(0);
    expect(bottleneckOf({ waiting: {}, buckets, nowMs: 0 })).toBeUndefined();
  });

  it('is longer while an action is throttled, and that action is named', () => {
    const slow = { ...buckets, CreateNetworkInterface: throttle(buckets.CreateNetworkInterface, 0) };
    const input = { ...attach(200), buckets: slow };
    expect(bottleneckOf(input)).toMatchObject({ action: 'CreateNetworkInterface', tokensPerSecond: 2.5 });
    expect(predictConvergenceMs(input)).toBeGreaterThan(predictConvergenceMs(attach(200)) + 15_000);
  });

  it('counts who waits already, through every stage that is still ahead of them', () => {
    const waiting = {
      CreateNetworkInterface: 10,
      AttachNetworkInterface: 5,
      ModifyNetworkInterfaceAttribute: 1,
    };
    const wish = { waiting, attachments: 100, deleteOnTermination: true };
    expect(callsToAttach({ ...wish, sourceDestCheck: false })).toEqual({
      CreateNetworkInterface: 110,
      AttachNetworkInterface: 115,
      ModifyNetworkInterfaceAttribute: 216,
    });
  });
});
