import type { ActionDefinition, CallContext } from '../call-context.ts';
import { readClientToken } from '../client-token.ts';
import { startInstance } from '../instance-lifecycle.ts';
import {
  attachInterface,
  checkInterfaceQuota,
  createInterface,
  deleteInterface,
} from '../interface-lifecycle.ts';
import type { Instance, NetworkInterface, Tags } from '../model.ts';
import { reservationViews } from '../views/instance-view.ts';
import type { XmlObject } from '../xml.ts';
import { type LaunchInterface, type LaunchPlan, readLaunchPlan } from './launch-plan.ts';

const NAME = 'RunInstances';

function makeInterface(context: CallContext, item: LaunchInterface, tags: Tags): NetworkInterface {
  if (item.existing !== undefined) return item.existing;
  return createInterface(context.world, {
    ...item,
    tags,
    addressCount: item.secondaryCount + (item.wishedAddresses.length === 0 ? 1 : 0),
    ipv6PrefixCount: 0,
    visibleAtMs: context.visibleAtMs,
  });
}

interface MadeInterface {
  readonly item: LaunchInterface;
  readonly networkInterface: NetworkInterface;
}

/** The interfaces of all instances, or none when one cannot be made. */
function makeInterfaces(context: CallContext, plan: LaunchPlan): readonly (readonly MadeInterface[])[] {
  const made: MadeInterface[] = [];
  const make = (item: LaunchInterface): MadeInterface => {
    const entry = { item, networkInterface: makeInterface(context, item, plan.interfaceTags) };
    made.push(entry);
    return entry;
  };
  try {
    return Array.from({ length: plan.instances }, () => plan.interfaces.map(make));
  } catch (error) {
    for (const { item, networkInterface } of made) {
      if (item.existing === undefined) deleteInterface(context.world, networkInterface);
    }
    throw error;
  }
}

interface Launch {
  readonly interfaces: readonly MadeInterface[];
  readonly reservationId: string;
  readonly clientToken: string;
  readonly amiLaunchIndex: number;
}

function launch(context: CallContext, plan: LaunchPlan, { interfaces, ...ids }: Launch): Instance {
  const { world, nowMs, visibleAtMs } = context;
  const primary = interfaces.find(
    ({ item }) => item.deviceIndex === 0 && item.networkCardIndex === 0,
  )?.networkInterface;
  if (primary === undefined) throw new Error('a launch plan without a primary interface passed its checks');
  const { instance } = startInstance(world, {
    id: world.newId('instance'),
    sequence: world.nextSequence(),
    createdAtMs: nowMs,
    visibleAtMs,
    tags: plan.instanceTags,
    instanceType: plan.instanceType,
    imageId: plan.imageId,
    subnetId: primary.subnetId,
    vpcId: primary.vpcId,
    availabilityZone: primary.availabilityZone,
    state: 'pending',
    launchedAtMs: nowMs,
    ...ids,
    privateIpAddress: primary.privateIpAddresses[0] ?? '',
    spot: plan.spot,
    stateReason: undefined,
  });
  for (const { item, networkInterface } of interfaces) {
    attachInterface(world, networkInterface, { ...item, instance });
  }
  context.touch(instance.id);
  return instance;
}

function onlyReservation({ world }: CallContext, instances: readonly Instance[]): XmlObject {
  return reservationViews({ world, view: world }, instances)[0] ?? {};
}

/** RunInstances: all or nothing (MaxCount instances); a ClientToken gives the same reservation again. */
export const runInstances: ActionDefinition = {
  name: NAME,
  params: [
    'ImageId',
    'InstanceType',
    'MinCount',
    'MaxCount',
    'SubnetId',
    'SecurityGroupId',
    'PrivateIpAddress',
    'Ipv6AddressCount',
    'NetworkInterface',
    'TagSpecification',
    'ClientToken',
    'InstanceMarketOptions',
  ],
  ignored: [
    'BlockDeviceMapping',
    'CpuOptions',
    'CreditSpecification',
    'DisableApiTermination',
    'EbsOptimized',
    'IamInstanceProfile',
    'InstanceInitiatedShutdownBehavior',
    'KeyName',
    'MetadataOptions',
    'Monitoring',
    'Placement',
    'PrivateDnsNameOptions',
    'UserData',
  ],
  run: (context) => {
    const { world } = context;
    const token = readClientToken(context, NAME);
    if (token?.known !== undefined) {
      return onlyReservation(
        context,
        token.known.resourceIds.flatMap((id) => world.instances.get(id) ?? []),
      );
    }
    const plan = readLaunchPlan(context);
    checkInterfaceQuota(
      world,
      plan.instances * plan.interfaces.filter((item) => item.existing === undefined).length,
    );
    context.confirm();
    const reservationId = world.newId('reservation');
    const clientToken = token?.value ?? '';
    const launched = makeInterfaces(context, plan).map((interfaces, amiLaunchIndex) =>
      launch(context, plan, { interfaces, reservationId, clientToken, amiLaunchIndex }),
    );
    token?.remember(
      launched.map((instance) => instance.id),
      undefined,
    );
    return onlyReservation(context, launched);
  },
};
