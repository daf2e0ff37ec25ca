import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import type { ClusterIdentity } from '../domain/ownership.ts';
import { flushPromises } from '../runtime/fake-clock.ts';
import { createIdentityGuard, IdentityMismatchError } from './identity-guard.ts';

const OWN = { name: 'demo', uid: 'uid-1' };

function attachmentOf(name: string, cluster: string, uid: string): NodeENIAttachment {
  const attempt = {
    number: 1,
    createdAt: '2026-01-01T00:00:00Z',
    subnetID: 'subnet-a',
    securityGroupIDs: ['sg-1'],
    description: '',
    tags: { [ENI_TAGS.cluster]: cluster, [ENI_TAGS.clusterUid]: uid },
  };
  return aNodeEniAttachment({ metadata: { name }, spec: { attempt } });
}

/** Starts a guard; tells whether it lets the election begin, and how it ended. */
async function judge(
  attachments: NodeENIAttachment[],
  adopted?: ClusterIdentity,
): Promise<{ readonly isOpen: boolean; readonly error: unknown; readonly end: () => Promise<void> }> {
  const guard = createIdentityGuard(
    { list: () => attachments, ready: () => Promise.resolve() },
    OWN,
    adopted,
  );
  const stop = new AbortController();
  const state: { isOpen: boolean; error: unknown } = { isOpen: false, error: undefined };
  const run = guard.start(stop.signal).catch((error: unknown) => {
    state.error = error;
  });
  void guard.ready?.().then(() => {
    state.isOpen = true;
    return undefined;
  });
  await flushPromises();
  return {
    ...state,
    end: async () => {
      stop.abort();
      await run;
    },
  };
}

describe('the identity guard', () => {
  it('lets the election begin when there is nothing, or nothing of another identity', async () => {
    const untouched = aNodeEniAttachment();
    for (const attachments of [[], [untouched], [untouched, attachmentOf('a', 'demo', 'uid-1')]]) {
      const { isOpen, error, end } = await judge(attachments);
      expect({ isOpen, error }).toEqual({ isOpen: true, error: undefined });
      await end();
    }
  });

  it.each([
    ['name', 'other', 'uid-1'],
    ['uid', 'demo', 'uid-2'],
  ])(
    'refuses to start when one attachment carries another %s, and says the way out',
    async (_n, name, uid) => {
      const { isOpen, error } = await judge([
        attachmentOf('a', 'demo', 'uid-1'),
        attachmentOf('b', name, uid),
      ]);
      expect(isOpen).toBe(false);
      expect(error).toBeInstanceOf(IdentityMismatchError);
      expect(String(error)).toContain(`attachment b carries cluster identity ${name}/${uid}`);
      expect(String(error)).toContain(`--cluster-name=${name}`);
      expect(String(error)).toContain(`--adopt-identity=${name}/${uid}`);
    },
  );

  it('lets the election begin with the identity that is adopted, and with no third one', async () => {
    const old = { name: 'demo', uid: 'uid-0' };
    const adopting = await judge(
      [attachmentOf('a', 'demo', 'uid-0'), attachmentOf('b', 'demo', 'uid-1')],
      old,
    );
    expect(adopting.isOpen).toBe(true);
    await adopting.end();
    const { error } = await judge(
      [attachmentOf('a', 'demo', 'uid-0'), attachmentOf('c', 'demo', 'uid-9')],
      old,
    );
    expect(String(error)).toContain('attachment c carries cluster identity demo/uid-9');
  });

  it('waits for the attachments before it judges', async () => {
    const listed = Promise.withResolvers<void>();
    const guard = createIdentityGuard(
      { list: () => [attachmentOf('a', 'other', 'uid-9')], ready: () => listed.promise },
      OWN,
    );
    const outcome = guard.start(new AbortController().signal).catch((error: unknown) => error);
    await flushPromises();
    listed.resolve();
    expect(await outcome).toBeInstanceOf(IdentityMismatchError);
  });

  it('ends when it is told to', async () => {
    const { end } = await judge([]);
    await expect(end()).resolves.toBeUndefined();
  });
});
