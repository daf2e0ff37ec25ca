import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { type EniAttachment, type Instance, isAttachable } from '../../domain/ec2-resources.ts';
import { type HostClaim, hostClaim, linkNamesOf } from '../../domain/host/host-claim.ts';
import { deadSince } from '../../domain/host/host-waits.ts';
import { podsUsingLink } from '../../domain/host/link-users.ts';
import { releaseGate, type ReleaseGate, type ReleaseGateFacts } from '../../domain/host/release-gate.ts';
import type { ClusterNode } from '../../domain/node-selection.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Caches } from '../caches.ts';
import type { HostDaemonMode } from '../config.ts';
import type { AttachmentWriter } from '../ports.ts';
import type { EvictBlockers } from './evict-blockers.ts';
import type { NodePods, PodDirectory } from './pod-directory.ts';

/** What {@link createReleaseGateKeeper} needs. */
export interface ReleaseGateKeeperDeps {
  readonly caches: Pick<Caches, 'nodes'>;
  readonly pods: PodDirectory;
  readonly writer: Pick<AttachmentWriter, 'get'>;
  readonly clock: Clock;
  /** Default `Disabled`: no daemon is waited for. */
  readonly hostDaemon?: HostDaemonMode | undefined;
  /** Default {@link RELEASE_DEADLINE_MS}. */
  readonly releaseDeadlineMs?: number | undefined;
  /** Absent: pods that block are waited for. */
  readonly evictBlockers?: EvictBlockers | undefined;
}

/** An attachment that is about to be detached. */
export interface ReleaseSubject {
  /** With a deletionTimestamp. */
  readonly attachment: NodeENIAttachment;
  /** Of its ENI. */
  readonly macAddress: string;
  /** A person ordered force. */
  readonly isForced: boolean;
}

/** Says whether EC2 may be told to take an ENI from its instance. */
export interface ReleaseGateKeeper {
  /** @throws errors of the API server, but not of reading pods: these keep the gate shut */
  judge(subject: ReleaseSubject, signal: AbortSignal): Promise<ReleaseGate>;
  /** The attachment of this uid is gone. */
  forget(uid: string): void;
}

/** How long a dead daemon is waited for. */
const RELEASE_DEADLINE_MS = 600_000;

const UNREADABLE_RECHECK_MS = 10_000;

const NOT_CLAIMED: HostClaim = { isClaimed: false, isReleased: false };

/** Whether EC2 would take a detach now; nobody on the node is asked before. */
export function isDetachNext({ instanceId, status }: EniAttachment, instance: Instance | undefined): boolean {
  if (instance === undefined || !isAttachable(instance) || instanceId !== instance.instanceId) return false;
  return status === 'attaching' || status === 'attached';
}

/** Creates the keeper. Since when a daemon has been dead is in the status of its attachments, and so outlives this process. */
export function createReleaseGateKeeper(deps: ReleaseGateKeeperDeps): ReleaseGateKeeper {
  const { caches, clock, hostDaemon = 'Disabled', releaseDeadlineMs = RELEASE_DEADLINE_MS } = deps;
  /** Attachments that no daemon had claimed when their deletion had begun; none does so later. */
  const unclaimed = new Set<string>();
  const deadSinceMs = new Map<string, number>();
  /** Attachments whose daemon this process has seen alive: an earlier death counts no more, though its status may be older. */
  const seenAlive = new Set<string>();

  function nodeOf({ spec }: NodeENIAttachment): ClusterNode | undefined {
    const [node] = caches.nodes.byIndex('instance', spec.instanceID);
    if (node !== undefined) return node;
    // A Node that registers anew has no providerID at first; its pods run on.
    const namesake = caches.nodes.get(spec.nodeName);
    return namesake?.instanceId === undefined ? namesake : undefined;
  }

  async function claimOf(attachment: NodeENIAttachment, signal: AbortSignal): Promise<HostClaim> {
    const { name, uid } = attachment.metadata;
    if (hostDaemon === 'Disabled' || unclaimed.has(uid)) return NOT_CLAIMED;
    const known = hostClaim(attachment);
    if (known.isClaimed) return known;
    // The daemon claims by a write that is bound to a version without a deletionTimestamp: this read is the last word.
    const stored = await deps.writer.get(name, signal);
    const claim = stored?.metadata.uid === uid ? hostClaim(stored) : NOT_CLAIMED;
    if (!claim.isClaimed) unclaimed.add(uid);
    return claim;
  }

  /** For how long the stored status has told that the daemon is dead. */
  function toldDeadForMs({ metadata, status }: NodeENIAttachment): number {
    const since = seenAlive.has(metadata.uid) ? undefined : deadSince(status.conditions ?? []);
    return since === undefined ? 0 : Math.max(0, clock.now() - Date.parse(since));
  }

  function daemonDeadForMs(
    attachment: NodeENIAttachment,
    node: ClusterNode,
    { pods }: NodePods,
  ): number | undefined {
    if (hostDaemon === 'Disabled') return undefined;
    const { uid } = attachment.metadata;
    const isAlive = node.health.isReady && pods.some(({ isDaemon, isReady }) => isDaemon && isReady);
    if (isAlive) {
      deadSinceMs.delete(uid);
      seenAlive.add(uid);
      return undefined;
    }
    const nowMs = clock.monotonicMs();
    const sinceMs = deadSinceMs.get(uid) ?? nowMs - toldDeadForMs(attachment);
    deadSinceMs.set(uid, sinceMs);
    return nowMs - sinceMs;
  }

  /** What cannot be read keeps the gate shut, and people are told why. */
  async function podsOf(nodeName: string, signal: AbortSignal): Promise<NodePods | string> {
    try {
      return await deps.pods.ofNode(nodeName, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) throw error;
      return `the pods of ${nodeName} cannot be read: ${error.message}`;
    }
  }

  async function factsOf(
    { attachment, macAddress }: ReleaseSubject,
    { node, found }: { readonly node: ClusterNode; readonly found: NodePods },
    signal: AbortSignal,
  ): Promise<Partial<ReleaseGateFacts>> {
    const users = podsUsingLink(linkNamesOf(attachment, macAddress), found.pods, found.definitions);
    const deadForMs = daemonDeadForMs(attachment, node, found);
    const dead = deadForMs === undefined ? {} : { daemonDeadForMs: deadForMs };
    return users.length > 0 ? { users, ...dead } : { users, ...(await claimOf(attachment, signal)), ...dead };
  }

  async function evict(
    { spec }: NodeENIAttachment,
    users: readonly string[],
    { pods }: NodePods,
    signal: AbortSignal,
  ): Promise<void> {
    const blocking = pods.filter(({ namespace, name }) => users.includes(`${namespace}/${name}`));
    const { nodeName, nodeENI } = spec;
    await deps.evictBlockers?.({ nodeName, nodeENI, pods: blocking }, signal);
  }

  return {
    async judge(subject, signal) {
      const node = nodeOf(subject.attachment);
      const base: ReleaseGateFacts = {
        ...NOT_CLAIMED,
        users: undefined,
        isNodeGone: node === undefined,
        isForced: subject.isForced,
        releaseDeadlineMs,
      };
      if (node === undefined || subject.isForced) return releaseGate(base);
      const found = await podsOf(node.name, signal);
      if (typeof found !== 'string') {
        const gate = releaseGate({ ...base, ...(await factsOf(subject, { node, found }, signal)) });
        if (gate.kind === 'blocked') await evict(subject.attachment, gate.users, found, signal);
        return gate;
      }
      return {
        kind: 'waiting',
        cause: 'pods-unknown',
        message: found,
        recheckAfterMs: UNREADABLE_RECHECK_MS,
        isDaemonDead: false,
      };
    },

    forget(uid) {
      unclaimed.delete(uid);
      deadSinceMs.delete(uid);
      seenAlive.delete(uid);
    },
  };
}
