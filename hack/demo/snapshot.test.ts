import { describe, expect, it } from 'vitest';
import { aCondition, aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { toSnapshot } from './snapshot.ts';

type Facts = Parameters<typeof toSnapshot>[0];

function aNode(name: string, zone: string): Facts['nodes'][number] {
  const labels = { 'topology.kubernetes.io/zone': zone };
  const uid = `uid-of-${name}`;
  return { metadata: { name, uid, labels, creationTimestamp: '2026-01-01T00:00:00Z', resourceVersion: '1' } };
}

const nothing = {
  nodes: [],
  attachments: [],
  nodeEni: undefined,
  ec2Calls: { mutating: 0, reading: 0 },
  elapsedMs: 0,
};

describe('toSnapshot', () => {
  it('shows nodes in the order people count, with the ENIs of each by index', () => {
    const attachments = [3, 2].map((deviceIndex) =>
      aNodeEniAttachment({
        spec: { nodeName: 'node-2', deviceIndex },
        status: { observedGeneration: 1, state: 'Attaching', eniID: `eni-${deviceIndex}` },
      }),
    );
    const nodes = ['node-10', 'node-2'].map((name) => aNode(name, 'us-east-1a'));
    const { rows } = toSnapshot({ ...nothing, nodes, attachments });
    expect(rows).toEqual([
      {
        node: 'node-2',
        zone: 'us-east-1a',
        attachment: { subnetId: 'subnet-a', eniId: 'eni-2', deviceIndex: 2, status: 'Attaching' },
      },
      {
        node: 'node-2',
        zone: 'us-east-1a',
        attachment: { subnetId: 'subnet-a', eniId: 'eni-3', deviceIndex: 3, status: 'Attaching' },
      },
      { node: 'node-10', zone: 'us-east-1a' },
    ]);
  });

  it('calls an attachment Pending that nobody has looked at', () => {
    const nodes = [aNode('node-1', 'us-east-1b')];
    const { rows } = toSnapshot({ ...nothing, nodes, attachments: [aNodeEniAttachment()] });
    expect(rows[0]?.attachment).toMatchObject({ eniId: undefined, status: 'Pending' });
  });

  it('does not take the Ready of an earlier generation for the present one', () => {
    const conditions = [
      aCondition({ type: 'Ready', status: 'True', reason: 'Ready', observedGeneration: 1 }),
    ];
    const status = { observedGeneration: 1, readyAttachments: 6, conditions };
    const nodeEni = aNodeEni({}, { generation: 2 }, status);
    expect(toSnapshot({ ...nothing, nodeEni }).nodeEni?.reason).toBe('Pending');
    const current = aNodeEni({}, { generation: 1 }, status);
    expect(toSnapshot({ ...nothing, nodeEni: current }).nodeEni).toMatchObject({ reason: 'Ready', ready: 6 });
  });
});
