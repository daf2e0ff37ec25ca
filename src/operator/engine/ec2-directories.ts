import { ENI_TAGS, REFERENCE_TAGS } from '../../../api/v1alpha1/names.ts';
import type { Eni, Instance, InstanceTypeLimits, SecurityGroup, Subnet } from '../../domain/ec2-resources.ts';
import type { SecurityGroupFields } from '../../domain/security-group-choice.ts';
import type { SubnetSlot } from '../../domain/subnet-slots.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Ec2Reader } from '../ports.ts';
import { type AnswerAge, CachedDirectory } from './cached-directory.ts';

/** Questions that come so close to each other go into one call. */
const BATCH_MS = 50;
/** Attachments that are made one after the other, as fast as an API server takes them, would all but ask one by one. */
const INSTANCES_SPACING = { afterLastMs: 500, belowKeys: 50 };
const MINUTE_MS = 60_000;

/** Networks change rarely; what is missing may be made any moment. */
const NETWORK_AGE = { maxAgeMs: 30 * MINUTE_MS, maxAbsentAgeMs: MINUTE_MS };
/** A little less than the recheck of what waits for a subnet or group. */
const TROUBLED_NETWORK_AGE = { maxAgeMs: 55_000, maxAbsentAgeMs: 55_000 };
/** Limits of a type do not change; an unknown type may become known with a new Region or opt-in. */
const TYPE_AGE = { maxAgeMs: 24 * 60 * MINUTE_MS, maxAbsentAgeMs: 30 * MINUTE_MS };

/** Values in one filter (EC2 API, Filter). */
const INSTANCES_PER_CALL = 200;
/** An answer so young satisfies whoever comes next. */
const READ_AHEAD_OLDER_MS = 2_000;

/** How old an answer about instances may be. An outdated one is wrong about their interfaces only. */
export type InstanceAge = AnswerAge;
/** Only ENIs that bear one of these can ask to be taken over. */
const TAKEOVER_TAG_KEYS = [ENI_TAGS.nodeEni, REFERENCE_TAGS.nodeEni];

/** What EC2 knows besides ENIs, remembered and asked for in batches. */
export interface Ec2Directories {
  /** Those of the instances that exist. */
  instances(
    ids: readonly string[],
    age: InstanceAge,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Instance>>;
  /** The instance as last read, however old. */
  peekInstance(id: string): Instance | undefined;
  /** The instance is known to have changed. */
  invalidateInstance(id: string): void;
  /** Interfaces of the instance are known to have changed, and nothing else of it. */
  interfacesChanged(id: string): void;
  /** ENIs attached to the instance that may ask to be taken over: they bear the tag of one of {@link TAKEOVER_TAG_KEYS}. */
  enisToTakeOver(instanceId: string, age: InstanceAge, signal: AbortSignal): Promise<readonly Eni[]>;
  limits(instanceType: string, signal: AbortSignal): Promise<InstanceTypeLimits | undefined>;
  /** All subnets that the slots name, in any zone; read anew within a minute while something is `isTroubled`. */
  subnets(slots: readonly SubnetSlot[], signal: AbortSignal, isTroubled?: boolean): Promise<Subnet[]>;
  /** All groups that the fields name, in any VPC; likewise. */
  securityGroups(
    fields: SecurityGroupFields,
    signal: AbortSignal,
    isTroubled?: boolean,
  ): Promise<SecurityGroup[]>;
}

function networkAge(isTroubled: boolean): InstanceAge {
  return isTroubled ? TROUBLED_NETWORK_AGE : NETWORK_AGE;
}

function byKey<V>(entries: readonly (readonly [string, V])[]): Map<string, V[]> {
  const map = new Map<string, V[]>();
  for (const [key, value] of entries) map.set(key, [...(map.get(key) ?? []), value]);
  return map;
}

function valuesOf(keys: readonly string[], kind: 'id' | 'name'): string[] {
  return keys.filter((key) => key.startsWith(`${kind}/`)).map((key) => key.slice(kind.length + 1));
}

/**
 * Creates the directories; they read nothing before they are asked. `soonNeeded` names instances that will be asked
 * for, the next ones first.
 */
export function createEc2Directories(
  reader: Ec2Reader,
  clock: Clock,
  soonNeeded: () => Iterable<string> = () => [],
): Ec2Directories {
  const instances = new CachedDirectory<Instance>({
    clock,
    batchMs: BATCH_MS,
    spacing: INSTANCES_SPACING,
    readAhead: { keys: soonNeeded, callSize: INSTANCES_PER_CALL, olderThanMs: READ_AHEAD_OLDER_MS },
    read: async (ids, signal) =>
      new Map(
        (await reader.describeInstances(ids, signal)).map((instance) => [instance.instanceId, instance]),
      ),
  });
  const takeovers = new CachedDirectory<readonly Eni[]>({
    clock,
    batchMs: BATCH_MS,
    read: async (ids, signal) => {
      const found = await reader.listEnisOfInstances(ids, TAKEOVER_TAG_KEYS, signal);
      const byInstance = Map.groupBy(found, ({ attachment }) => attachment?.instanceId);
      return new Map(ids.map((id) => [id, byInstance.get(id) ?? []]));
    },
  });
  const types = new CachedDirectory<InstanceTypeLimits>({
    clock,
    batchMs: BATCH_MS,
    read: async (names, signal) =>
      new Map((await reader.describeInstanceTypes(names, signal)).map((type) => [type.instanceType, type])),
  });
  const subnets = new CachedDirectory<Subnet[]>({
    clock,
    batchMs: BATCH_MS,
    read: async (keys, signal) => {
      const query = { ids: valuesOf(keys, 'id'), names: valuesOf(keys, 'name') };
      const found = await reader.describeSubnets(query, signal);
      return byKey(
        found.flatMap((subnet) => [
          [`id/${subnet.subnetId}`, subnet],
          ...(subnet.name === undefined ? [] : [[`name/${subnet.name}`, subnet] as const]),
        ]),
      );
    },
  });
  const groups = new CachedDirectory<SecurityGroup[]>({
    clock,
    batchMs: BATCH_MS,
    read: async (keys, signal) => {
      const query = { ids: valuesOf(keys, 'id'), names: valuesOf(keys, 'name') };
      const found = await reader.describeSecurityGroups(query, signal);
      return byKey(
        found.flatMap((group) =>
          [
            ...new Set([
              `id/${group.groupId}`,
              `name/${group.groupName}`,
              `name/${group.name ?? group.groupName}`,
            ]),
          ].map((key) => [key, group] as const),
        ),
      );
    },
  });
  return {
    instances: (ids, age, signal) => instances.load(ids, age, signal),
    peekInstance: (id) => instances.peek(id),
    interfacesChanged: (id) => instances.outdate(id),
    invalidateInstance: (id) => {
      instances.invalidate(id);
      takeovers.invalidate(id);
    },
    enisToTakeOver: async (id, age, signal) => (await takeovers.load([id], age, signal)).get(id) ?? [],
    limits: async (type, signal) => (await types.load([type], TYPE_AGE, signal)).get(type),
    subnets: async (slots, signal, isTroubled = false) => {
      const keys = slots.map((slot) => slot.key);
      const found = [...(await subnets.load(keys, networkAge(isTroubled), signal)).values()].flat();
      return [...new Map(found.map((subnet) => [subnet.subnetId, subnet])).values()];
    },
    securityGroups: async (fields, signal, isTroubled = false) => {
      const keys = [
        ...(fields.securityGroupIDs ?? []).map((id) => `id/${id}`),
        ...(fields.securityGroupNames ?? []).map((name) => `name/${name}`),
      ];
      const found = [...(await groups.load(keys, networkAge(isTroubled), signal)).values()].flat();
      return [...new Map(found.map((group) => [group.groupId, group])).values()];
    },
  };
}
