import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { Instance, Subnet } from '../../domain/ec2-resources.ts';
import { type EffectiveSpec, effectiveSpec } from '../../domain/effective-spec.ts';
import {
  type Claim,
  type ClaimedPlace,
  claimKeys,
  placeKeys,
  type Rank,
  type Ranked,
  rankOf,
} from '../../domain/index-claims.ts';
import { type ClusterNode, matchesSelector } from '../../domain/node-selection.ts';
import { chooseSubnets } from '../../domain/subnet-choice.ts';
import type { Caches } from '../caches.ts';

/** A NodeENI that may want what another one wants, too. */
export interface Rival {
  readonly name: string;
  readonly spec: EffectiveSpec;
  readonly rank: Rank;
}

function toRanked(nodeEni: NodeENI): Ranked {
  const { name, creationTimestamp, annotations } = nodeEni.metadata;
  const replaces = annotations?.[ADMISSION_ANNOTATIONS.replaces];
  return {
    name,
    createdAtMs: Date.parse(creationTimestamp),
    ...(replaces === undefined ? {} : { replaces }),
  };
}

/** The NodeENI's rank among all those of the cache. */
export function rankIn(nodeEni: NodeENI, { nodeEnis }: Pick<Caches, 'nodeEnis'>): Rank {
  return rankOf(toRanked(nodeEni), (name) => {
    const found = nodeEnis.get(name);
    return found === undefined ? undefined : toRanked(found);
  });
}

/** Where the NodeENI's interface of that index is to be. */
export function placeOf(
  { networkCardIndex, dpdk }: Pick<EffectiveSpec, 'networkCardIndex' | 'dpdk'>,
  deviceIndex: number,
): ClaimedPlace {
  const pci = dpdk?.pciAddress === undefined ? {} : { pciAddress: dpdk.pciAddress };
  return { networkCardIndex, deviceIndex, ...pci };
}

/** No node can have the labels of both. */
function areDisjoint(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.entries(a).some(([key, value]) => Object.hasOwn(b, key) && b[key] !== value);
}

/**
 * NodeENIs that may want one of the places on a node that this one selects, or a place of such a NodeENI; found by index, not by
 * looking at all. Those being deleted want nothing any more.
 */
export function findRivals(
  self: { readonly name: string; readonly spec: EffectiveSpec },
  deviceIndexes: ReadonlySet<number>,
  { nodeEnis }: Pick<Caches, 'nodeEnis'>,
): Rival[] {
  const rivals = new Map<string, Rival>();
  const queue = [...deviceIndexes].flatMap((deviceIndex) => placeKeys(placeOf(self.spec, deviceIndex)));
  const seen = new Set(queue);
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    for (const nodeEni of nodeEnis.byIndex('place', place)) {
      const { name, deletionTimestamp } = nodeEni.metadata;
      if (name === self.name || rivals.has(name) || deletionTimestamp !== undefined) continue;
      if (areDisjoint(self.spec.nodeSelector, nodeEni.spec.nodeSelector)) continue;
      const spec = effectiveSpec(nodeEni.spec);
      rivals.set(name, { name, spec, rank: rankIn(nodeEni, { nodeEnis }) });
      // An interface that wants an index and a PCI address gets both or none: who has the one decides on the other.
      if (spec.dpdk?.pciAddress === undefined) continue;
      const further = placeKeys(placeOf(spec, spec.deviceIndex)).filter((key) => !seen.has(key));
      for (const key of further) seen.add(key);
      queue.push(...further);
    }
  }
  return [...rivals.values()];
}

/** What a rival would claim on an instance where it has no attachment for it yet. */
export function claimsOfRival(
  { name, spec, rank }: Rival,
  at: {
    readonly instance: Instance;
    readonly nodes: readonly ClusterNode[];
    readonly attachments: readonly NodeENIAttachment[];
    readonly subnets: readonly Subnet[];
  },
): Claim[] {
  if (!at.nodes.some((node) => matchesSelector(spec.nodeSelector, node.labels))) return [];
  const own = at.attachments.filter((attachment) => attachment.spec.nodeENI.name === name);
  const { choices } = chooseSubnets({
    slots: spec.slots,
    baseDeviceIndex: spec.deviceIndex,
    place: at.instance,
    subnets: at.subnets,
    frozen: own
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map((attachment) => ({
        slotKey: attachment.spec.slot,
        subnetId: attachment.spec.subnetID,
        deviceIndex: attachment.spec.deviceIndex,
      })),
  });
  return choices
    .filter(({ slot }) => !own.some((attachment) => attachment.spec.slot === slot.key))
    .map(({ deviceIndex }) => ({
      nodeEniName: name,
      rank,
      keys: claimKeys(at.instance.instanceId, placeOf(spec, deviceIndex)),
    }));
}
