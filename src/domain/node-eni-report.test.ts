import { describe, expect, it } from 'vitest';
import {
  aCondition,
  aHinderedAttachment,
  aNodeEniAttachment,
  aReadyAttachment,
} from '../../test/builders/node-eni-attachment.ts';
import { aNodeEniFacts } from '../../test/builders/node-eni-facts.ts';
import { MAX_STATUS_ATTACHMENTS, reportNodeEni } from './node-eni-report.ts';

const NOW = '2026-01-02T00:00:00Z';
const LATER = '2026-01-03T00:00:00Z';
const base = aNodeEniFacts();

type Report = ReturnType<typeof reportNodeEni>;

function conditions(report: Report): string[] {
  return (report.conditions ?? []).map(({ type, status, reason }) => `${type}=${status}/${reason}`);
}

function message(report: Report): string | undefined {
  return report.conditions?.[0]?.message;
}

function onNode(nodeName: string, instanceID: string): { spec: { nodeName: string; instanceID: string } } {
  return { spec: { nodeName, instanceID } };
}

describe('report of a NodeENI', () => {
  it('is Ready, with neither Reconciling nor Stalled, when every wanted attachment is', () => {
    const report = reportNodeEni(base);
    expect(conditions(report)).toEqual(['Ready=True/Ready']);
    expect(message(report)).toBe('1 of 1 attachment on 1 node is ready');
    expect(report).toMatchObject({
      observedGeneration: 4,
      matchingNodes: 1,
      desiredAttachments: 1,
      attachedAttachments: 1,
      readyAttachments: 1,
      subnets: [{ slot: 'id/subnet-a', subnetID: 'subnet-a', zone: 'us-east-1a', vpcID: 'vpc-1' }],
    });
    expect(report).not.toHaveProperty('truncated');
  });

  it('is Ready without any matching node, and says so', () => {
    const report = reportNodeEni({ ...base, matchingNodes: 0, desiredAttachments: 0, attachments: [] });
    expect(conditions(report)).toEqual(['Ready=True/NoMatchingNodes']);
    expect(message(report)).toBe('no node has the label ng=multi-eni of nodeSelector');
  });

  it('is reconciling while attachments are missing', () => {
    const report = reportNodeEni({ ...base, desiredAttachments: 3 });
    expect(conditions(report)).toEqual(['Ready=False/Pending', 'Reconciling=True/Pending']);
    expect(message(report)).toBe('1 of 3 attachments exist');
  });

  it.each(['DeviceIndexInUse', 'InterfaceSlotsInUse', 'Throttled', 'Attaching', 'InstanceNotRunning'])(
    'is reconciling over %s, which passes by itself',
    (reason) => {
      const report = reportNodeEni({ ...base, attachments: [aHinderedAttachment(reason, 'because')] });
      expect(conditions(report)).toEqual([`Ready=False/${reason}`, `Reconciling=True/${reason}`]);
      expect(message(report)).toBe('1 of 1 attachment (node-1): because');
    },
  );

  it.each([
    'SecurityGroupNotFound',
    'InterfaceLimitExceeded',
    'Unauthorized',
    'RequestRejected',
    'NotImplemented',
  ])('is stalled over %s, which a person has to change', (reason) => {
    const report = reportNodeEni({ ...base, attachments: [aHinderedAttachment(reason, 'because')] });
    expect(conditions(report)).toEqual([`Ready=False/${reason}`, `Stalled=True/${reason}`]);
  });

  it.each(['SubnetNotFound', 'SubnetAmbiguous', 'NoSubnetInZone'] as const)(
    'is stalled over %s, which has no attachment to live on',
    (reason) => {
      const problems = [{ nodeName: 'node-1', reason, message: 'because' }];
      const report = reportNodeEni({ ...base, attachments: [], problems });
      expect(conditions(report)).toEqual([`Ready=False/${reason}`, `Stalled=True/${reason}`]);
    },
  );

  it('shows what a person has to change before what passes, and never both', () => {
    const attachments = [
      aHinderedAttachment('Throttled', 'slow', onNode('node-1', 'i-1')),
      aHinderedAttachment('Unauthorized', 'denied', onNode('node-2', 'i-2')),
    ];
    const report = reportNodeEni({ ...base, desiredAttachments: 2, attachments });
    expect(conditions(report)).toEqual(['Ready=False/Unauthorized', 'Stalled=True/Unauthorized']);
    expect(message(report)).toBe('1 of 2 attachments (node-2): denied');
  });

  it('counts what is alike and names the first nodes', () => {
    const problems = ['e', 'd', 'c', 'b', 'a', 'a'].map((nodeName) => ({
      nodeName,
      reason: 'NoSubnetInZone' as const,
      message: `none for ${nodeName}`,
    }));
    const report = reportNodeEni({ ...base, desiredAttachments: 9, attachments: [], problems });
    expect(message(report)).toBe('6 of 9 attachments (a, b, c, +2): none for a');
  });

  it('says what keeps it from planning at all', () => {
    const blocker = { reason: 'Unauthorized', message: 'DescribeSubnets is denied' } as const;
    const report = reportNodeEni({ ...base, blocker });
    expect(conditions(report)).toEqual(['Ready=False/Unauthorized', 'Stalled=True/Unauthorized']);
    expect(message(report)).toBe('DescribeSubnets is denied');
    const transient = reportNodeEni({ ...base, blocker: { reason: 'EC2Unavailable', message: 'down' } });
    expect(conditions(transient)).toEqual(['Ready=False/EC2Unavailable', 'Reconciling=True/EC2Unavailable']);
  });

  it('is releasing while it is deleted, whatever its attachments say', () => {
    const attachments = [
      aHinderedAttachment('Unauthorized', 'denied'),
      aReadyAttachment(onNode('node-2', 'i-2')),
    ];
    const report = reportNodeEni({ ...base, isDeleting: true, attachments });
    expect(conditions(report)).toEqual(['Ready=False/Releasing', 'Reconciling=True/Releasing']);
    expect(message(report)).toBe('2 attachments are being released');
  });

  it('does not count what is on its way out', () => {
    const leaving = aReadyAttachment({ metadata: { deletionTimestamp: NOW }, ...onNode('node-2', 'i-2') });
    const report = reportNodeEni({ ...base, attachments: [...base.attachments, leaving] });
    expect(report).toMatchObject({ attachedAttachments: 1, readyAttachments: 1 });
    expect(conditions(report)).toEqual(['Ready=True/Ready']);
    expect(report.attachments).toHaveLength(2);
  });

  it('stays Ready while what it no longer wants has its grace or waits for its end', () => {
    const graced = aNodeEniAttachment({ metadata: { name: 'graced' }, ...onNode('node-2', 'i-2') });
    const report = reportNodeEni({ ...base, attachments: [...base.attachments, graced] });
    expect(conditions(report)).toEqual(['Ready=True/Ready']);
    expect(message(report)).toBe('1 of 1 attachment on 1 node is ready');
  });

  it('is not Ready while a wanted attachment is missing, whatever else is there', () => {
    const graced = aReadyAttachment({ metadata: { name: 'graced' }, ...onNode('node-2', 'i-2') });
    const report = reportNodeEni({ ...base, attachments: [graced] });
    expect(conditions(report)).toEqual(['Ready=False/Pending', 'Reconciling=True/Pending']);
  });

  it.each([true, false])('tells what keeps a release from ending (NodeENI deleting: %s)', (isDeleting) => {
    const stuck = aHinderedAttachment('Unauthorized', 'you may not detach', {
      metadata: { name: 'stuck', deletionTimestamp: NOW },
      ...onNode('node-2', 'i-2'),
    });
    const report = reportNodeEni({ ...base, isDeleting, attachments: [...base.attachments, stuck] });
    expect(conditions(report)).toEqual(['Ready=False/Unauthorized', 'Stalled=True/Unauthorized']);
    expect(message(report)).toContain('(node-2): you may not detach');
  });

  it('does not believe a condition about an earlier generation', () => {
    const attachments = [aReadyAttachment({ metadata: { generation: 2 } })];
    const report = reportNodeEni({ ...base, attachments });
    expect(conditions(report)).toEqual(['Ready=False/Pending', 'Reconciling=True/Pending']);
    expect(report).toMatchObject({ attachedAttachments: 0, readyAttachments: 0 });
  });

  it('is not Ready before an attachment was looked at', () => {
    const report = reportNodeEni({ ...base, attachments: [aNodeEniAttachment()] });
    expect(message(report)).toBe('1 of 1 attachment (node-1): the attachment has not been looked at yet');
  });

  it('is attached but not Ready where DPDK is asked for', () => {
    const attachment = aReadyAttachment();
    const [attached] = attachment.status.conditions ?? [];
    const [, notReady] = aHinderedAttachment('NotImplemented', 'no DPDK yet').status.conditions ?? [];
    const status = {
      ...attachment.status,
      conditions: [attached, notReady].filter((one) => one !== undefined),
    };
    const report = reportNodeEni({ ...base, attachments: [{ ...attachment, status }] });
    expect(conditions(report)).toEqual(['Ready=False/NotImplemented', 'Stalled=True/NotImplemented']);
    expect(report).toMatchObject({ attachedAttachments: 1, readyAttachments: 0 });
    expect(report.attachments?.[0]?.status).toBe('attached');
  });
});

describe('attachments in the status', () => {
  it('have the field names that users of the reference know', () => {
    const attachments = [aReadyAttachment({ spec: { mtu: 9001, subnetCIDR: '10.0.1.0/24' } })];
    expect(reportNodeEni({ ...base, attachments }).attachments).toEqual([
      {
        nodeID: 'node-1',
        instanceID: 'i-1',
        eniID: 'eni-0a',
        attachmentID: 'eni-attach-0a',
        subnetID: 'subnet-a',
        subnetCIDR: '10.0.1.0/24',
        networkCardIndex: 0,
        deviceIndex: 2,
        macAddress: '02:00:00:00:00:0a',
        mtu: 9001,
        status: 'attached',
        lastUpdated: NOW,
      },
    ]);
  });

  it('show the state of what is not attached', () => {
    const attachments = [
      aNodeEniAttachment(),
      aHinderedAttachment('Throttled', 'slow', onNode('node-2', 'i-2')),
    ];
    expect(reportNodeEni({ ...base, attachments }).attachments?.map(({ status }) => status)).toEqual([
      'pending',
      'pending',
    ]);
  });

  it.each([100, 101])('are at most 100, and the status says when %i are more', (count) => {
    const attachments = Array.from({ length: count }, (_, n) =>
      aReadyAttachment(onNode(`node-${String(n).padStart(3, '0')}`, `i-${n}`)),
    );
    const report = reportNodeEni({
      ...base,
      desiredAttachments: count,
      attachments: attachments.toReversed(),
    });
    expect(report.attachments).toHaveLength(MAX_STATUS_ATTACHMENTS);
    expect(report.attachments?.[0]?.nodeID).toBe('node-000');
    expect(report.truncated).toBe(count > 100 ? true : undefined);
    expect(report.readyAttachments).toBe(count);
  });

  it('are dated when they change, each on its own', () => {
    const attachments = [aReadyAttachment(), aNodeEniAttachment(onNode('node-2', 'i-2'))];
    const first = reportNodeEni({ ...base, attachments });
    const moved = [aReadyAttachment(), aReadyAttachment(onNode('node-2', 'i-2'))];
    const second = reportNodeEni({ ...base, attachments: moved, previous: first, now: LATER });
    expect(second.attachments?.map(({ lastUpdated }) => lastUpdated)).toEqual([NOW, LATER]);
  });

  it('keep their dates when the API server hands the fields back in another order', () => {
    const first = reportNodeEni(base);
    const previous = {
      ...first,
      attachments: (first.attachments ?? []).map(
        ({ nodeID, instanceID, subnetID, deviceIndex, ...rest }) => ({
          ...rest,
          deviceIndex,
          subnetID,
          instanceID,
          nodeID,
        }),
      ),
    };
    expect(reportNodeEni({ ...base, previous, now: LATER })).toEqual(first);
  });

  it('keep their dates when one is released while its successor already waits for the same place', () => {
    const attachments = [
      aReadyAttachment({ metadata: { name: 'old', deletionTimestamp: NOW } }),
      aNodeEniAttachment({ metadata: { name: 'new' } }),
    ];
    const first = reportNodeEni({ ...base, attachments });
    expect(reportNodeEni({ ...base, attachments, previous: first, now: LATER })).toEqual(first);
  });
});

describe('an attachment whose ENI was taken over at another index', () => {
  const conditionsOf = [
    aCondition({ type: 'Attached', status: 'True' }),
    aCondition({ type: 'Ready', status: 'True' }),
    aCondition({ type: 'DeviceIndexMismatch', status: 'True', message: 'eni-0a is at 1 instead of 2' }),
  ];
  const status = { observedGeneration: 1, deviceIndex: 1, conditions: conditionsOf };
  const attachments = [aReadyAttachment({ status })];

  it('leaves the NodeENI Ready, with the difference as a detail and the index where it is', () => {
    const report = reportNodeEni({ ...base, attachments });
    expect(conditions(report)).toEqual(['Ready=True/Ready', 'DeviceIndexMismatch=True/TakenOver']);
    expect(report.conditions?.[1]?.message).toBe('1 of 1 attachment (node-1): eni-0a is at 1 instead of 2');
    expect(report.attachments?.[0]?.deviceIndex).toBe(1);
  });
});
