import { describe, expect, it } from 'vitest';
import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import { aJudgedNodeEni, aView } from '../../../test/builders/judged-node-eni.ts';
import { judgeDelete } from './judge-admission.ts';

const attachments = ['node-3', 'node-1', 'node-2', 'node-1', 'node-4'].map((nodeName, index) => ({
  name: `a-${index}`,
  nodeEniName: 'a',
  nodeName,
}));
const used = aView({ attachments: [...attachments, { name: 'b-0', nodeEniName: 'b', nodeName: 'node-9' }] });
const protection = { annotations: { [ADMISSION_ANNOTATIONS.deletionProtection]: 'true' } };

describe('the deletion of a NodeENI', () => {
  it('says what it takes away', () => {
    expect(judgeDelete(aJudgedNodeEni('a'), used)).toEqual([
      {
        effect: 'warn',
        rule: 'deleteInUse',
        field: 'metadata.name',
        message: 'in use by 5 ENIs on 4 nodes: node-1, node-2, node-3, +1',
      },
    ]);
  });

  it('counts one as one', () => {
    expect(judgeDelete(aJudgedNodeEni('b'), used).map(({ message }) => message)).toEqual([
      'in use by 1 ENI on 1 node: node-9',
    ]);
  });

  it('is silent when nothing is in use', () => {
    expect(judgeDelete(aJudgedNodeEni('c'), used)).toEqual([]);
  });

  it('is refused by the annotation, in use or not', () => {
    const refusal = {
      effect: 'deny',
      rule: 'deletionProtection',
      field: 'metadata.annotations',
      message: expect.stringContaining('remove the annotation networking.k8s.aws/deletion-protection'),
    };
    expect(judgeDelete(aJudgedNodeEni('c', {}, protection), used)).toEqual([refusal]);
    expect(judgeDelete(aJudgedNodeEni('a', {}, protection), used)[0]).toEqual(refusal);
  });

  it('is not refused by any other value, nor once it has begun', () => {
    const annotations = { [ADMISSION_ANNOTATIONS.deletionProtection]: 'false' };
    expect(judgeDelete(aJudgedNodeEni('c', {}, { annotations }), used)).toEqual([]);
    expect(judgeDelete(aJudgedNodeEni('c', {}, { ...protection, isDeleting: true }), used)).toEqual([]);
  });
});
