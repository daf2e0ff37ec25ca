import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import { anAttachedEni, anEni } from '../../test/builders/ec2-resources.ts';
import { aCondition } from '../../test/builders/node-eni-attachment.ts';
import { type AttachmentFacts, reportAttachment } from './attachment-report.ts';

const NOW = '2026-01-02T00:00:00Z';
const LATER = '2026-01-03T00:00:00Z';
const fresh: AttachmentFacts = {
  isReleasing: false,
  isSettled: false,
  place: { networkCardIndex: 0, deviceIndex: 2 },
  previous: { observedGeneration: -1 },
  generation: 3,
  now: NOW,
};
const ready: AttachmentFacts = {
  ...fresh,
  attempt: 2,
  eni: anAttachedEni({}, { privateIpAddress: '10.0.1.7' }),
  isSettled: true,
};
const noRoom = { reason: 'InterfaceSlotsInUse', message: 'm5.large takes 3' } as const;

type Report = ReturnType<typeof reportAttachment>;

function conditions(report: Report): Record<string, string> {
  return Object.fromEntries(
    (report.conditions ?? []).map(({ type, status, reason }) => [type, `${status}/${reason}`]),
  );
}

describe('report of an attachment', () => {
  it('is Ready with everything that users look up when nothing is left to do', () => {
    expect(reportAttachment(ready)).toEqual({
      observedGeneration: 3,
      state: 'Ready',
      eniID: 'eni-0a',
      attempt: 2,
      attachmentID: 'eni-attach-0a',
      macAddress: '02:00:00:00:00:0a',
      privateIPAddress: '10.0.1.7',
      lastTransitionTime: NOW,
      conditions: [
        aCondition({
          type: 'Attached',
          status: 'True',
          message: 'eni-0a is attached at device index 2 of card 0',
          observedGeneration: 3,
          lastTransitionTime: NOW,
        }),
        aCondition({
          type: 'Ready',
          status: 'True',
          message: 'the ENI is attached as wanted',
          observedGeneration: 3,
          lastTransitionTime: NOW,
        }),
      ],
    });
  });

  it('tells an ENI that was found from one that an attempt made, and says nothing without an ENI', () => {
    expect(reportAttachment({ ...fresh, eni: anAttachedEni() }).attempt).toBe(0);
    expect(reportAttachment({ ...fresh, attempt: 2 })).not.toHaveProperty('attempt');
  });

  it('lists addresses in a fixed order, so that the order of EC2 causes no write', () => {
    const lists = {
      secondaryPrivateIpAddresses: ['10.0.1.9', '10.0.1.8'],
      ipv4Prefixes: ['10.0.2.16/28', '10.0.2.0/28'],
      ipv6Addresses: ['2001:db8::2', '2001:db8::1'],
      ipv6Prefixes: ['2001:db8:2::/80', '2001:db8:1::/80'],
    };
    expect(reportAttachment({ ...fresh, eni: anEni(lists) })).toMatchObject({
      secondaryPrivateIPAddresses: ['10.0.1.8', '10.0.1.9'],
      ipv4Prefixes: ['10.0.2.0/28', '10.0.2.16/28'],
      ipv6Addresses: ['2001:db8::1', '2001:db8::2'],
      ipv6Prefixes: ['2001:db8:1::/80', '2001:db8:2::/80'],
    });
  });

  it.each<[string, Partial<AttachmentFacts>, string, string]>([
    ['nothing was done', {}, 'Pending', 'False/Pending'],
    ['the instance has no room', { hindrance: noRoom }, 'Pending', 'False/InterfaceSlotsInUse'],
    ['EC2 makes the ENI', { hindrance: { reason: 'Creating', message: 'm' } }, 'Creating', 'False/Creating'],
    ['the ENI is not attached', { eni: anEni() }, 'Attaching', 'False/Pending'],
    ['the ENI is attaching', { eni: anAttachedEni({ status: 'attaching' }) }, 'Attaching', 'False/Pending'],
    ['attributes are missing', { eni: anAttachedEni() }, 'Attached', 'False/Pending'],
    [
      'a person has to act',
      { hindrance: { reason: 'Unauthorized', message: 'denied' } },
      'Failed',
      'False/Unauthorized',
    ],
    [
      'a person has to act on an attached ENI',
      { eni: anAttachedEni(), hindrance: { reason: 'RequestRejected', message: 'no' } },
      'Failed',
      'False/RequestRejected',
    ],
  ])('says so when %s', (_, change, state, readiness) => {
    const report = reportAttachment({ ...fresh, ...change });
    expect(report.state).toBe(state);
    expect(conditions(report)['Ready']).toBe(readiness);
  });

  it('passes the message of what is in the way on', () => {
    const report = reportAttachment({ ...fresh, hindrance: noRoom });
    expect(report.conditions?.[1]?.message).toBe('m5.large takes 3');
  });

  it('does not call an ENI attached that is attached to another instance', () => {
    const hindrance = { reason: 'AttachedElsewhere', message: 'eni-0a is attached to i-9' } as const;
    const report = reportAttachment({ ...fresh, eni: anAttachedEni({ instanceId: 'i-9' }), hindrance });
    expect(conditions(report)).toEqual({ Attached: 'False/NotAttached', Ready: 'False/AttachedElsewhere' });
    expect(report.state).toBe('Attaching');
  });

  it.each([
    ['DPDK', { enabled: true, driver: 'vfio-pci' }],
    ['kernel SR-IOV', { enabled: false, resourceName: 'amazon.com/sriov' }],
  ])('is attached but not Ready where %s is asked for, which is not there yet', (_, dpdk) => {
    const report = reportAttachment({ ...ready, dpdk });
    expect(report.state).toBe('Attached');
    expect(conditions(report)).toEqual({ Attached: 'True/Attached', Ready: 'False/NotImplemented' });
  });

  it('tells what is in the way now before what is not there yet', () => {
    const report = reportAttachment({ ...fresh, dpdk: { enabled: true }, hindrance: noRoom });
    expect(conditions(report)['Ready']).toBe('False/InterfaceSlotsInUse');
    expect(conditions(reportAttachment({ ...fresh, dpdk: { enabled: true } }))['Ready']).toBe(
      'False/Pending',
    );
  });

  it.each<[string, Partial<AttachmentFacts>]>([
    ['Releasing', {}],
    ['Releasing', { eni: anAttachedEni() }],
    ['Detaching', { eni: anAttachedEni({ status: 'detaching' }) }],
    ['Deleting', { eni: anEni() }],
  ])('is %s on its way out and never Ready', (state, change) => {
    const report = reportAttachment({ ...fresh, isReleasing: true, ...change });
    expect(report.state).toBe(state);
    expect(conditions(report)['Ready']).toBe('False/Releasing');
  });

  it('says what keeps a release from ending', () => {
    const hindrance = { reason: 'Unauthorized', message: 'denied' } as const;
    const report = reportAttachment({ ...fresh, isReleasing: true, hindrance });
    expect(report.conditions?.[1]).toMatchObject({ reason: 'Unauthorized', message: 'denied' });
    expect(report.state).toBe('Releasing');
  });

  it('says nothing about a grace, which another writer owns', () => {
    const report = reportAttachment({ ...ready, previous: { observedGeneration: 1, unwantedSince: NOW } });
    expect(report).not.toHaveProperty('unwantedSince');
  });
});

describe('dates in the report of an attachment', () => {
  it.each<[string, AttachmentFacts]>([
    ['fresh', fresh],
    ['blocked', { ...fresh, hindrance: noRoom }],
    ['ready', ready],
    ['waiting for DPDK', { ...ready, dpdk: { enabled: true } }],
    ['releasing', { ...ready, isReleasing: true }],
  ])('stay while a %s attachment stays the same', (_, facts) => {
    const first = reportAttachment(facts);
    expect(reportAttachment({ ...facts, previous: first, now: LATER })).toEqual(first);
  });

  it('move with what changes only', () => {
    const before = reportAttachment({ ...fresh, eni: anAttachedEni() });
    const after = reportAttachment({ ...ready, previous: before, now: LATER });
    expect(after.lastTransitionTime).toBe(LATER);
    expect(after.conditions?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ['Attached', NOW],
      ['Ready', LATER],
    ]);
  });

  it('stay when only the reason changes', () => {
    const before = reportAttachment({ ...fresh, hindrance: noRoom });
    const after = reportAttachment({
      ...fresh,
      hindrance: { reason: 'DeviceIndexInUse', message: 'held' },
      previous: before,
      now: LATER,
    });
    expect(after.conditions?.[1]).toMatchObject({ reason: 'DeviceIndexInUse', lastTransitionTime: NOW });
  });

  it('come with the generation that they speak of', () => {
    const report = reportAttachment({ ...ready, generation: 9 });
    expect(report.observedGeneration).toBe(9);
    expect(report.conditions?.map(({ observedGeneration }) => observedGeneration)).toEqual([9, 9]);
  });

  it('never come with a message that the API server would refuse', () => {
    const report = reportAttachment({
      ...fresh,
      hindrance: { reason: 'RequestRejected', message: 'x'.repeat(9_000) },
    });
    expect(report.conditions?.[1]?.message).toHaveLength(4_096);
  });
});

describe('an ENI that was taken over at another index', () => {
  const eni = anAttachedEni({ deviceIndex: 1 }, { tags: { [ENI_TAGS.attempt]: '0' } });

  it('is Ready, with the difference as a detail', () => {
    const report = reportAttachment({ ...ready, attempt: 0, eni });
    expect(conditions(report)).toEqual({
      Attached: 'True/Attached',
      Ready: 'True/Ready',
      DeviceIndexMismatch: 'True/TakenOver',
    });
    expect(report).toMatchObject({ state: 'Ready', deviceIndex: 1 });
  });

  it('says nothing of it once it is released', () => {
    const report = reportAttachment({ ...ready, attempt: 0, eni, isReleasing: true });
    expect(conditions(report)).not.toHaveProperty('DeviceIndexMismatch');
    expect(report.deviceIndex).toBeUndefined();
  });
});
