import { CNI_OPT_OUT_TAGS, ENI_TAGS, MANAGED_BY } from '../../api/v1alpha1/names.ts';
import { defaultNameTag } from './eni-defaults.ts';
import { fnv1a } from './fnv1a.ts';

/** Identity of a cluster in EC2 tags: the name people gave and the uid of namespace kube-system. */
export interface ClusterIdentity {
  readonly name: string;
  readonly uid: string;
}

/** What an ENI is for, independent of uids: survives the loss of every Kubernetes object. */
export interface EniPurpose {
  readonly nodeEniName: string;
  readonly instanceId: string;
  readonly slotKey: string;
}

/** EC2 refuses tag values over 256 characters (EC2 User Guide, Tag restrictions). */
const MAX_TAG_VALUE = 256;

/**
 * Every tag that CreateNetworkInterface sends: the user's, then ours, which win. A user's `Name` is kept.
 */
export function eniTags(input: {
  readonly cluster: ClusterIdentity;
  readonly purpose: EniPurpose;
  readonly nodeName: string;
  readonly nodeEniUid: string;
  readonly attachmentUid: string;
  readonly attempt: number;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly userTags: Readonly<Record<string, string>>;
}): Record<string, string> {
  return {
    Name: defaultNameTag(input.purpose.nodeEniName, input.nodeName),
    ...input.userTags,
    ...CNI_OPT_OUT_TAGS,
    ...identityTags(input.cluster, input.purpose),
    [ENI_TAGS.nodeEniUid]: input.nodeEniUid,
    [ENI_TAGS.attachment]: input.attachmentUid,
    [ENI_TAGS.attempt]: String(input.attempt),
    [ENI_TAGS.createdAt]: input.createdAt,
  };
}

/** The tags without which an ENI is not ours, or not for this purpose. */
export function identityTags(cluster: ClusterIdentity, purpose: EniPurpose): Record<string, string> {
  return {
    [ENI_TAGS.managedBy]: MANAGED_BY,
    [ENI_TAGS.cluster]: cluster.name,
    [ENI_TAGS.clusterUid]: cluster.uid,
    [ENI_TAGS.nodeEni]: purpose.nodeEniName,
    [ENI_TAGS.instance]: purpose.instanceId,
    [ENI_TAGS.slot]: slotTag(purpose.slotKey),
  };
}

/**
 * A slot key as a tag value; a name may have 255 characters, its key a few more than a tag value holds. A
 * long key ends in its hash, so that two of them never serve each other's purpose, and no character is cut in two.
 */
function slotTag(slotKey: string): string {
  const characters = Array.from(slotKey);
  if (characters.length <= MAX_TAG_VALUE) return slotKey;
  const hash = fnv1a(slotKey);
  return `${characters.slice(0, MAX_TAG_VALUE - hash.length - 1).join('')}-${hash}`;
}

/** Whether the tags say that this operator made the ENI for this cluster. Nothing else is ever touched. */
export function isOwned(tags: Readonly<Record<string, string>>, cluster: ClusterIdentity): boolean {
  return (
    tags[ENI_TAGS.managedBy] === MANAGED_BY &&
    tags[ENI_TAGS.cluster] === cluster.name &&
    tags[ENI_TAGS.clusterUid] === cluster.uid
  );
}

/** Whether the tags name this purpose. */
export function servesPurpose(tags: Readonly<Record<string, string>>, purpose: EniPurpose): boolean {
  return (
    tags[ENI_TAGS.nodeEni] === purpose.nodeEniName &&
    tags[ENI_TAGS.instance] === purpose.instanceId &&
    tags[ENI_TAGS.slot] === slotTag(purpose.slotKey)
  );
}

/**
 * Text whose SHA-256 is the ClientToken of an attempt (EC2 API, Ensuring idempotency). It depends on the
 * attachment's uid, so a re-created attachment never sends a spent token, and on nothing that can change
 * between a crash and the retry.
 */
export function clientTokenText(cluster: ClusterIdentity, attachmentUid: string, attempt: number): string {
  return JSON.stringify([cluster.name, cluster.uid, attachmentUid, attempt]);
}
