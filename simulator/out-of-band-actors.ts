import {
  AdminInputError,
  type JsonObject,
  booleanOr,
  jsonObject,
  neededInteger,
  neededText,
  oneOf,
  onlyFields,
  optionalInteger,
  optionalText,
  textList,
  textMap,
} from './admin-input.ts';
import { retag } from './actions/tag-actions.ts';
import { Ec2Error } from './ec2-error.ts';
import { startInstance, stopInstance, terminateInstance } from './instance-lifecycle.ts';
import {
  attachInterface,
  createInterface,
  deleteInterface,
  detachInterface,
  finishDetach,
  interfacesOf,
  poolOf,
} from './interface-lifecycle.ts';
import type { Entity, Instance, NetworkInterface, Tags } from './model.ts';
import type { TableReader } from './table.ts';
import type { World } from './world.ts';

/** An actor does something nobody asked the caller for; returns the ids it touched or made. */
interface Actor {
  readonly fields: readonly string[];
  readonly act: (world: World, body: JsonObject) => readonly string[];
}

function existing<T extends Entity>(reader: TableReader<T>, body: JsonObject, field: string): T {
  const id = neededText(body, field);
  const entity = reader.get(id);
  if (entity === undefined) throw new AdminInputError(field, id, 'name one that exists, see GET /_sim/state');
  return entity;
}

function existingInterface(world: World, body: JsonObject): NetworkInterface {
  return existing(world.networkInterfaces, body, 'networkInterfaceId');
}

function existingInstance(world: World, body: JsonObject): Instance {
  return existing(world.instances, body, 'instanceId');
}

function foreignInterface(
  world: World,
  subnetId: string,
  wish: { description: string; tags: Tags; addressCount: number },
): NetworkInterface {
  const subnet = world.subnets.get(subnetId);
  if (subnet === undefined)
    throw new AdminInputError('subnetId', subnetId, 'name one that exists, see GET /_sim/state');
  const groups = world.securityGroups.withKey(`vpc-id=${subnet.vpcId}`);
  return createInterface(world, {
    subnet,
    ...wish,
    interfaceType: 'interface',
    groupIds: groups.filter((group) => group.groupName === 'default').map((group) => group.id),
    wishedAddresses: [],
    ipv4PrefixCount: 0,
    ipv6AddressCount: 0,
    ipv6PrefixCount: 0,
    visibleAtMs: 0,
  });
}

// aws/amazon-vpc-cni-k8s, pkg/awsutils: description aws-K8S-<instance> and this tag mark the CNI's interfaces.
function fillIndex(world: World, body: JsonObject): readonly string[] {
  const instance = existingInstance(world, body);
  const deviceIndex = neededInteger(body, 'deviceIndex', { min: 0, max: 127 });
  const networkCardIndex = optionalInteger(body, 'networkCardIndex', { min: 0, max: 127 }) ?? 0;
  const isTaken = interfacesOf(world, instance.id).some(
    ({ attachment }) =>
      attachment?.deviceIndex === deviceIndex && attachment.networkCardIndex === networkCardIndex,
  );
  if (isTaken)
    throw new AdminInputError('deviceIndex', deviceIndex, `choose a free one, it is taken on ${instance.id}`);
  const created = foreignInterface(world, optionalText(body, 'subnetId') ?? instance.subnetId, {
    description: `aws-K8S-${instance.id}`,
    tags: { 'node.k8s.amazonaws.com/instance_id': instance.id },
    addressCount: 1,
  });
  attachInterface(world, created, { instance, deviceIndex, networkCardIndex, deleteOnTermination: true });
  return [created.id];
}

function fillSubnet(world: World, body: JsonObject): readonly string[] {
  const subnet = existing(world.subnets, body, 'subnetId');
  const leaveFree = optionalInteger(body, 'leaveFree', { min: 0, max: 65_536 }) ?? 0;
  const addressCount = poolOf(world, subnet.id).free() - leaveFree;
  if (addressCount <= 0) return [];
  return [foreignInterface(world, subnet.id, { description: 'subnet filler', tags: {}, addressCount }).id];
}

function removeInterface(world: World, body: JsonObject): readonly string[] {
  const item = existingInterface(world, body);
  if (item.attachment !== undefined) finishDetach(world, item.id, item.attachment.id);
  deleteInterface(world, world.networkInterfaces.get(item.id) ?? item);
  return [item.id];
}

function changeTags(change: (present: Tags, body: JsonObject) => Tags): Actor['act'] {
  return (world, body) => {
    const id = neededText(body, 'resourceId');
    retag(world, id, (present) => change(present, body));
    return [id];
  };
}

/** Names accepted as `kind`. */
const ACTOR_KINDS = [
  'detach',
  'delete',
  'retag',
  'untag',
  'fill-index',
  'fill-subnet',
  'terminate-instance',
  'stop-instance',
  'start-instance',
  'modify-groups',
  'modify-source-dest-check',
  'modify-delete-on-termination',
] as const;

/** One of {@link ACTOR_KINDS}. */
export type ActorKind = (typeof ACTOR_KINDS)[number];

const ACTORS: Readonly<Record<ActorKind, Actor>> = {
  detach: {
    fields: ['networkInterfaceId', 'force'],
    act: (world, body) => {
      const item = existingInterface(world, body);
      detachInterface(world, item, booleanOr(body, 'force', false));
      return [item.id];
    },
  },
  delete: { fields: ['networkInterfaceId'], act: removeInterface },
  retag: {
    fields: ['resourceId', 'tags'],
    act: changeTags((present, body) => ({ ...present, ...textMap(body, 'tags') })),
  },
  untag: {
    fields: ['resourceId', 'keys'],
    act: changeTags((present, body) => {
      const keys = textList(body, 'keys');
      return Object.fromEntries(Object.entries(present).filter(([key]) => !keys.includes(key)));
    }),
  },
  'fill-index': { fields: ['instanceId', 'deviceIndex', 'networkCardIndex', 'subnetId'], act: fillIndex },
  'fill-subnet': { fields: ['subnetId', 'leaveFree'], act: fillSubnet },
  'terminate-instance': {
    fields: ['instanceId'],
    act: (world, body) => {
      const instance = existingInstance(world, body);
      // API reference, StateReason: what a reclaimed spot instance carries.
      terminateInstance(world, instance, 'Server.SpotInstanceTermination');
      return [instance.id];
    },
  },
  'stop-instance': {
    fields: ['instanceId'],
    act: (world, body) => {
      const instance = existingInstance(world, body);
      if (instance.state === 'running') stopInstance(world, instance);
      return [instance.id];
    },
  },
  'start-instance': {
    fields: ['instanceId'],
    act: (world, body) => {
      const instance = existingInstance(world, body);
      if (instance.state === 'stopped') startInstance(world, instance);
      return [instance.id];
    },
  },
  'modify-groups': {
    fields: ['networkInterfaceId', 'groupIds'],
    act: (world, body) => {
      const item = existingInterface(world, body);
      const groupIds = textList(body, 'groupIds');
      const unknown = groupIds.find((id) => world.securityGroups.get(id) === undefined);
      if (unknown !== undefined) throw new AdminInputError('groupIds', unknown, 'name groups that exist');
      world.networkInterfaces.put({ ...item, groupIds });
      return [item.id];
    },
  },
  'modify-source-dest-check': {
    fields: ['networkInterfaceId', 'sourceDestCheck'],
    act: (world, body) => {
      const item = existingInterface(world, body);
      world.networkInterfaces.put({ ...item, sourceDestCheck: booleanOr(body, 'sourceDestCheck', true) });
      return [item.id];
    },
  },
  'modify-delete-on-termination': {
    fields: ['networkInterfaceId', 'deleteOnTermination'],
    act: (world, body) => {
      const item = existingInterface(world, body);
      if (item.attachment === undefined) {
        throw new AdminInputError('networkInterfaceId', item.id, 'name one that is attached');
      }
      const deleteOnTermination = booleanOr(body, 'deleteOnTermination', true);
      world.networkInterfaces.put({ ...item, attachment: { ...item.attachment, deleteOnTermination } });
      return [item.id];
    },
  },
};

/** Lets an actor loose on the world. Returns the ids it touched or made. @throws AdminInputError */
export function actOutOfBand(world: World, value: unknown): readonly string[] {
  const body = jsonObject('body', value);
  const kind = oneOf(body, 'kind', ACTOR_KINDS);
  const actor = ACTORS[kind];
  onlyFields(body, ['kind', ...actor.fields]);
  world.timeline.settle();
  try {
    return actor.act(world, body);
  } catch (error) {
    if (error instanceof Ec2Error) throw new AdminInputError('kind', kind, error.message);
    throw error;
  }
}
