import type { Node, NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { ZONE_LABEL } from '../../api/v1alpha1/names.ts';

/** One ENI of a node, or a node without one. */
export interface SnapshotRow {
  readonly node: string;
  readonly zone: string;
  /** Absent for a node without an attachment. */
  readonly attachment?: {
    readonly subnetId: string;
    /** Absent until EC2 has made it. */
    readonly eniId: string | undefined;
    readonly deviceIndex: number;
    readonly status: string;
  };
}

/** How many EC2 calls the operator made. */
export interface CallCount {
  /** Calls that change something. */
  readonly mutating: number;
  readonly reading: number;
}

/** What a person wants to see of cluster and EC2 at one moment. */
export interface Snapshot {
  /** By node, then by device index. */
  readonly rows: readonly SnapshotRow[];
  /** Absent when there is no NodeENI. */
  readonly nodeEni?: {
    readonly desired: number;
    readonly attached: number;
    readonly ready: number;
    /** Reason of the Ready condition, if that is about the present spec. */
    readonly reason: string;
  };
  readonly ec2Calls: CallCount;
  readonly elapsedMs: number;
}

/** Everything a {@link Snapshot} is derived from. */
export interface SnapshotFacts {
  readonly nodes: readonly Node[];
  readonly attachments: readonly NodeENIAttachment[];
  readonly nodeEni: NodeENI | undefined;
  readonly ec2Calls: CallCount;
  readonly elapsedMs: number;
}

/** Puts together what belongs together. */
export function toSnapshot(facts: SnapshotFacts): Snapshot {
  const { nodes, attachments, nodeEni, ec2Calls, elapsedMs } = facts;
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  const rows = nodes
    .toSorted((a, b) => compare(nameOf(a), nameOf(b)))
    .flatMap((node) =>
      rowsOf(
        node,
        attachments.filter(({ spec }) => spec.nodeName === nameOf(node)),
      ),
    );
  return { rows, ...(nodeEni === undefined ? {} : { nodeEni: countsOf(nodeEni) }), ec2Calls, elapsedMs };
}

function nameOf(node: Node): string {
  return node.metadata.name;
}

function rowsOf(node: Node, attachments: readonly NodeENIAttachment[]): readonly SnapshotRow[] {
  const place = { node: nameOf(node), zone: node.metadata.labels?.[ZONE_LABEL] ?? '' };
  if (attachments.length === 0) return [place];
  return attachments
    .toSorted((a, b) => a.spec.deviceIndex - b.spec.deviceIndex)
    .map(({ spec, status }) => ({
      ...place,
      attachment: {
        subnetId: spec.subnetID,
        eniId: status.eniID,
        deviceIndex: spec.deviceIndex,
        status: status.state ?? 'Pending',
      },
    }));
}

function countsOf({ metadata, status }: NodeENI): NonNullable<Snapshot['nodeEni']> {
  const ready = status.conditions?.find(
    ({ type, observedGeneration }) => type === 'Ready' && observedGeneration === metadata.generation,
  );
  return {
    desired: status.desiredAttachments ?? 0,
    attached: status.attachedAttachments ?? 0,
    ready: status.readyAttachments ?? 0,
    reason: ready?.reason ?? 'Pending',
  };
}
