import { amount } from './amount.ts';
import type { InstanceInterface } from './ec2-resources.ts';
import { nameSome } from './name-some.ts';
import { TRUNK_LABEL } from './trunk-reserve.ts';

/** What takes the slots of a card before an attachment may have one. */
export interface SlotHolders {
  /** Interfaces of the card but the attachment's own and those of earlier attachments. */
  readonly interfaces: readonly InstanceInterface[];
  /** Names of our attachments by ENI; an ENI that is not among them was not made for a NodeENI here. */
  readonly attachmentByEni: ReadonlyMap<string, string>;
  /** Earlier attachments, which have or will have one each. */
  readonly earlier: number;
  /** Slots that are kept for the trunk interface. */
  readonly reserved: number;
}

function isPrimary({ networkCardIndex, deviceIndex }: InstanceInterface): boolean {
  return networkCardIndex === 0 && deviceIndex === 0;
}

function inBrackets(texts: readonly string[]): string {
  return `(${texts.toSorted().join(', ')})`;
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/**
 * Who holds the slots of a full card, each kind by its own name and in a fixed order, and what to do: what people can free
 * differs between interfaces of others, such as the CNI's, and our own.
 */
export function describeSlotHolders({ interfaces, attachmentByEni, earlier, reserved }: SlotHolders): string {
  const isForeign = (held: InstanceInterface): boolean =>
    !isPrimary(held) && !attachmentByEni.has(held.eniId);
  const primary = interfaces.filter((held) => isPrimary(held)).map(({ eniId }) => eniId);
  const foreign = interfaces.filter((held) => isForeign(held)).map(({ eniId }) => eniId);
  const ours = interfaces.flatMap(({ eniId }) => {
    const name = attachmentByEni.get(eniId);
    return name === undefined ? [] : [`${eniId} of ${name}`];
  });
  const parts = [
    ...(primary.length === 0 ? [] : [`the primary interface ${inBrackets(primary)}`]),
    ...(foreign.length === 0
      ? []
      : [`${amount(foreign.length, 'interface')} of others ${inBrackets(foreign)}`]),
    ...(ours.length === 0 ? [] : [`${ours.length} of later NodeENIs or on the way out (${nameSome(ours)})`]),
    ...(earlier === 0 ? [] : [`${earlier} of earlier NodeENIs`]),
    ...(reserved === 0
      ? []
      : [
          `${reserved} kept for the trunk interface of security groups for pods (Node label ${TRUNK_LABEL}=false)`,
        ]),
  ];
  return `all are taken by ${joined(parts)}: ${remedy(foreign.length > 0, ours.length > 0)}`;
}

function remedy(hasForeign: boolean, hasOurs: boolean): string {
  if (hasForeign) {
    return 'lower MAX_ENI of the VPC CNI if they are its own, detach what nobody needs, or use a larger type';
  }
  return hasOurs
    ? 'wait where one is being released, or use fewer NodeENIs or a larger type'
    : 'use a larger type, or fewer NodeENIs';
}
