import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { LinkSearchRules } from '../domain/host/find-link.ts';
import type { HostState } from '../domain/host/host-state.ts';
import type { LinkWish } from '../domain/host/link-wish.ts';
import type { HostStep } from '../domain/host/host-step.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { DeviceUsers, Host, HostReports } from './ports.ts';
import type { RecordBook } from './record-book.ts';

/** What configuring and releasing links needs. */
export interface LinkDeps {
  readonly nodeName: string;
  readonly bootId: string;
  readonly rules: LinkSearchRules;
  readonly host: Pick<Host, 'read' | 'apply'>;
  readonly reports: Pick<HostReports, 'write'>;
  readonly records: RecordBook;
  readonly devices: DeviceUsers;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A change of the host was tried; for metrics. */
  readonly onStep?: (kind: HostStep['kind'], isOk: boolean) => void;
}

/** What one look at the host showed. */
export interface HostView {
  readonly state: HostState;
  /** From `protectedLinks`. */
  readonly isProtected: ReadonlyMap<number, string>;
  /** From `linksOfNode`. */
  readonly nodeAddressOn: ReadonlyMap<number, string>;
  /** Tables that attachments which stay fill. */
  readonly usedTables: ReadonlySet<number>;
}

/** One attachment, what it wants, and the host that it wants it of. */
export interface LinkSubject {
  readonly attachment: NodeENIAttachment;
  readonly wish: LinkWish;
  readonly view: HostView;
}

/** What became of an attachment in one round. */
export interface Tended {
  /** The attachment as it is stored now. */
  readonly attachment: NodeENIAttachment;
  /** The host was changed: look again. */
  readonly isChanged: boolean;
  /** Look again after so long even if nothing happens. */
  readonly recheckAfterMs?: number;
  /** What went wrong; the other attachments are looked after all the same. */
  readonly failure?: unknown;
}
