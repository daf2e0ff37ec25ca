import { describe, expect, it } from 'vitest';
import { aNodeEniAttachment } from '../../../test/builders/node-eni-attachment.ts';
import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { delay } from '../../runtime/delay.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import type { ReconcileOutcome } from '../../runtime/outcome.ts';
import { createClaimGuard } from './claim-guard.ts';

const SELF = aNodeEniAttachment({
  metadata: { name: 'self', uid: 'self', creationTimestamp: '2026-01-02T00:00:00Z' },
});
const OLDER = aNodeEniAttachment({
  metadata: { name: 'older', uid: 'older' },
  spec: { nodeENI: { name: 'tenant-b', uid: 'b' } },
});
const YOUNGER = aNodeEniAttachment({
  metadata: { name: 'younger', uid: 'younger', creationTimestamp: '2026-01-03T00:00:00Z' },
  spec: { nodeENI: { name: 'tenant-b', uid: 'b' } },
});

/** A guard over an API server that stores these. */
function guardOver(...stored: NodeENIAttachment[]) {
  const clock = new FakeClock();
  const state = { stored, lists: 0, listMs: 0, retracted: [] as string[] };
  const guard = createClaimGuard({
    clock,
    writer: {
      list: async () => {
        state.lists += 1;
        const { stored: shown, listMs } = state;
        if (listMs > 0) await delay(clock, listMs);
        return shown;
      },
      retract: async ({ name }) => void state.retracted.push(name),
    },
  });
  const settle = async (attachment: NodeENIAttachment): Promise<ReconcileOutcome | undefined> => {
    const settled = guard.settle(attachment, new AbortController().signal);
    await clock.advance(Math.max(1_000, state.listMs + 500));
    return settled;
  };
  return { state, settle };
}

describe('an attachment that EC2 was not called for yet', () => {
  it('goes on when a quorum list shows it alone, and is not looked up again', async () => {
    const { state, settle } = guardOver(SELF);
    expect(await settle(SELF)).toBeUndefined();
    expect(await settle(SELF)).toBeUndefined();
    expect(state.lists).toBe(1);
  });

  it('is taken back when an older one is there', async () => {
    const { state, settle } = guardOver(SELF, OLDER);
    expect(await settle(SELF)).toEqual({ type: 'done' });
    expect(state.retracted).toEqual(['self']);
  });

  it('is taken back when EC2 may have been called for the other, however young', async () => {
    const { state, settle } = guardOver(SELF, { ...YOUNGER, status: { ...YOUNGER.status, eniID: 'eni-1' } });
    await settle(SELF);
    expect(state.retracted).toEqual(['self']);
  });

  it('takes a younger one back, and goes on only when a later list shows it gone', async () => {
    const { state, settle } = guardOver(SELF, YOUNGER);
    expect(await settle(SELF)).toMatchObject({ type: 'requeueAfter' });
    expect(state.retracted).toEqual(['younger']);
    state.stored = [SELF];
    expect(await settle(SELF)).toBeUndefined();
  });

  it('waits for the next list where lists are slow, and holds no worker meanwhile', async () => {
    const { state, settle } = guardOver();
    state.listMs = 500;
    expect(await settle(SELF)).toMatchObject({ type: 'requeueAfter' });
    state.stored = [SELF];
    // 450 ms have passed since the list ended, 2,000 ms are its share.
    expect(await settle(SELF)).toEqual({
      type: 'requeueAfter',
      delayMs: 1_550,
      reason: 'the next list of attachments',
    });
    expect(state.lists).toBe(1);
    await settle(SELF);
    expect(await settle(SELF)).toBeUndefined();
    expect(state.lists).toBe(2);
  });

  it('waits for the next list no longer than 20 s, however slow the last one was', async () => {
    const { state, settle } = guardOver();
    state.listMs = 60_000;
    await settle(SELF);
    // 450 ms have passed since the list ended.
    expect(await settle(SELF)).toEqual({
      type: 'requeueAfter',
      delayMs: 19_550,
      reason: 'the next list of attachments',
    });
  });

  it('waits for a list that shows it', async () => {
    const { settle } = guardOver();
    expect(await settle(SELF)).toMatchObject({ type: 'requeueAfter' });
  });
});

describe('an attachment that is past that', () => {
  it('costs no list', async () => {
    const { state, settle } = guardOver(SELF, OLDER);
    expect(await settle({ ...SELF, status: { ...SELF.status, eniID: 'eni-1' } })).toBeUndefined();
    const deletionTimestamp = '2026-01-04T00:00:00Z';
    expect(await settle({ ...SELF, metadata: { ...SELF.metadata, deletionTimestamp } })).toBeUndefined();
    expect(state.lists).toBe(0);
  });
});
