import { type AddressPool, createAddressPool } from './address-pool.ts';
import type { Clock } from './clock.ts';
import { type InstanceTypeFacts, findInstanceType } from './instance-types.ts';
import type { Knobs, Range } from './knobs.ts';
import type {
  Attachment,
  Entity,
  Instance,
  NetworkInterface,
  SecurityGroup,
  Subnet,
  Tags,
  Vpc,
} from './model.ts';
import { type Random, createRandom } from './random.ts';
import { type ResourceKind, newResourceId } from './resource-id.ts';
import { type Table, createTable } from './table.ts';
import { type Timeline, createTimeline } from './timeline.ts';

/** An interface appeared at, or went from, an instance. */
export interface AttachmentEvent {
  readonly event: 'attached' | 'detached';
  readonly networkInterface: NetworkInterface;
  readonly attachment: Attachment;
}

/** What a ClientToken stands for. */
export interface TokenRecord {
  readonly fingerprint: string;
  readonly resourceIds: readonly string[];
  /** The reply given first, replayed when the thing itself is gone. */
  readonly reply: unknown;
}

/** The five tables of a region. */
interface Tables {
  readonly vpcs: Table<Vpc>;
  readonly subnets: Table<Subnet>;
  readonly securityGroups: Table<SecurityGroup>;
  readonly instances: Table<Instance>;
  readonly networkInterfaces: Table<NetworkInterface>;
}

/** One simulated region of one account: all state, and the few things every action needs. */
export interface World extends Tables {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly zones: readonly string[];
  readonly pools: Map<string, AddressPool>;
  readonly tokens: Map<string, TokenRecord>;
  readonly random: { readonly ids: Random; readonly latency: Random; readonly faults: Random };
  /** The knobs in force now. */
  knobs(): Knobs;
  newId(kind: ResourceKind | 'reservation'): string;
  nextSequence(): number;
  newMacAddress(): string;
  openPool(subnet: Subnet): void;
  instanceType(name: string): InstanceTypeFacts | undefined;
  /** Draws a duration. */
  draw(range: Range): number;
  onAttachment(listener: (event: AttachmentEvent) => void): void;
  announce(event: AttachmentEvent): void;
}

/** What a world is made of. */
export interface WorldDeps {
  readonly clock: Clock;
  readonly seed: string;
  readonly knobs: Knobs;
  readonly zones: readonly string[];
}

function tagKeys(tags: Tags): string[] {
  return Object.entries(tags).map(([key, value]) => `tag:${key}=${value}`);
}

function keysOfInterface(item: NetworkInterface): readonly string[] {
  const keys = [
    `network-interface-id=${item.id}`,
    `subnet-id=${item.subnetId}`,
    `vpc-id=${item.vpcId}`,
    ...tagKeys(item.tags),
  ];
  for (const groupId of item.groupIds) keys.push(`group-id=${groupId}`);
  if (item.attachment !== undefined) {
    keys.push(
      `attachment.instance-id=${item.attachment.instanceId}`,
      `attachment.attachment-id=${item.attachment.id}`,
    );
  }
  return keys;
}

function inVpc(item: Entity & { readonly vpcId: string }): readonly string[] {
  return [`vpc-id=${item.vpcId}`, ...tagKeys(item.tags)];
}

function createTables(nowMs: () => number): Tables {
  return {
    vpcs: createTable<Vpc>({ nowMs, keysOf: (item) => tagKeys(item.tags) }),
    subnets: createTable<Subnet>({ nowMs, keysOf: inVpc }),
    securityGroups: createTable<SecurityGroup>({ nowMs, keysOf: inVpc }),
    instances: createTable<Instance>({
      nowMs,
      keysOf: (item) => [...inVpc(item), `instance-id=${item.id}`, `subnet-id=${item.subnetId}`],
    }),
    networkInterfaces: createTable<NetworkInterface>({ nowMs, keysOf: keysOfInterface }),
  };
}

/** An empty region. Ids, addresses and durations follow from the seed and the order of calls alone. */
export function createWorld(deps: WorldDeps): World {
  const { clock, seed, zones } = deps;
  const ids = createRandom(seed, 'ids');
  const latency = createRandom(seed, 'latency');
  const macs = createRandom(seed, 'mac');
  const usedMacs = new Set<string>();
  const listeners: ((event: AttachmentEvent) => void)[] = [];
  const pools = new Map<string, AddressPool>();
  let sequence = 0;
  return {
    ...createTables(() => clock.nowMs()),
    clock,
    timeline: createTimeline(clock),
    zones,
    pools,
    tokens: new Map(),
    random: { ids, latency, faults: createRandom(seed, 'faults') },
    knobs: () => deps.knobs,
    newId: (kind) => newResourceId(ids, kind),
    nextSequence: () => (sequence += 1),
    newMacAddress: () => {
      // A locally administered address, as EC2's are (02:…, 06:…, 0a:…, 0e:…).
      let mac = '';
      do mac = `02:${macs.hex(10).match(/../g)?.join(':') ?? ''}`;
      while (usedMacs.has(mac));
      usedMacs.add(mac);
      return mac;
    },
    openPool: (subnet) => void pools.set(subnet.id, createAddressPool(subnet, createRandom(seed, subnet.id))),
    instanceType: findInstanceType,
    draw: (range) => latency.integer(range.minMs, range.maxMs),
    onAttachment: (listener) => void listeners.push(listener),
    announce: (event) => listeners.forEach((listener) => listener(event)),
  };
}
