import { describe, expect, it } from 'vitest';
import { anInstance, anInterface, limitsOf } from '../../test/builders/ec2-resources.ts';
import type { InstanceInterface } from './ec2-resources.ts';
import { preflight, type PreflightInput, type SiblingAttachment } from './preflight.ts';

const self: SiblingAttachment = {
  uid: 'uid-self',
  name: 'tenant-a-i-1',
  createdAt: '2026-01-02T00:00:00Z',
  networkCardIndex: 0,
  deviceIndex: 2,
  isReleasing: false,
};
const older: SiblingAttachment = {
  ...self,
  uid: 'uid-older',
  name: 'tenant-b-i-1',
  createdAt: '2026-01-01T00:00:00Z',
};
const younger: SiblingAttachment = {
  ...self,
  uid: 'uid-younger',
  name: 'tenant-c-i-1',
  createdAt: '2026-01-03T00:00:00Z',
};

function check(
  change: Partial<PreflightInput> & { interfaces?: PreflightInput['instance']['interfaces'] },
): ReturnType<typeof preflight> {
  const { interfaces = [], ...input } = change;
  const instance = anInstance({ interfaces: [anInterface(), ...interfaces] });
  return preflight({ self, siblings: [self], instance, limits: limitsOf(4), ...input });
}

describe('device index', () => {
  it('is free on an instance with only its primary interface', () => {
    expect(check({})).toBeUndefined();
  });

  it('taken by a foreign ENI is reported with its id, never moved', () => {
    const problem = check({ interfaces: [anInterface({ eniId: 'eni-cni', deviceIndex: 2 })] });
    expect(problem?.reason).toBe('DeviceIndexInUse');
    expect(problem?.message).toMatch(
      /device index 2 of card 0 on i-1 .*eni-cni, which this operator did not make/,
    );
  });

  it('taken by an ENI of ours names the attachment that has it', () => {
    const sibling = { ...younger, eniId: 'eni-sib' };
    const problem = check({
      siblings: [self, sibling],
      interfaces: [anInterface({ eniId: 'eni-sib', deviceIndex: 2 })],
    });
    expect(problem).toMatchObject({ reason: 'DeviceIndexInUse' });
    expect(problem?.message).toContain('eni-sib of tenant-c-i-1');
  });

  it('is unique only inside a card', () => {
    const interfaces = [anInterface({ eniId: 'eni-efa', deviceIndex: 2, networkCardIndex: 1 })];
    expect(check({ interfaces, limits: limitsOf(4, 4) })).toBeUndefined();
    expect(check({ siblings: [self, { ...older, networkCardIndex: 1 }] })).toBeUndefined();
  });

  it('is not taken by its own ENI', () => {
    const own = { ...self, eniId: 'eni-own' };
    const interfaces = [anInterface({ eniId: 'eni-own', deviceIndex: 2 })];
    expect(check({ self: own, siblings: [own], interfaces })).toBeUndefined();
  });

  it('wanted by two belongs to the older, though neither is attached yet', () => {
    const siblings = [self, older];
    const problem = check({ siblings });
    expect(problem).toMatchObject({ reason: 'DeviceIndexInUse' });
    expect(problem?.message).toContain('claimed by tenant-b-i-1, which is older');
    expect(check({ self: older, siblings })).toBeUndefined();
  });

  it('wanted by two of the same second belongs to the first by name', () => {
    const twin = { ...older, createdAt: self.createdAt };
    expect(check({ siblings: [self, twin] })).toBeUndefined();
    expect(check({ self: twin, siblings: [self, twin] })).toMatchObject({ reason: 'DeviceIndexInUse' });
  });

  it('names the oldest of several rivals in any order', () => {
    const oldest = { ...older, uid: 'uid-oldest', name: 'tenant-z-i-1', createdAt: '2025-01-01T00:00:00Z' };
    expect(check({ siblings: [self, older, oldest] })?.message).toContain('claimed by tenant-z-i-1');
    expect(check({ siblings: [oldest, self, older] })).toEqual(check({ siblings: [self, older, oldest] }));
  });
});

/** The attachment at an index, with an ENI of the same number. */
function on(sibling: SiblingAttachment, deviceIndex: number): SiblingAttachment {
  return { ...sibling, deviceIndex, eniId: `eni-${deviceIndex}` };
}

function held(deviceIndex: number): InstanceInterface {
  return anInterface({ eniId: `eni-${deviceIndex}`, deviceIndex });
}

describe('room on the card', () => {
  it('is used up to the last interface', () => {
    expect(check({ interfaces: [held(1)], limits: limitsOf(3) })).toBeUndefined();
  });

  it('used by others is a matter of waiting, and says by whom in a fixed order', () => {
    const problem = check({ interfaces: [held(3), held(1)], limits: limitsOf(3) });
    expect(problem).toMatchObject({ reason: 'InterfaceSlotsInUse' });
    expect(problem?.message).toBe(
      'm5.large takes 3 interfaces on card 0; all are taken by the primary interface (eni-primary) and 2 interfaces of others (eni-1, eni-3): lower MAX_ENI of the VPC CNI if they are its own, detach what nobody needs, or use a larger type',
    );
    expect(check({ interfaces: [held(1), held(3)], limits: limitsOf(3) })).toEqual(problem);
  });

  it('that the type can never give is its limit', () => {
    const siblings = [self, { ...older, deviceIndex: 3 }, { ...older, uid: 'uid-4', deviceIndex: 4 }];
    const problem = check({ siblings, limits: limitsOf(3) });
    expect(problem).toMatchObject({ reason: 'InterfaceLimitExceeded' });
    expect(problem?.message).toMatch(/m5.large takes 3 interfaces on card 0; 1 primary and 2 of earlier/);
  });

  it('is kept for older attachments that have no ENI yet', () => {
    const siblings = [self, { ...older, deviceIndex: 3 }];
    expect(check({ siblings, interfaces: [held(1)], limits: limitsOf(3) })).toMatchObject({
      reason: 'InterfaceSlotsInUse',
    });
    expect(
      check({ self: { ...older, deviceIndex: 3 }, siblings, interfaces: [held(1)], limits: limitsOf(3) }),
    ).toBe(undefined);
  });

  it('is not kept for younger ones that have none', () => {
    expect(check({ siblings: [self, { ...younger, deviceIndex: 3 }], limits: limitsOf(2) })).toBeUndefined();
  });

  it('counts an older ENI of ours once, attached or not', () => {
    const siblings = [self, on(older, 3)];
    expect(check({ siblings, interfaces: [held(3)], limits: limitsOf(3) })).toBeUndefined();
    expect(check({ siblings, interfaces: [], limits: limitsOf(3) })).toBeUndefined();
  });

  it('counts a younger ENI of ours that is attached already, so a full instance gets no create', () => {
    const siblings = [self, on(younger, 3)];
    const problem = check({ siblings, interfaces: [held(3), held(1)], limits: limitsOf(3) });
    expect(problem).toMatchObject({ reason: 'InterfaceSlotsInUse' });
    expect(problem?.message).toContain(
      '1 interface of others (eni-1) and 1 of later NodeENIs or on the way out (eni-3 of tenant-c-i-1): lower MAX_ENI',
    );
  });

  it('does not count its own ENI', () => {
    const own = on(self, 2);
    expect(
      check({ self: own, siblings: [own], interfaces: [held(2), held(1)], limits: limitsOf(3) }),
    ).toBeUndefined();
  });

  it('is counted per card', () => {
    const card1 = { ...self, networkCardIndex: 1 };
    const interfaces = [held(1), anInterface({ eniId: 'eni-efa', deviceIndex: 0, networkCardIndex: 1 })];
    const input = { self: card1, siblings: [card1], interfaces };
    expect(check({ ...input, limits: limitsOf(2, 2) })).toBeUndefined();
    expect(check({ ...input, limits: limitsOf(9, 1) })).toMatchObject({ reason: 'InterfaceSlotsInUse' });
  });

  it('does not exist on a card that the type does not have', () => {
    const card1 = { ...self, networkCardIndex: 1 };
    const problem = check({ self: card1, siblings: [card1] });
    expect(problem).toMatchObject({ reason: 'InterfaceLimitExceeded' });
    expect(problem?.message).toContain('m5.large has no network card 1');
  });

  it('is kept for the trunk interface that the node waits for, and says so', () => {
    const interfaces = [anInterface({ eniId: 'eni-cni', deviceIndex: 1 })];
    expect(check({ interfaces, limits: limitsOf(3) })).toBeUndefined();
    const problem = check({ interfaces, limits: limitsOf(3), trunkReserve: 1 });
    expect(problem?.reason).toBe('InterfaceSlotsInUse');
    expect(problem?.message).toContain(
      'the primary interface (eni-primary), 1 interface of others (eni-cni) and 1 kept for the trunk interface of security groups for pods (Node label vpc.amazonaws.com/has-trunk-attached=false)',
    );
    expect(check({ interfaces, limits: limitsOf(4), trunkReserve: 1 })).toBeUndefined();
  });

  it('of another card is not kept for a trunk interface', () => {
    const onCard = { ...self, networkCardIndex: 1 };
    const limits = limitsOf(2, 1);
    expect(check({ self: onCard, siblings: [onCard], limits, trunkReserve: 1 })).toBeUndefined();
  });

  it('is left to EC2 where the limits of the type are unknown', () => {
    const interfaces = [held(1), held(3), held(4), held(5)];
    const input = { self, siblings: [self], instance: anInstance({ interfaces }) };
    expect(preflight(input)).toBeUndefined();
  });
});

describe('an attachment that is being released', () => {
  const releasing: SiblingAttachment = { ...older, deviceIndex: 3, isReleasing: true };

  it('holds its slot until EC2 has taken the ENI away, which is a wait and no limit of the type', () => {
    const held = { eniId: 'eni-old', deviceIndex: 3, networkCardIndex: 0 };
    const siblings = [{ ...releasing, eniId: 'eni-old' }, self];
    const problem = check({ siblings, interfaces: [held], limits: limitsOf(2) });
    expect(problem?.reason).toBe('InterfaceSlotsInUse');
    expect(problem?.message).toMatch(/\(eni-old of tenant-b-i-1\): wait where one is being released/);
    expect(check({ siblings, limits: limitsOf(2) })).toBeUndefined();
  });
});
