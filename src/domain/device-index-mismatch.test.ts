import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import { anAttachedEni, anEni } from '../../test/builders/ec2-resources.ts';
import { aCondition, aReadyAttachment } from '../../test/builders/node-eni-attachment.ts';
import { deviceIndexMismatch, mismatchDetail } from './device-index-mismatch.ts';

const wanted = { networkCardIndex: 0, deviceIndex: 2 };
const tags = { [ENI_TAGS.attempt]: '0' };

function mismatchedOn(nodeName: string): ReturnType<typeof aReadyAttachment> {
  const conditions = [
    aCondition({ type: 'Ready', status: 'True' }),
    aCondition({ type: 'DeviceIndexMismatch', status: 'True', message: 'at 1 instead of 2' }),
  ];
  return aReadyAttachment({ spec: { nodeName }, status: { observedGeneration: 1, conditions } });
}

describe('an index that is not the wanted one', () => {
  it('is told of an ENI that was taken over', () => {
    expect(deviceIndexMismatch(anAttachedEni({ deviceIndex: 1 }, { tags }), wanted)).toEqual({
      deviceIndex: 1,
      condition: {
        type: 'DeviceIndexMismatch',
        status: 'True',
        reason: 'TakenOver',
        message:
          'eni-0a was taken over at device index 1 of card 0 instead of device index 2 of card 0, and is kept there',
      },
    });
    const onOtherCard = anAttachedEni({ networkCardIndex: 1 }, { tags });
    expect(deviceIndexMismatch(onOtherCard, wanted)?.condition.message).toContain('card 1 instead of');
  });

  it('is no detail of an ENI that is in place, not attached, not there, or that we made', () => {
    expect(deviceIndexMismatch(anAttachedEni({}, { tags }), wanted)).toBeUndefined();
    expect(deviceIndexMismatch(anEni({ tags }), wanted)).toBeUndefined();
    expect(deviceIndexMismatch(undefined, wanted)).toBeUndefined();
    const made = anAttachedEni({ deviceIndex: 1 }, { tags: { [ENI_TAGS.attempt]: '1' } });
    expect(deviceIndexMismatch(made, wanted)).toBeUndefined();
  });

  it('is told of a NodeENI with its nodes, a few by name', () => {
    expect(mismatchDetail([aReadyAttachment()])).toEqual([]);
    const [detail] = mismatchDetail([...['n5', 'n1', 'n4', 'n2'].map(mismatchedOn), aReadyAttachment()]);
    expect(detail).toMatchObject({
      type: 'DeviceIndexMismatch',
      status: 'True',
      message: '4 of 5 attachments (n1, n2, n4, +1): at 1 instead of 2',
    });
  });
});
