import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { HostStatus } from '../domain/host/host-report.ts';
import type { HostState } from '../domain/host/host-state.ts';
import type { HostStep } from '../domain/host/host-step.ts';
import type { LinkRecord } from '../domain/host/link-record.ts';

/** Reading and changing the links of the network namespace that the daemon runs in. Methods throw errors with a `kind`. */
export interface Host {
  /** One consistent read of links, addresses, routes and rules. */
  read(signal: AbortSignal): Promise<HostState>;
  /** Carries out one step; what is done already is no error. */
  apply(step: HostStep, signal: AbortSignal): Promise<void>;
  /**
   * Calls back after every change of links, addresses, routes or rules, possibly once for many, until the signal aborts.
   * A callback says nothing but: read again.
   */
  watch(onChange: () => void, signal: AbortSignal): void;
}

/** Records of what the daemon did to links. They live as long as the kernel's own state: until the next boot. */
export interface LinkRecords {
  /** Those of this boot; what cannot be read is left out and told to the log. */
  load(): Promise<LinkRecord[]>;
  /** Replaces the record of the attachment, all or nothing. */
  save(record: LinkRecord): Promise<void>;
  remove(attachmentUid: string): Promise<void>;
}

/** Who has which device of this node, by the kubelet's own record. */
export interface DeviceUsers {
  /** Names, `namespace/name`, of the pods that have the device with this PCI address. Throws where that cannot be learnt. */
  podsWith(pciAddress: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** What the API server says of the daemon's own node. */
export interface NodeFacts {
  /** Absent while the Node has no `spec.providerID` of AWS. */
  readonly instanceId?: string;
  /** By which others reach it: the first of each family. */
  readonly addresses: readonly string[];
}

/** Reading and writing what the daemon needs of the API server. Methods throw errors with a `kind`. */
export interface HostReports {
  /**
   * Writes the daemon's share of the attachment's status; `conflict` when the object changed since it was read, so that
   * what began to be deleted meanwhile is never claimed. Answers the object as it is then.
   */
  write(attachment: NodeENIAttachment, status: HostStatus, signal: AbortSignal): Promise<NodeENIAttachment>;
  readNode(signal: AbortSignal): Promise<NodeFacts>;
}
