import type { CallContext } from '../call-context.ts';
import { findInstanceType } from '../instance-types.ts';
import { interfacesOf } from '../interface-lifecycle.ts';
import type { Instance, InstanceState, NetworkInterface } from '../model.ts';
import { tagSet } from '../tags.ts';
import type { World } from '../world.ts';
import type { XmlObject } from '../xml.ts';
import {
  ACCOUNT_ID,
  groupSet,
  networkInterfaceView,
  privateDnsName,
  timestamp,
} from './network-interface-view.ts';

// API reference, InstanceState.
const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** API reference, InstanceState. */
export function stateView(state: InstanceState): XmlObject {
  return { code: STATE_CODES[state], name: state };
}

function stateReasonView(reason: string): XmlObject {
  return { code: reason, message: reason };
}

// A terminated instance has lost its place in the network.
function networkView(world: World, item: Instance, primary: NetworkInterface | undefined): XmlObject {
  const isGone = item.state === 'terminated';
  return {
    privateDnsName: isGone ? '' : privateDnsName(item.privateIpAddress),
    subnetId: isGone ? undefined : item.subnetId,
    vpcId: isGone ? undefined : item.vpcId,
    privateIpAddress: isGone ? undefined : item.privateIpAddress,
    sourceDestCheck: primary?.sourceDestCheck,
    groupSet: groupSet(world, primary?.groupIds ?? []),
  };
}

/** API reference, Instance. `interfaces` are those attached, the primary one first. */
function instanceView(world: World, item: Instance, interfaces: readonly NetworkInterface[]): XmlObject {
  return {
    instanceId: item.id,
    imageId: item.imageId,
    instanceState: stateView(item.state),
    dnsName: '',
    reason: item.stateReason ?? '',
    amiLaunchIndex: item.amiLaunchIndex,
    instanceType: item.instanceType,
    launchTime: timestamp(item.launchedAtMs),
    placement: { availabilityZone: item.availabilityZone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    ...networkView(world, item, interfaces[0]),
    stateReason: item.stateReason === undefined ? undefined : stateReasonView(item.stateReason),
    architecture: findInstanceType(item.instanceType)?.architecture ?? 'x86_64',
    rootDeviceType: 'ebs',
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    instanceLifecycle: item.spot ? 'spot' : undefined,
    clientToken: item.clientToken,
    tagSet: tagSet(item.tags),
    networkInterfaceSet: interfaces.map((networkInterface) => networkInterfaceView(world, networkInterface)),
    ebsOptimized: false,
    enaSupport: true,
  };
}

/** API reference, Reservation: the instances of one launch. */
export function reservationViews(
  { world, view }: Pick<CallContext, 'world' | 'view'>,
  items: readonly Instance[],
): readonly XmlObject[] {
  const byReservation = new Map<string, XmlObject[]>();
  for (const item of items) {
    const views = byReservation.get(item.reservationId) ?? [];
    views.push(instanceView(world, item, interfacesOf(view, item.id)));
    byReservation.set(item.reservationId, views);
  }
  return [...byReservation].map(([reservationId, instancesSet]) => ({
    reservationId,
    ownerId: ACCOUNT_ID,
    groupSet: [],
    instancesSet,
  }));
}
