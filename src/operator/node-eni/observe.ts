import type { NodeENI, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { type ExistingAttachment, type IntentInput, selectedNodes } from '../../domain/attachment-intent.ts';
import type { Instance } from '../../domain/ec2-resources.ts';
import { effectiveSpec } from '../../domain/effective-spec.ts';
import type { ClusterNode } from '../../domain/node-selection.ts';
import type { Caches } from '../caches.ts';
import type { Ec2Directories, InstanceAge } from '../engine/ec2-directories.ts';

/** What {@link observeNodeEni} needs. */
export interface ObserveNodeEniDeps {
  readonly caches: Caches;
  readonly directories: Ec2Directories;
  readonly detachGraceMs: number;
  readonly nodeGoneGraceMs: number;
}

/** An instance that is running is asked for again only when something has to be decided on it. */
const SETTLED: InstanceAge = { maxAgeMs: Number.POSITIVE_INFINITY, maxAbsentAgeMs: 10_000 };
const RECENT: InstanceAge = { maxAgeMs: 10_000, maxAbsentAgeMs: 10_000 };

function toExisting(attachment: NodeENIAttachment): ExistingAttachment {
  const { metadata, spec, status } = attachment;
  return {
    name: metadata.name,
    uid: metadata.uid,
    nodeName: spec.nodeName,
    instanceId: spec.instanceID,
    slotKey: spec.slot,
    subnetId: spec.subnetID,
    deviceIndex: spec.deviceIndex,
    isReleasing: metadata.deletionTimestamp !== undefined,
    ...(status.unwantedSince === undefined ? {} : { unwantedSinceMs: Date.parse(status.unwantedSince) }),
  };
}

/** Instances whose age does not matter, and those that something is about to be decided on. */
function sortInstanceIds(
  input: {
    readonly nodes: readonly ClusterNode[];
    readonly attachments: readonly NodeENIAttachment[];
  },
  deps: ObserveNodeEniDeps,
): { readonly settled: string[]; readonly recent: string[] } {
  const used = new Set(input.attachments.map((attachment) => attachment.spec.instanceID));
  const present = new Set(input.nodes.map((node) => node.instanceId).filter((id) => id !== undefined));
  const ids = [...new Set([...present, ...used])];
  const isSettled = (id: string): boolean =>
    deps.directories.peekInstance(id)?.state === 'running' &&
    (present.has(id) || deps.caches.nodes.byIndex('instance', id).length > 0);
  return { settled: ids.filter((id) => isSettled(id)), recent: ids.filter((id) => !isSettled(id)) };
}

async function readInstances(
  ids: { readonly settled: string[]; readonly recent: string[] },
  deps: ObserveNodeEniDeps,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Instance>> {
  const [settled, recent] = await Promise.all([
    deps.directories.instances(ids.settled, SETTLED, signal),
    deps.directories.instances(ids.recent, RECENT, signal),
  ]);
  return new Map([...settled, ...recent]);
}

/** Reads everything that the intent of one NodeENI depends on. @throws errors of EC2 reads */
export async function observeNodeEni(
  nodeEni: NodeENI,
  nowMs: number,
  deps: ObserveNodeEniDeps,
  signal: AbortSignal,
): Promise<IntentInput> {
  const { caches, directories } = deps;
  const isDeleting = nodeEni.metadata.deletionTimestamp !== undefined;
  const spec = effectiveSpec(nodeEni.spec);
  const attachments = caches.attachments.byIndex('nodeEni', nodeEni.metadata.name);
  const nodes = caches.nodes.list();
  const common = {
    isDeleting,
    spec,
    nodes,
    attachments: attachments.map((attachment) => toExisting(attachment)),
    nowMs,
    detachGraceMs: deps.detachGraceMs,
    nodeGoneGraceMs: deps.nodeGoneGraceMs,
  };
  if (isDeleting) return { ...common, instances: new Map(), subnets: [], securityGroups: [] };
  const selected = selectedNodes(spec, nodes);
  // What is missing or ambiguous may be cured any moment, and EC2 does not tell.
  const isTroubled = (nodeEni.status.conditions ?? []).some(({ type }) => type === 'Stalled');
  const [instances, subnets, securityGroups] = await Promise.all([
    readInstances(sortInstanceIds({ nodes: selected, attachments }, deps), deps, signal),
    selected.length === 0 ? [] : directories.subnets(spec.slots, signal, isTroubled),
    selected.length === 0 ? [] : directories.securityGroups(spec, signal, isTroubled),
  ]);
  return { ...common, instances, subnets, securityGroups };
}
