import { amount } from './amount.ts';
import { nameSome } from './name-some.ts';

/** Message of reason NoMatchingNodes: the labels to look for. */
export function noMatchMessage(nodeSelector: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
  return `no node has the label${pairs.length === 1 ? '' : 's'} ${nameSome(pairs)} of nodeSelector`;
}

/** Message of reason Ready. */
export function readyMessage(desiredAttachments: number, matchingNodes: number): string {
  const verb = desiredAttachments === 1 ? 'is' : 'are';
  const attachments = amount(desiredAttachments, 'attachment');
  return `${desiredAttachments} of ${attachments} on ${amount(matchingNodes, 'node')} ${verb} ready`;
}
