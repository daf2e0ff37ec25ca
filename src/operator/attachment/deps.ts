import type { ClusterIdentity } from '../../domain/ownership.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Caches } from '../caches.ts';
import type { ClaimGuard } from '../claims/claim-guard.ts';
import type { ActionPermits } from '../engine/action-permits.ts';
import type { Ec2Directories } from '../engine/ec2-directories.ts';
import type { EniInventory } from '../engine/eni-inventory.ts';
import type { EniLister } from '../engine/eni-lister.ts';
import type { HostDaemonMode } from '../config.ts';
import type { AttachmentWriter, Ec2Writer, EventSink } from '../ports.ts';
import type { AttemptMemory } from './memory.ts';
import type { ReleaseGateKeeper } from './release-gate-keeper.ts';

/** What the controller of NodeENIAttachments needs. */
export interface AttachmentControllerDeps {
  readonly caches: Caches;
  readonly cluster: ClusterIdentity;
  readonly inventory: EniInventory;
  readonly lister: EniLister;
  readonly directories: Ec2Directories;
  readonly permits: ActionPermits;
  readonly memory: AttemptMemory;
  readonly claims: ClaimGuard;
  readonly releaseGate: ReleaseGateKeeper;
  /** Whether an attachment is Ready only when its node has configured the link; default `Disabled`. */
  readonly hostDaemon?: HostDaemonMode;
  readonly ec2: Ec2Writer;
  readonly writer: AttachmentWriter;
  readonly events: EventSink;
  readonly clock: Clock;
  /** Whether ENIs of the reference controller are taken over; default true. */
  readonly takeOverReference?: boolean;
  /** The ENI of an attachment was attached for the first time, so long after the attachment was made. */
  readonly onFirstAttached?: (durationMs: number) => void;
  /** An attachment became Ready for the first time, so long after it was made. */
  readonly onFirstReady?: (durationMs: number) => void;
  /** 64 hexadecimal characters of the text's SHA-256. */
  readonly sha256: (text: string) => string;
}
