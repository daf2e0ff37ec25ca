import { API_GROUP } from '../../../api/v1alpha1/names.ts';
import type { Node, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { NodeEniFields } from '../effective-spec.ts';
import { linkNamesOf } from '../host/host-claim.ts';
import type {
  JudgedAttachment,
  JudgedInstanceType,
  JudgedNode,
  JudgedNodeEni,
  ResolvedSlot,
} from './admission-view.ts';

/** A NodeENI as far as the rules read it: stored, or in a review that gives it a name only later. */
export interface ReadNodeEni {
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string | null;
    readonly deletionTimestamp?: string;
  };
  readonly spec: NodeEniFields;
  readonly status?: {
    readonly subnets?: readonly ResolvedSlot[];
    readonly instanceTypes?: readonly JudgedInstanceType[];
  };
}

/** A Node as far as the rules read it. */
export interface ReadNode {
  readonly metadata: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> };
}

/** Only annotations of this product count; `last-applied-configuration` would double the memory of a cache. */
function ownAnnotations(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith(`${API_GROUP}/`)));
}

function createdAtOf(creationTimestamp: string | null | undefined): { readonly createdAtMs?: number } {
  const createdAtMs = Date.parse(creationTimestamp ?? '');
  return Number.isNaN(createdAtMs) ? {} : { createdAtMs };
}

function toJudgedInstanceType({ type, networkCards }: JudgedInstanceType): JudgedInstanceType {
  const cards = networkCards.map(({ index, maximumInterfaces }) => ({ index, maximumInterfaces }));
  return { type, networkCards: cards };
}

/** What the rules read of a NodeENI. */
export function toJudgedNodeEni({ metadata, spec, status }: ReadNodeEni): JudgedNodeEni {
  const { subnets = [], instanceTypes = [] } = status ?? {};
  return {
    name: metadata.name ?? metadata.generateName ?? '',
    ...createdAtOf(metadata.creationTimestamp),
    isDeleting: metadata.deletionTimestamp !== undefined,
    annotations: ownAnnotations(metadata.annotations),
    spec,
    subnets: subnets.map(({ slot, subnetID, zone }) => ({ slot, subnetID, zone })),
    ...(instanceTypes.length === 0
      ? {}
      : { instanceTypes: instanceTypes.map((each) => toJudgedInstanceType(each)) }),
  };
}

/** What the rules read of a Node: half a kilobyte instead of twelve. */
export function toJudgedNode({ metadata }: Node | ReadNode): JudgedNode {
  return { name: metadata.name ?? '', labels: metadata.labels ?? {} };
}

/** What the rules read of a NodeENIAttachment. */
export function toJudgedAttachment(attachment: NodeENIAttachment): JudgedAttachment {
  const { metadata, spec, status } = attachment;
  const { eniID: eniId, macAddress } = status;
  return {
    name: metadata.name,
    nodeEniName: spec.nodeENI.name,
    nodeName: spec.nodeName,
    ...(eniId === undefined ? {} : { eniId }),
    ...(macAddress === undefined ? {} : { link: linkNamesOf(attachment, macAddress) }),
  };
}
