import type { OrphanTimings } from '../../domain/orphan-plan.ts';
import type { ClusterIdentity } from '../../domain/ownership.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { WorkQueue } from '../../runtime/work-queue.ts';
import type { Caches } from '../caches.ts';
import type { ActionPermits } from '../engine/action-permits.ts';
import type { EniInventory } from '../engine/eni-inventory.ts';
import type { OrphanMetrics } from '../operator-metrics.ts';
import type { AttachmentWriter, Ec2Reader, Ec2Writer, EventSink } from '../ports.ts';

/** What the collector of leaked ENIs needs. */
export interface OrphanCollectorDeps {
  readonly caches: Caches;
  readonly cluster: ClusterIdentity;
  readonly inventory: EniInventory;
  readonly permits: ActionPermits;
  readonly reader: Pick<Ec2Reader, 'describeEnis'>;
  readonly ec2: Pick<Ec2Writer, 'deleteEni'>;
  readonly attachments: Pick<AttachmentWriter, 'list'>;
  readonly queue: Pick<WorkQueue, 'add'>;
  readonly events: EventSink;
  readonly metrics: OrphanMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: OrphanTimings;
  /** A person has looked: one pass goes on in spite of a brake. */
  readonly isAcknowledged: boolean;
}
