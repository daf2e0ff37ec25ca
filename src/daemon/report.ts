import { isDeepStrictEqual } from 'node:util';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { type HostFacts, type HostStatus, reportHost } from '../domain/host/host-report.ts';
import { digestOf } from '../domain/host/link-wish-of.ts';
import type { LinkDeps, LinkSubject } from './link-deps.ts';

/** What is to be told of a link. */
export type LinkNews = Pick<HostFacts, 'link' | 'hindrance' | 'warning' | 'release'>;

const OWN_CONDITIONS = new Set(['HostClaimed', 'HostConfigured', 'Released']);

function hasCondition({ status }: NodeENIAttachment, type: string): boolean {
  return (status.conditions ?? []).some(
    (condition) => condition.type === type && condition.status === 'True',
  );
}

/** Whether the daemon's claim is stored. */
export function isClaimed(attachment: NodeENIAttachment): boolean {
  return hasCondition(attachment, 'HostClaimed');
}

/** Whether the end of the daemon's work is stored. */
export function isReleased(attachment: NodeENIAttachment): boolean {
  return hasCondition(attachment, 'Released');
}

/** Writes the daemon's share of the status if it differs from what is stored; answers the object as it is then. */
export async function report(
  { attachment, wish }: Pick<LinkSubject, 'attachment' | 'wish'>,
  news: LinkNews,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<NodeENIAttachment> {
  const { metadata, status: previous } = attachment;
  const status = reportHost({
    ...news,
    nodeName: deps.nodeName,
    digest: digestOf(wish),
    macAddress: wish.macAddress,
    altName: wish.host.altName,
    previous,
    generation: metadata.generation,
    now: new Date(deps.clock.now()).toISOString(),
  });
  const stored: HostStatus = {
    host: previous.host ?? {},
    conditions: (previous.conditions ?? []).filter(({ type }) => OWN_CONDITIONS.has(type)),
  };
  const isStored = isDeepStrictEqual(status.host, stored.host) && isSameSet(status, stored);
  return isStored ? attachment : deps.reports.write(attachment, status, signal);
}

function byType({ conditions }: HostStatus): unknown {
  return Object.fromEntries(conditions.map((condition) => [condition.type, condition]));
}

/** The API server orders merged conditions as it likes. */
function isSameSet(a: HostStatus, b: HostStatus): boolean {
  return isDeepStrictEqual(byType(a), byType(b));
}
