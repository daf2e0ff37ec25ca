import { describe, expect, it } from 'vitest';
import { aNodeEniAttachment, aReadyAttachment } from '../../../test/builders/node-eni-attachment.ts';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { toJudgedAttachment, toJudgedNodeEni } from './judged-objects.ts';

describe('a stored NodeENI', () => {
  it('tells the limits of the instance types that EC2 was asked for', () => {
    const networkCards = [{ index: 0, maximumInterfaces: 3 }];
    const nodeEni = aNodeEni({}, {}, { instanceTypes: [{ type: 'm5.large', networkCards }] });

    expect(toJudgedNodeEni(nodeEni).instanceTypes).toEqual([{ type: 'm5.large', networkCards }]);
  });

  it('says nothing of instance types before', () => {
    expect(toJudgedNodeEni(aNodeEni())).not.toHaveProperty('instanceTypes');
  });
});

describe('an attachment', () => {
  it('is an ENI of a NodeENI on a node', () => {
    expect(toJudgedAttachment(aReadyAttachment())).toEqual({
      name: 'tenant-a-111111-i-1-00000000',
      nodeEniName: 'tenant-a',
      nodeName: 'node-1',
      eniId: 'eni-0a',
      link: { names: [], macAddress: '02:00:00:00:00:0a' },
    });
  });

  it('has no ENI at first', () => {
    expect(toJudgedAttachment(aNodeEniAttachment())).not.toHaveProperty('eniId');
  });
});
