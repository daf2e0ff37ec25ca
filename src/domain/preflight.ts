import { amount } from './amount.ts';
import type { Instance, InstanceTypeLimits } from './ec2-resources.ts';
import { describeSlotHolders } from './slot-holders.ts';

/** An attachment of ours that has or wants an interface on the same instance. */
export interface SiblingAttachment {
  readonly uid: string;
  readonly name: string;
  /** RFC 3339; whole seconds, so names break ties. */
  readonly createdAt: string;
  readonly networkCardIndex: number;
  readonly deviceIndex: number;
  /** Its ENI, once there is one. */
  readonly eniId?: string;
  /** It is giving its place up: what it still holds counts, what it once wanted does not. */
  readonly isReleasing: boolean;
}

/** Why an interface cannot be attached now. */
export interface PreflightProblem {
  readonly reason: 'DeviceIndexInUse' | 'InterfaceLimitExceeded' | 'InterfaceSlotsInUse';
  readonly message: string;
}

/** What the check looks at; `siblings` holds the attachment itself too. */
export interface PreflightInput {
  readonly self: SiblingAttachment;
  readonly siblings: readonly SiblingAttachment[];
  readonly instance: Instance;
  /** Absent where EC2 does not tell the limits of the type: then EC2 decides at attach. */
  readonly limits?: InstanceTypeLimits;
  /** Interfaces of card 0 that are kept for the trunk interface of security groups for pods; default 0. */
  readonly trunkReserve?: number;
}

/**
 * Whether the instance has room for the attachment: its index is free and the card takes one interface more.
 * Earlier attachments of ours count before it whether or not they are attached yet, so two never
 * compete for one slot. Checked before anything is created (cilium/cilium#15877: endless create loops).
 */
export function preflight(input: PreflightInput): PreflightProblem | undefined {
  return indexProblem(input) ?? capacityProblem(input);
}

/** Whether `a` goes before `b`; what is being released stands behind everything. */
function isEarlier(a: SiblingAttachment, b: SiblingAttachment): boolean {
  if (a.isReleasing !== b.isReleasing) return b.isReleasing;
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt;
  return a.name < b.name;
}

function describeHolder(eniId: string, siblings: readonly SiblingAttachment[]): string {
  const holder = siblings.find((sibling) => sibling.eniId === eniId);
  return holder === undefined ? `${eniId}, which this operator did not make` : `${eniId} of ${holder.name}`;
}

function indexProblem(input: PreflightInput): PreflightProblem | undefined {
  const { self, siblings, instance } = input;
  const where = `device index ${self.deviceIndex} of card ${self.networkCardIndex} on ${instance.instanceId}`;
  const sameIndex = (other: { networkCardIndex: number; deviceIndex: number }): boolean =>
    other.networkCardIndex === self.networkCardIndex && other.deviceIndex === self.deviceIndex;
  const holder = instance.interfaces.find((held) => sameIndex(held) && held.eniId !== self.eniId);
  if (holder !== undefined) {
    const message = `${where} is held by ${describeHolder(holder.eniId, siblings)}: free it, or use another deviceIndex`;
    return { reason: 'DeviceIndexInUse', message };
  }
  const [rival] = siblings
    .filter((sibling) => sibling.uid !== self.uid && sameIndex(sibling) && isEarlier(sibling, self))
    .toSorted((a, b) => (isEarlier(a, b) ? -1 : 1));
  if (rival === undefined) return undefined;
  return {
    reason: 'DeviceIndexInUse',
    message: `${where} is claimed by ${rival.name}, which is older: use another deviceIndex`,
  };
}

function capacityProblem(input: PreflightInput): PreflightProblem | undefined {
  const { self, siblings, instance, limits } = input;
  if (limits === undefined) return undefined;
  const maximum = limits.maximumInterfacesByCard.get(self.networkCardIndex);
  if (maximum === undefined) {
    const message = `instance type ${instance.instanceType} has no network card ${self.networkCardIndex}: use another networkCardIndex or type`;
    return { reason: 'InterfaceLimitExceeded', message };
  }
  const isOnCard = (other: { networkCardIndex: number }): boolean =>
    other.networkCardIndex === self.networkCardIndex;
  const earlier = siblings.filter(
    (sibling) => sibling.uid !== self.uid && isOnCard(sibling) && isEarlier(sibling, self),
  );
  const others = instance.interfaces.filter(
    (held) =>
      isOnCard(held) && held.eniId !== self.eniId && !earlier.some((sibling) => sibling.eniId === held.eniId),
  );
  const primaries = others.filter((held) => held.networkCardIndex === 0 && held.deviceIndex === 0).length;
  const takes = `${instance.instanceType} takes ${amount(maximum, 'interface')} on card ${self.networkCardIndex}`;
  if (primaries + earlier.length + 1 > maximum) {
    const message = `${takes}; ${primaries} primary and ${earlier.length} of earlier NodeENIs leave no room: use a larger type, or fewer NodeENIs`;
    return { reason: 'InterfaceLimitExceeded', message };
  }
  const reserved = self.networkCardIndex === 0 ? (input.trunkReserve ?? 0) : 0;
  if (others.length + earlier.length + reserved + 1 > maximum) {
    const attachmentByEni = new Map(
      siblings.flatMap(({ eniId, name }) => (eniId === undefined ? [] : [[eniId, name] as const])),
    );
    const holders = { interfaces: others, attachmentByEni, earlier: earlier.length, reserved };
    return { reason: 'InterfaceSlotsInUse', message: `${takes}; ${describeSlotHolders(holders)}` };
  }
  return undefined;
}
