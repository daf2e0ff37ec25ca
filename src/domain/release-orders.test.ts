import { describe, expect, it } from 'vitest';
import { RELEASE_ANNOTATIONS } from '../../api/v1alpha1/names.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import { releaseOrders } from './release-orders.ts';

const { abandon, forceDetach } = RELEASE_ANNOTATIONS;
const DELETED = { deletionTimestamp: '2026-01-02T00:00:00Z' };
const releasing = aNodeEniAttachment({ metadata: DELETED });
const ORDERED = { annotations: { [abandon]: 'true', [forceDetach]: 'true' } };
const NONE = { isAbandoned: false, isForced: false };
const BOTH = { isAbandoned: true, isForced: true };
const OWNER = { uid: releasing.spec.nodeENI.uid };

function by(annotations: Record<string, string>): object {
  return releaseOrders(aNodeEniAttachment({ metadata: { ...DELETED, annotations } }), undefined);
}

describe('orders for a release', () => {
  it('are there none without an annotation', () => {
    expect(releaseOrders(releasing, aNodeEni({}, { ...OWNER, ...DELETED }))).toEqual(NONE);
    expect(releaseOrders(releasing, undefined)).toEqual(NONE);
  });

  it('are taken from the attachment itself, each by its own annotation', () => {
    expect(by({ [abandon]: 'true' })).toEqual({ isAbandoned: true, isForced: false });
    expect(by({ [forceDetach]: 'true' })).toEqual({ isAbandoned: false, isForced: true });
    expect(by({ [abandon]: 'yes', [forceDetach]: '' })).toEqual(NONE);
  });

  it('are taken from a NodeENI that is being deleted', () => {
    expect(releaseOrders(releasing, aNodeEni({}, { ...OWNER, ...DELETED, ...ORDERED }))).toEqual(BOTH);
  });

  it('count on nothing that is not being deleted', () => {
    expect(releaseOrders(aNodeEniAttachment({ metadata: ORDERED }), undefined)).toEqual(NONE);
    expect(releaseOrders(releasing, aNodeEni({}, { ...OWNER, ...ORDERED }))).toEqual(NONE);
    const deletedOwner = aNodeEni({}, { ...OWNER, ...DELETED, ...ORDERED });
    expect(releaseOrders(aNodeEniAttachment(), deletedOwner)).toEqual(NONE);
  });

  it('are not taken from a NodeENI of the same name and another uid', () => {
    const namesake = aNodeEni({}, { uid: 'another', ...DELETED, ...ORDERED });
    expect(releaseOrders(releasing, namesake)).toEqual(NONE);
  });
});
