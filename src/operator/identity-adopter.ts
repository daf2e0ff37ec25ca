import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { Eni } from '../domain/ec2-resources.ts';
import type { ClusterIdentity } from '../domain/ownership.ts';
import { type Backoff, exponentialBackoff } from '../runtime/backoff.ts';
import type { Clock } from '../runtime/clock.ts';
import { delay } from '../runtime/delay.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { Runnable } from '../runtime/runnable.ts';
import type { Caches } from './caches.ts';
import { asEc2Failure } from './engine/as-ec2-failure.ts';
import type { Ec2Budget } from './engine/ec2-budget.ts';
import { identityOf, isSameIdentity } from './identity-guard.ts';
import type { AttachmentWriter, Ec2Reader, Ec2Writer } from './ports.ts';

/** What {@link adoptIdentityFirst} needs. */
export interface IdentityAdopterDeps {
  readonly cluster: ClusterIdentity;
  /** The identity to take over; undefined: nothing is to be done. */
  readonly adopted: ClusterIdentity | undefined;
  readonly reader: Pick<Ec2Reader, 'listOwnedEnis'>;
  readonly ec2: Pick<Ec2Writer, 'tagEni'>;
  readonly attachments: Pick<AttachmentWriter, 'list' | 'freezeAttempt'>;
  readonly nodes: Caches['nodes'];
  readonly budget: Pick<Ec2Budget, 'takeInTurn' | 'throttled'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Takes over an earlier identity before `next` starts: the ENIs of that identity that are attached to instances of nodes
 * here get our cluster tags, then its attachments do. It deletes nothing and leaves every other ENI alone. ENIs come first:
 * what a crash leaves is found by the attachments that still carry the old identity, and done again.
 */
export function adoptIdentityFirst(next: Runnable, deps: IdentityAdopterDeps): Runnable {
  const { cluster, adopted, clock, logger } = deps;
  const identityTags = { [ENI_TAGS.cluster]: cluster.name, [ENI_TAGS.clusterUid]: cluster.uid };

  function isHere(eni: Eni): boolean {
    const instanceId = eni.attachment?.instanceId;
    return instanceId !== undefined && deps.nodes.byIndex('instance', instanceId).length > 0;
  }

  async function restampEni(eniId: string, signal: AbortSignal): Promise<void> {
    try {
      await deps.ec2.tagEni({ eniId, tags: identityTags }, signal);
    } catch (error) {
      if (asEc2Failure(error)?.reason === 'Throttled') deps.budget.throttled('CreateTags');
      throw error;
    }
  }

  async function restampEnis(from: ClusterIdentity, signal: AbortSignal): Promise<void> {
    const enis = await deps.reader.listOwnedEnis(from, signal);
    const here = enis.filter((eni) => isHere(eni));
    for (const { eniId } of here) {
      await deps.budget.takeInTurn('CreateTags');
      signal.throwIfAborted();
      await restampEni(eniId, signal);
    }
    const left = enis.filter((eni) => !isHere(eni)).map(({ eniId }) => eniId);
    logger.info(
      { from, restamped: here.length, left },
      'network interfaces of the adopted identity restamped',
    );
  }

  async function restampAttachment(attachment: NodeENIAttachment, signal: AbortSignal): Promise<void> {
    const { attempt } = attachment.spec;
    if (attempt === undefined) return;
    const tags = { ...attempt.tags, ...identityTags };
    await deps.attachments.freezeAttempt(attachment, { ...attempt, tags }, signal);
  }

  async function adopt(from: ClusterIdentity, signal: AbortSignal): Promise<void> {
    await restampEnis(from, signal);
    const attachments = (await deps.attachments.list(signal)).filter((attachment) =>
      isSameIdentity(from, identityOf(attachment)),
    );
    for (const attachment of attachments) await restampAttachment(attachment, signal);
    logger.info({ from, attachments: attachments.length }, 'cluster identity adopted');
  }

  async function adoptUntilDone(from: ClusterIdentity, signal: AbortSignal): Promise<void> {
    let backoff: Backoff = exponentialBackoff({ baseMs: 500, maxMs: 60_000 });
    while (!signal.aborted) {
      try {
        await adopt(from, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        backoff = backoff.next(deps.random);
        logger.warn({ err: error, retryInMs: backoff.delayMs }, 'cannot adopt the cluster identity yet');
        await delay(clock, backoff.delayMs, signal);
      }
    }
  }

  return {
    name: next.name,
    async start(signal) {
      if (adopted !== undefined && !isSameIdentity(adopted, cluster)) await adoptUntilDone(adopted, signal);
      await next.start(signal);
    },
  };
}
