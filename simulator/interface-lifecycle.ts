import { insufficientAddresses } from './address-pool.ts';
import { Ec2Error } from './ec2-error.ts';
import type { Attachment, Instance, NetworkInterface, Subnet, Tags } from './model.ts';
import type { TableReader } from './table.ts';
import type { World } from './world.ts';

/** What a new interface is to be. */
export interface InterfacePlan {
  readonly subnet: Subnet;
  readonly description: string;
  readonly interfaceType: string;
  readonly groupIds: readonly string[];
  readonly tags: Tags;
  /** Wished IPv4 addresses, the primary one first. */
  readonly wishedAddresses: readonly string[];
  /** IPv4 addresses to choose, the primary one included when none is wished. */
  readonly addressCount: number;
  readonly ipv4PrefixCount: number;
  readonly ipv6AddressCount: number;
  readonly ipv6PrefixCount: number;
  readonly visibleAtMs: number;
}

/** Where an interface is to be attached. */
export interface AttachmentPlan {
  readonly instance: Instance;
  readonly deviceIndex: number;
  readonly networkCardIndex: number;
  readonly deleteOnTermination: boolean;
}

function repeat(times: number, make: () => string): readonly string[] {
  return Array.from({ length: times }, make);
}

/** The pool of a subnet. @throws Error when the world lost it, which is a bug */
export function poolOf(world: World, subnetId: string): NonNullable<ReturnType<World['pools']['get']>> {
  const pool = world.pools.get(subnetId);
  if (pool === undefined) throw new Error(`subnet ${subnetId} has no address pool`);
  return pool;
}

/** Takes addresses for an interface or gives none at all. @throws Ec2Error of the address pool */
export function takeAddresses(
  world: World,
  subnetId: string,
  wish: Pick<
    InterfacePlan,
    'wishedAddresses' | 'addressCount' | 'ipv4PrefixCount' | 'ipv6AddressCount' | 'ipv6PrefixCount'
  >,
): Pick<NetworkInterface, 'privateIpAddresses' | 'ipv4Prefixes' | 'ipv6Addresses' | 'ipv6Prefixes'> {
  const pool = poolOf(world, subnetId);
  for (const address of wish.wishedAddresses) pool.check(address);
  if (pool.free() < wish.wishedAddresses.length + wish.addressCount) throw insufficientAddresses();
  const taken: string[] = [];
  const take = (make: () => string): string => {
    const address = make();
    taken.push(address);
    return address;
  };
  try {
    wish.wishedAddresses.forEach((address) => take(() => (pool.claim(address), address)));
    return {
      privateIpAddresses: [
        ...wish.wishedAddresses,
        ...repeat(wish.addressCount, () => take(() => pool.allocate())),
      ],
      ipv4Prefixes: repeat(wish.ipv4PrefixCount, () => take(() => pool.allocatePrefix())),
      ipv6Addresses: repeat(wish.ipv6AddressCount, () => take(() => pool.allocateIpv6())),
      ipv6Prefixes: repeat(wish.ipv6PrefixCount, () => take(() => pool.allocateIpv6Prefix())),
    };
  } catch (error) {
    pool.release(taken);
    throw error;
  }
}

/** Refuses what would exceed the Region quota (EC2 API reference, "Error codes": NetworkInterfaceLimitExceeded). */
export function checkInterfaceQuota(world: World, added: number): void {
  const limit = world.knobs().maxNetworkInterfaces;
  if (world.networkInterfaces.size + added > limit) {
    throw new Ec2Error(
      'NetworkInterfaceLimitExceeded',
      `The maximum number of network interfaces (${limit}) has been reached.`,
    );
  }
}

/** Makes an interface: pending now, available later (API reference, CreateNetworkInterface: status pending in the reply). */
export function createInterface(world: World, plan: InterfacePlan): NetworkInterface {
  const nowMs = world.clock.nowMs();
  const addresses = takeAddresses(world, plan.subnet.id, plan);
  const created: NetworkInterface = {
    id: world.newId('network-interface'),
    sequence: world.nextSequence(),
    createdAtMs: nowMs,
    visibleAtMs: plan.visibleAtMs,
    tags: plan.tags,
    subnetId: plan.subnet.id,
    vpcId: plan.subnet.vpcId,
    availabilityZone: plan.subnet.availabilityZone,
    description: plan.description,
    interfaceType: plan.interfaceType,
    groupIds: plan.groupIds,
    macAddress: world.newMacAddress(),
    ...addresses,
    sourceDestCheck: true,
    status: 'pending',
    attachment: undefined,
  };
  world.networkInterfaces.put(created);
  world.timeline.schedule(nowMs + world.draw(world.knobs().createLatency), () => {
    const current = world.networkInterfaces.get(created.id);
    if (current?.status === 'pending') world.networkInterfaces.put({ ...current, status: 'available' });
  });
  return created;
}

/** Attaches an interface: attaching now, attached later. */
export function attachInterface(
  world: World,
  networkInterface: NetworkInterface,
  plan: AttachmentPlan,
): Attachment {
  const nowMs = world.clock.nowMs();
  const attachment: Attachment = {
    id: world.newId('attachment'),
    instanceId: plan.instance.id,
    deviceIndex: plan.deviceIndex,
    networkCardIndex: plan.networkCardIndex,
    status: 'attaching',
    deleteOnTermination: plan.deleteOnTermination,
    attachedAtMs: nowMs,
  };
  world.networkInterfaces.put({ ...networkInterface, status: 'in-use', attachment });
  world.timeline.schedule(nowMs + world.draw(world.knobs().attachLatency), () => {
    const current = world.networkInterfaces.get(networkInterface.id);
    if (current?.attachment?.id !== attachment.id || current.attachment.status !== 'attaching') return;
    const attached: Attachment = { ...current.attachment, status: 'attached' };
    world.networkInterfaces.put({ ...current, attachment: attached });
    world.announce({ event: 'attached', networkInterface: current, attachment: attached });
  });
  return attachment;
}

/** Starts a detach: detaching now, available later. Sent again with force it ends at once (assumed). */
export function detachInterface(world: World, networkInterface: NetworkInterface, force: boolean): void {
  const attachment = networkInterface.attachment;
  if (attachment === undefined) return;
  const knobs = world.knobs();
  const isTail = world.random.latency.next() < knobs.detachTailProbability;
  const latencyMs = force ? 0 : world.draw(isTail ? knobs.detachTailLatency : knobs.detachLatency);
  world.networkInterfaces.put({ ...networkInterface, attachment: { ...attachment, status: 'detaching' } });
  world.timeline.schedule(world.clock.nowMs() + latencyMs, () =>
    finishDetach(world, networkInterface.id, attachment.id),
  );
}

/** Ends an attachment at once; nothing happens when it is already gone. */
export function finishDetach(world: World, networkInterfaceId: string, attachmentId: string): void {
  const current = world.networkInterfaces.get(networkInterfaceId);
  const attachment = current?.attachment;
  if (current === undefined || attachment?.id !== attachmentId) return;
  world.networkInterfaces.put({ ...current, status: 'available', attachment: undefined });
  world.announce({ event: 'detached', networkInterface: current, attachment });
}

/** Removes an interface and gives its addresses back. */
export function deleteInterface(world: World, networkInterface: NetworkInterface): void {
  world.networkInterfaces.remove(networkInterface.id);
  const { privateIpAddresses, ipv4Prefixes, ipv6Addresses, ipv6Prefixes } = networkInterface;
  poolOf(world, networkInterface.subnetId).release([
    ...privateIpAddresses,
    ...ipv4Prefixes,
    ...ipv6Addresses,
    ...ipv6Prefixes,
  ]);
}

/** The interfaces of an instance, the primary one first. */
export function interfacesOf(
  tables: { readonly networkInterfaces: TableReader<NetworkInterface> },
  instanceId: string,
): readonly NetworkInterface[] {
  return [...tables.networkInterfaces.withKey(`attachment.instance-id=${instanceId}`)].sort(
    (left, right) => slotOf(left) - slotOf(right),
  );
}

function slotOf(item: NetworkInterface): number {
  return (item.attachment?.networkCardIndex ?? 0) * 1_000 + (item.attachment?.deviceIndex ?? 0);
}
