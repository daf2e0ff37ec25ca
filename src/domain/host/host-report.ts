import type { NodeENIAttachmentStatus } from '../../../gen/v1alpha1/stored.ts';
import { type ConditionState, dateConditions } from '../conditions.ts';
import type { HostHindrance } from './host-step.ts';
import type { HostLink } from './host-state.ts';

/** Where the release of a claimed link stands. */
export type ReleaseProgress =
  /** The operator has not said yet that no pod uses the link. */
  | { readonly kind: 'waiting' }
  /** Somebody on this node uses it. */
  | { readonly kind: 'in-use'; readonly users: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string }
  /** The node is reached by an address on it. */
  | { readonly kind: 'node-depends'; readonly message: string }
  /** `leftBecause` is set where the link keeps what it has. */
  | { readonly kind: 'released'; readonly leftBecause?: string };

/** Everything that the daemon's share of an attachment's status is derived from. */
export interface HostFacts {
  readonly nodeName: string;
  readonly digest: string;
  readonly macAddress: string;
  readonly altName: string;
  /** Absent while the link is not there, or when a pod has it. */
  readonly link?: HostLink;
  readonly hindrance?: HostHindrance;
  readonly warning?: string;
  /** Only of an attachment that is being deleted. */
  readonly release?: ReleaseProgress;
  readonly previous: NodeENIAttachmentStatus;
  readonly generation: number;
  /** RFC 3339. */
  readonly now: string;
}

/** The part of an attachment's status that only the daemon writes. */
export type HostStatus = Required<Pick<NodeENIAttachmentStatus, 'host' | 'conditions'>>;

function configured({ hindrance, warning, link }: HostFacts): ConditionState {
  if (hindrance !== undefined) return { type: 'HostConfigured', status: 'False', ...hindrance };
  const name = link === undefined ? 'the link' : link.name;
  const message = `${name} is as wanted${warning === undefined ? '' : `; ${warning}`}`;
  return { type: 'HostConfigured', status: 'True', reason: 'Configured', message };
}

function released(progress: ReleaseProgress): ConditionState {
  switch (progress.kind) {
    case 'waiting':
      return {
        type: 'Released',
        status: 'False',
        reason: 'WaitingForPods',
        message: 'waiting until no pod uses the link',
      };
    case 'in-use':
      return {
        type: 'Released',
        status: 'False',
        reason: 'InUse',
        message: `the link is used by ${progress.users.join(', ')}`,
      };
    case 'failed':
      return { type: 'Released', status: 'False', reason: 'ApplyFailed', message: progress.message };
    case 'node-depends':
      return { type: 'Released', status: 'False', reason: 'LinkProtected', message: progress.message };
    case 'released':
      return {
        type: 'Released',
        status: 'True',
        reason: 'Released',
        message:
          progress.leftBecause === undefined
            ? 'the host is as it was before'
            : `the link is left as it is: ${progress.leftBecause}`,
      };
  }
}

function hostFields(facts: HostFacts): HostStatus['host'] {
  const { link, altName, release } = facts;
  return {
    wish: facts.digest,
    macAddress: facts.macAddress,
    ...(link === undefined
      ? {}
      : {
          linkName: link.name,
          mtu: link.mtu,
          ...(link.name === altName || link.altNames.includes(altName) ? { altName } : {}),
          ...(link.pciAddress === undefined ? {} : { pciAddress: link.pciAddress }),
          ...(link.driver === undefined ? {} : { driver: link.driver }),
        }),
    ...(release?.kind === 'in-use' ? { users: release.users.slice(0, 32) } : {}),
  };
}

/**
 * The daemon's share of the status of an attachment that it claimed. Equal facts give an equal status, dates included,
 * so that the steady state needs no write.
 */
export function reportHost(facts: HostFacts): HostStatus {
  const claimed: ConditionState = {
    type: 'HostClaimed',
    status: 'True',
    reason: 'Claimed',
    message: `the daemon of ${facts.nodeName} looks after the link`,
  };
  const { release } = facts;
  const states = [claimed, release === undefined ? configured(facts) : released(release)];
  return {
    host: hostFields(facts),
    conditions: dateConditions(states, facts.previous.conditions ?? [], facts),
  };
}
