import {
  type GatewayCase,
  type GatewayPlace,
  ABSENT,
  OWNED,
  attached,
  create,
  look,
  newInput,
  signal,
  verdictOf,
} from './gateway-case.ts';

async function attachVerdict(
  place: GatewayPlace,
  to: { eniId?: string; instanceId?: string; deviceIndex?: number; networkCardIndex?: number },
): Promise<string> {
  const eniId = to.eniId ?? (await create(place)).eniId;
  const instanceId = to.instanceId ?? (await place.newInstance());
  const where = { deviceIndex: 1, networkCardIndex: 0, ...to, eniId, instanceId };
  return verdictOf(place.gateway.attachEni(where, signal));
}

const CREATING: readonly GatewayCase[] = [
  {
    name: 'create answers an ENI that is pending and bears what was sent',
    expected: {
      status: 'pending',
      description: 'a case',
      sourceDestCheck: true,
      tags: OWNED,
      groups: 1,
      secondary: 2,
    },
    observe: async (place) => {
      const eni = await create(place, { secondaryPrivateIpCount: 2 });
      const { status, description, sourceDestCheck, tags } = eni;
      const secondary = eni.secondaryPrivateIpAddresses.length;
      return { status, description, sourceDestCheck, tags, groups: eni.securityGroupIds.length, secondary };
    },
  },
  {
    name: 'a new ENI becomes available',
    expected: 'available',
    observe: async (place) => (await look(place, (await create(place)).eniId))?.status,
  },
  {
    name: 'the same token and input answer the same ENI',
    expected: true,
    observe: async (place) => {
      const same = newInput(place);
      const [first, second] = [
        await place.gateway.createEni(same, signal),
        await place.gateway.createEni(same, signal),
      ];
      return first.eniId === second.eniId;
    },
  },
  {
    name: 'a token with another input is a mismatch',
    expected: ['OK', 'conflict Pending IdempotentParameterMismatch'],
    observe: async (place) => {
      const same = newInput(place);
      return [
        await verdictOf(place.gateway.createEni(same, signal)),
        await verdictOf(place.gateway.createEni({ ...same, description: 'another' }, signal)),
      ];
    },
  },
  {
    name: 'a token whose ENI was deleted answers that ENI still, and makes none',
    expected: { isSame: true, isThere: false },
    observe: async (place) => {
      const same = newInput(place);
      const { eniId } = await place.gateway.createEni(same, signal);
      await place.gateway.deleteEni(eniId, signal);
      const again = await place.gateway.createEni(same, signal);
      return { isSame: again.eniId === eniId, isThere: (await look(place, eniId)) !== undefined };
    },
  },
  {
    name: 'create in a subnet or with a group that does not exist is rejected',
    expected: [
      'rejected SubnetNotFound InvalidSubnetID.NotFound',
      'rejected SecurityGroupNotFound InvalidGroup.NotFound',
    ],
    observe: async (place) => [
      await verdictOf(create(place, { subnetId: `subnet-${ABSENT}` })),
      await verdictOf(create(place, { securityGroupIds: [`sg-${ABSENT}`] })),
    ],
  },
  {
    name: 'create in a full subnet has to wait',
    expected: ['OK', 'waiting SubnetFull InsufficientFreeAddressesInSubnet'],
    observe: async (place) => [
      await verdictOf(create(place, { subnetId: place.smallSubnetId, secondaryPrivateIpCount: 9 })),
      await verdictOf(create(place, { subnetId: place.smallSubnetId, secondaryPrivateIpCount: 9 })),
    ],
  },
];

const ATTACHING: readonly GatewayCase[] = [
  {
    name: 'an attached ENI is in-use where it was attached, and survives its instance unless told otherwise',
    expected: {
      status: 'in-use',
      at: { deviceIndex: 1, networkCardIndex: 0, status: 'attached', deleteOnTermination: false },
      sameIds: true,
    },
    observe: async (place) => {
      const { eniId, instanceId, attachmentId } = await attached(place);
      const eni = await look(place, eniId);
      const { instanceId: on, attachmentId: id, ...at } = eni?.attachment ?? {};
      return { status: eni?.status, at, sameIds: on === instanceId && id === attachmentId };
    },
  },
  {
    name: 'an attached ENI cannot be attached again',
    expected: 'waiting Pending InvalidNetworkInterface.InUse',
    observe: async (place) => attachVerdict(place, { eniId: (await attached(place)).eniId }),
  },
  {
    name: 'a device index is taken once',
    expected: 'waiting DeviceIndexInUse InvalidParameterValue',
    observe: async (place) => attachVerdict(place, { instanceId: (await attached(place)).instanceId }),
  },
  {
    name: 'an instance type takes so many interfaces',
    expected: ['OK', 'waiting InterfaceSlotsInUse AttachmentLimitExceeded'],
    observe: async (place) => {
      const { instanceId } = await attached(place);
      return [
        await attachVerdict(place, { instanceId, deviceIndex: 2 }),
        await attachVerdict(place, { instanceId, deviceIndex: 3 }),
      ];
    },
  },
  {
    name: 'a card that the type has not is rejected',
    expected: 'rejected RequestRejected InvalidParameterValue',
    observe: (place) => attachVerdict(place, { networkCardIndex: 1 }),
  },
  {
    name: 'attach across zones is rejected',
    expected: 'rejected RequestRejected InvalidParameterCombination',
    observe: async (place) =>
      attachVerdict(place, { eniId: (await create(place, { subnetId: place.elsewhereSubnetId })).eniId }),
  },
  {
    name: 'attach to a terminated instance has to wait, and to an unknown one finds nothing',
    expected: [
      'waiting InstanceNotRunning IncorrectInstanceState',
      'absent Pending InvalidInstanceID.NotFound',
      'absent Pending InvalidNetworkInterfaceID.NotFound',
    ],
    observe: async (place) => {
      const instanceId = await place.newInstance();
      await place.terminate(instanceId);
      return [
        await attachVerdict(place, { instanceId }),
        await attachVerdict(place, { instanceId: `i-${ABSENT}` }),
        await attachVerdict(place, { eniId: `eni-${ABSENT}` }),
      ];
    },
  },
  {
    name: 'one attribute a call is changed, and shows in the next read',
    expected: { deleteOnTermination: true, sourceDestCheck: false },
    observe: async (place) => {
      const { eniId, attachmentId } = await attached(place);
      await place.gateway.setDeleteOnTermination({ eniId, attachmentId, value: true }, signal);
      await place.gateway.setSourceDestCheck({ eniId, value: false }, signal);
      const eni = await look(place, eniId);
      return {
        deleteOnTermination: eni?.attachment?.deleteOnTermination,
        sourceDestCheck: eni?.sourceDestCheck,
      };
    },
  },
  {
    name: 'deleteOnTermination of another attachment finds nothing',
    expected: 'absent Pending InvalidAttachmentID.NotFound',
    observe: async (place) => {
      const { eniId } = await attached(place);
      const attachmentId = `eni-attach-${ABSENT}`;
      return verdictOf(place.gateway.setDeleteOnTermination({ eniId, attachmentId, value: true }, signal));
    },
  },
];

const ENDING: readonly GatewayCase[] = [
  {
    name: 'a detached ENI is available, without an attachment',
    expected: { status: 'available', attachment: undefined },
    observe: async (place) => {
      const { eniId, attachmentId } = await attached(place);
      await place.gateway.detachEni(attachmentId, signal);
      const eni = await look(place, eniId);
      return { status: eni?.status, attachment: eni?.attachment };
    },
  },
  {
    name: 'an attached ENI cannot be deleted, a free one can, once',
    expected: [
      'waiting Pending InvalidParameterValue',
      'OK',
      'absent Pending InvalidNetworkInterfaceID.NotFound',
    ],
    observe: async (place) => {
      const { eniId } = await attached(place);
      const free = await create(place);
      return [
        await verdictOf(place.gateway.deleteEni(eniId, signal)),
        await verdictOf(place.gateway.deleteEni(free.eniId, signal)),
        await verdictOf(place.gateway.deleteEni(free.eniId, signal)),
      ];
    },
  },
  {
    name: 'a forced detach leaves the ENI available',
    expected: 'available',
    observe: async (place) => {
      const { eniId, attachmentId } = await attached(place);
      await place.gateway.detachEni(attachmentId, signal, true);
      return (await look(place, eniId))?.status;
    },
  },
  {
    name: 'tags are added or overwritten, and others stay',
    expected: {
      tags: { ...OWNED, more: 'yes' },
      absent: 'absent Pending InvalidNetworkInterfaceID.NotFound',
    },
    observe: async (place) => {
      const { eniId } = await create(place);
      await place.gateway.tagEni({ eniId, tags: { more: 'no' } }, signal);
      await place.gateway.tagEni({ eniId, tags: { more: 'yes' } }, signal);
      const absent = `eni-${ABSENT}`;
      return {
        tags: (await look(place, eniId))?.tags,
        absent: await verdictOf(place.gateway.tagEni({ eniId: absent, tags: { more: 'yes' } }, signal)),
      };
    },
  },
  {
    name: 'detaching what is not attached finds nothing',
    expected: 'absent Pending InvalidAttachmentID.NotFound',
    observe: (place) => verdictOf(place.gateway.detachEni(`eni-attach-${ABSENT}`, signal)),
  },
  {
    name: 'a terminated instance takes along what it was told to, and frees the rest',
    expected: { kept: 'available', taken: undefined, interfaces: [], state: 'terminated' },
    observe: async (place) => {
      const kept = await attached(place);
      const { instanceId } = kept;
      const { eniId } = await create(place);
      const where = { eniId, instanceId, deviceIndex: 2, networkCardIndex: 0 };
      const { attachmentId } = await place.gateway.attachEni(where, signal);
      await place.gateway.setDeleteOnTermination({ eniId, attachmentId, value: true }, signal);
      await place.terminate(instanceId);
      const [instance] = await place.gateway.describeInstances([instanceId], signal);
      return {
        kept: (await look(place, kept.eniId))?.status,
        taken: (await look(place, eniId))?.status,
        interfaces: instance?.interfaces,
        state: instance?.state,
      };
    },
  },
];

/** What every gateway to EC2 does when asked to change something. */
export const GATEWAY_WRITE_CASES: readonly GatewayCase[] = [...CREATING, ...ATTACHING, ...ENDING];
