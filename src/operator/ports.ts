import type { EventReason } from '../../api/v1alpha1/event-reasons.ts';
import type { AssignedAddresses } from '../domain/drift-effect.ts';
import type { Eni, Instance, InstanceTypeLimits, SecurityGroup, Subnet } from '../domain/ec2-resources.ts';
import type { AddressFamily } from '../domain/eni-drift.ts';
import type { NetworkDefinition, NetworkedPod } from '../domain/host/link-users.ts';
import type { NodeReadinessCondition } from '../domain/node-readiness.ts';
import type { ClusterIdentity } from '../domain/ownership.ts';
import type { Validity } from '../domain/webhook-certificates.ts';
import type {
  NodeENI,
  NodeENIAttachment,
  NodeENIAttachmentSpec,
  NodeENIAttachmentStatus,
  NodeENIStatus,
} from '../../gen/v1alpha1/stored.ts';

/** Everything that CreateNetworkInterface sends. */
export interface CreateEniInput {
  /** At most 64 characters; the same token and input return the same ENI (EC2 API, Ensuring idempotency). */
  readonly clientToken: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly secondaryPrivateIpCount?: number;
  readonly ipv4PrefixCount?: number;
  readonly ipv6AddressCount?: number;
  readonly ipv6PrefixCount?: number;
}

/** Where an ENI is to be attached. */
export interface AttachEniInput {
  readonly eniId: string;
  readonly instanceId: string;
  readonly networkCardIndex: number;
  readonly deviceIndex: number;
}

/**
 * Told of an ENI that exists and that EC2 describes in a way that cannot be understood, a new status for example; it is
 * left out of the answer. Without such a callback it makes the whole read fail.
 */
export type OnUnreadableEni = (eniId: string, error: Error) => void;

/** Reading EC2. Every method pages, filters, and throws only errors that satisfy `Ec2Failure`. */
export interface Ec2Reader {
  /** All ENIs that bear our ownership tag and both cluster tags. */
  listOwnedEnis(
    cluster: ClusterIdentity,
    signal: AbortSignal,
    onUnreadable?: OnUnreadableEni,
  ): Promise<Eni[]>;
  /** All ENIs attached to the instances that bear a tag of one of the keys, whoever made them. */
  listEnisOfInstances(
    instanceIds: readonly string[],
    tagKeys: readonly string[],
    signal: AbortSignal,
  ): Promise<Eni[]>;
  /** All ENIs that bear the reference controller's tag, of whatever cluster, ours by now or not. */
  listReferenceEnis(signal: AbortSignal): Promise<Eni[]>;
  /** Those of the ENIs that exist; at most 200 ids. */
  describeEnis(
    eniIds: readonly string[],
    signal: AbortSignal,
    onUnreadable?: OnUnreadableEni,
  ): Promise<Eni[]>;
  /** Those of the instances that exist. */
  describeInstances(instanceIds: readonly string[], signal: AbortSignal): Promise<Instance[]>;
  describeInstanceTypes(types: readonly string[], signal: AbortSignal): Promise<InstanceTypeLimits[]>;
  describeSubnets(query: SubnetQuery, signal: AbortSignal): Promise<Subnet[]>;
  describeSecurityGroups(query: SecurityGroupQuery, signal: AbortSignal): Promise<SecurityGroup[]>;
}

/** Subnets by id and by Name tag. */
export interface SubnetQuery {
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

/** Security groups by id, and by group name or Name tag. */
export interface SecurityGroupQuery {
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

/** Changing EC2. Every method is one EC2 call and throws only errors that satisfy `Ec2Failure`. */
export interface Ec2Writer {
  createEni(input: CreateEniInput, signal: AbortSignal): Promise<Eni>;
  attachEni(input: AttachEniInput, signal: AbortSignal): Promise<{ readonly attachmentId: string }>;
  /** `force` only where a plain detach does not end: it can leave the instance with a broken link. */
  detachEni(attachmentId: string, signal: AbortSignal, force?: boolean): Promise<void>;
  deleteEni(eniId: string, signal: AbortSignal): Promise<void>;
  setDeleteOnTermination(
    target: { readonly eniId: string; readonly attachmentId: string; readonly value: boolean },
    signal: AbortSignal,
  ): Promise<void>;
  setSourceDestCheck(
    target: { readonly eniId: string; readonly value: boolean },
    signal: AbortSignal,
  ): Promise<void>;
  /** Replaces all groups of the ENI. */
  setSecurityGroups(
    target: { readonly eniId: string; readonly securityGroupIds: readonly string[] },
    signal: AbortSignal,
  ): Promise<void>;
  setDescription(
    target: { readonly eniId: string; readonly description: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** Adds tags or changes their values. */
  tagEni(target: EniTags, signal: AbortSignal): Promise<void>;
  /** Removes those of the tags that still have these values. */
  untagEni(target: EniTags, signal: AbortSignal): Promise<void>;
  /** Adds as many addresses or prefixes of EC2's choice; answers what was added. Not idempotent. */
  assignAddresses(
    target: {
      readonly eniId: string;
      readonly family: AddressFamily;
      readonly unit: 'address' | 'prefix';
      readonly count: number;
    },
    signal: AbortSignal,
  ): Promise<AssignedAddresses>;
  unassignAddresses(
    target: {
      readonly eniId: string;
      readonly family: AddressFamily;
      readonly addresses: readonly string[];
      readonly prefixes: readonly string[];
    },
    signal: AbortSignal,
  ): Promise<void>;
}

/** Tags of one ENI. */
export interface EniTags {
  readonly eniId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** EC2 as the operator needs it. */
export type Ec2Gateway = Ec2Reader & Ec2Writer;

/** Writing NodeENIs. Methods throw errors with a `kind` (`conflict`, `absent`, …). */
export interface NodeEniWriter {
  /** Adds or removes our finalizer; refused as `conflict` when the object changed since it was read. */
  setFinalizer(nodeEni: NodeENI, isPresent: boolean, signal: AbortSignal): Promise<void>;
  applyStatus(nodeEni: NodeENI, status: NodeENIStatus, signal: AbortSignal): Promise<void>;
}

/** What the operator wants of an attachment, before anything was sent to EC2. */
export interface AttachmentIntent {
  readonly name: string;
  readonly owner: { readonly name: string; readonly uid: string };
  readonly spec: Omit<NodeENIAttachmentSpec, 'attempt'>;
}

/** The frozen inputs of CreateNetworkInterface. */
export type Attempt = NonNullable<NodeENIAttachmentSpec['attempt']>;

/** Reading and writing NodeENIAttachments past the cache. Methods throw errors with a `kind`. */
export interface AttachmentWriter {
  /** Creates or updates everything of the spec but the attempt, the owner and our finalizer. */
  applyIntent(intent: AttachmentIntent, signal: AbortSignal): Promise<void>;
  /** Persists the attempt; `conflict` when the attachment changed since it was read. */
  freezeAttempt(
    attachment: NodeENIAttachment,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<NodeENIAttachment>;
  /** Starts (RFC 3339) or ends the grace of an unwanted attachment. */
  setUnwantedSince(
    attachment: { readonly name: string; readonly uid: string },
    since: string | undefined,
    signal: AbortSignal,
  ): Promise<void>;
  applyStatus(
    attachment: NodeENIAttachment,
    status: NodeENIAttachmentStatus,
    signal: AbortSignal,
  ): Promise<void>;
  /** Starts the release; what has another uid is left alone. */
  delete(attachment: { readonly name: string; readonly uid: string }, signal: AbortSignal): Promise<void>;
  /** Starts the release of what is still as it was read; `conflict` when it changed since. */
  retract(
    attachment: { readonly name: string; readonly uid: string; readonly resourceVersion: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** Lets the object go; `conflict` when it changed since it was read. */
  removeFinalizer(attachment: NodeENIAttachment, signal: AbortSignal): Promise<void>;
  /** A quorum read; undefined when it is gone. */
  get(name: string, signal: AbortSignal): Promise<NodeENIAttachment | undefined>;
  /** A quorum read: whether a NodeENI of that name exists, whatever its uid. */
  ownerExists(name: string, signal: AbortSignal): Promise<boolean>;
  /** A quorum list. */
  list(signal: AbortSignal): Promise<NodeENIAttachment[]>;
}

/** A pod that may use the link of an ENI, or that is the daemon's. */
export interface NodePod extends NetworkedPod {
  readonly uid: string;
  readonly nodeName: string;
  readonly isOfDaemonSet: boolean;
  readonly isDaemon: boolean;
  readonly isReady: boolean;
}

/** Reading who may use the links of nodes. Methods throw errors with a `kind`. */
export interface PodReader {
  /** A quorum list of the pods of one node, or of all where none is named: those with networks of their own, and the daemon's. */
  list(nodeName: string | undefined, signal: AbortSignal): Promise<NodePod[]>;
  /** All NetworkAttachmentDefinitions; none where the cluster does not know the kind. */
  networkDefinitions(signal: AbortSignal): Promise<NetworkDefinition[]>;
}

/** Writing Nodes. Methods throw errors with a `kind`. */
export interface NodeWriter {
  /** Writes our condition to the Node's status; dates are RFC 3339. */
  applyCondition(
    nodeName: string,
    condition: NodeReadinessCondition & { readonly lastTransitionTime: string; readonly writtenAt: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** Takes our condition off the Node's status; does nothing where there is none. */
  withdrawCondition(nodeName: string, signal: AbortSignal): Promise<void>;
  /** Takes all taints with the key off; `conflict` when the Node changes meanwhile. Does nothing where there is none, or another uid. */
  removeTaint(
    node: { readonly name: string; readonly uid: string },
    key: string,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Tells people what happened to an object. Never throws. */
export interface EventSink {
  record(event: {
    /** `Namespace` for what concerns the whole cluster: kube-system stands for it. */
    readonly kind: 'NodeENI' | 'NodeENIAttachment' | 'Namespace' | 'Node';
    readonly name: string;
    readonly uid: string;
    readonly type: 'Normal' | 'Warning';
    readonly reason: EventReason;
    readonly message: string;
  }): void;
}

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Makes keys and signs certificates; ECDSA on P-256. */
export interface CertificateIssuer {
  /** A certificate that signs others, signed by itself. */
  makeAuthority(options: Validity & { readonly commonName: string }): Promise<KeyPair>;
  /** A certificate for a server of these names. */
  issueLeaf(
    authority: KeyPair,
    options: Validity & { readonly dnsNames: readonly string[] },
  ): Promise<KeyPair>;
}

/** A Secret as it was read. */
export interface StoredSecret {
  readonly resourceVersion: string;
  /** Decoded texts by key. */
  readonly data: Readonly<Record<string, string>>;
}

/** What the API server calls webhooks by. */
export interface WebhookConfigurationState {
  readonly kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration';
  readonly name: string;
  readonly resourceVersion: string;
  /** PEM, one for each of its webhooks; empty where there is none. */
  readonly caBundles: readonly string[];
  /** Whether cert-manager is asked to fill them. */
  readonly isInjectedByCertManager: boolean;
}

/** Where certificates are kept. Throws errors with the kinds of the API server: `conflict` when something changed since. */
export interface WebhookCertificateStore {
  readSecret(name: string, signal: AbortSignal): Promise<StoredSecret | undefined>;
  /** Creates the Secret, or replaces the keys of the one that was read; an undefined key is removed. */
  writeSecret(
    name: string,
    data: Readonly<Record<string, string | undefined>>,
    read: StoredSecret | undefined,
    signal: AbortSignal,
  ): Promise<void>;
  /** Those of our configurations that exist. */
  readConfigurations(signal: AbortSignal): Promise<readonly WebhookConfigurationState[]>;
  setCaBundle(configuration: WebhookConfigurationState, pem: string, signal: AbortSignal): Promise<void>;
}
