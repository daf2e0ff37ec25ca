import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { amount } from './amount.ts';
import type { ConditionState } from './conditions.ts';
import type { Eni } from './ec2-resources.ts';
import { nameSome } from './name-some.ts';
import { isTakenOver } from './takeover.ts';

/** A place for an interface on an instance. */
export interface InterfacePlace {
  readonly networkCardIndex: number;
  readonly deviceIndex: number;
}

/** Whether the ENI is attached at that place. */
export function isInPlace(is: InterfacePlace, wanted: InterfacePlace): boolean {
  return is.deviceIndex === wanted.deviceIndex && is.networkCardIndex === wanted.networkCardIndex;
}

function inWords({ deviceIndex, networkCardIndex }: InterfacePlace): string {
  return `device index ${deviceIndex} of card ${networkCardIndex}`;
}

/** The detail that an ENI which was taken over is attached at another place than wanted; undefined where it is not. */
export function deviceIndexMismatch(
  eni: Eni | undefined,
  wanted: InterfacePlace,
): { readonly condition: ConditionState; readonly deviceIndex: number } | undefined {
  const attachment = eni?.attachment;
  if (eni === undefined || attachment === undefined || !isTakenOver(eni.tags)) return undefined;
  if (isInPlace(attachment, wanted)) return undefined;
  const message = `${eni.eniId} was taken over at ${inWords(attachment)} instead of ${inWords(wanted)}, and is kept there`;
  return {
    condition: { type: 'DeviceIndexMismatch', status: 'True', reason: 'TakenOver', message },
    deviceIndex: attachment.deviceIndex,
  };
}

/** The same detail of a NodeENI, naming nodes; empty where it holds for none of its attachments. */
export function mismatchDetail(attachments: readonly NodeENIAttachment[]): ConditionState[] {
  const found = attachments
    .flatMap(({ spec, status }) => {
      const detail = status.conditions?.find(({ type }) => type === 'DeviceIndexMismatch');
      return detail?.status === 'True' ? [{ nodeName: spec.nodeName, message: detail.message }] : [];
    })
    .toSorted((a, b) => a.nodeName.localeCompare(b.nodeName) || a.message.localeCompare(b.message));
  const [first] = found;
  if (first === undefined) return [];
  const nodes = nameSome(found.map(({ nodeName }) => nodeName));
  const message = `${found.length} of ${amount(attachments.length, 'attachment')} (${nodes}): ${first.message}`;
  return [{ type: 'DeviceIndexMismatch', status: 'True', reason: 'TakenOver', message }];
}
