import { type AssignedAddresses, afterDriftStep } from '../../src/domain/drift-effect.ts';
import type {
  Eni,
  EniAttachment,
  Instance,
  InstanceInterface,
  InstanceTypeLimits,
  SecurityGroup,
  Subnet,
} from '../../src/domain/ec2-resources.ts';
import type { DriftStep } from '../../src/domain/eni-drift.ts';
import type { AttachEniInput, CreateEniInput } from '../../src/operator/ports.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { checkGroups } from './fake-assignment.ts';
import { settled, detached, newInterface, refusal } from './fake-interface.ts';

/** How long EC2 takes; all 0 at first. */
export interface FakeEc2Timing {
  readonly createMs: number;
  readonly attachMs: number;
  readonly detachMs: number;
  /** How long a new ENI is hidden from every call. */
  readonly visibleAfterMs: number;
}

interface StoredEni {
  readonly eni: Eni;
  readonly visibleAtMs: number;
  /** When the state that it is in passes by itself. */
  readonly changesAtMs: number;
}

type InstanceFacts = Omit<Instance, 'interfaces'>;
type Place = Omit<AttachEniInput, 'eniId'>;

/** What exists in a fake EC2, and the rules of what can come to exist. */
export class FakeRegion {
  readonly #clock: Clock;
  readonly #enis = new Map<string, StoredEni>();
  readonly #instances = new Map<string, InstanceFacts>();
  readonly #subnets = new Map<string, Subnet>();
  readonly #groups = new Map<string, SecurityGroup>();
  readonly #limits = new Map<string, InstanceTypeLimits>();
  #timing: FakeEc2Timing = { createMs: 0, attachMs: 0, detachMs: 0, visibleAfterMs: 0 };
  #made = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  setTiming(timing: Partial<FakeEc2Timing>): void {
    this.#timing = { ...this.#timing, ...timing };
  }

  addSubnet(subnet: Subnet): void {
    this.#subnets.set(subnet.subnetId, subnet);
  }

  addSecurityGroup(group: SecurityGroup): void {
    this.#groups.set(group.groupId, group);
  }

  addLimits(limits: InstanceTypeLimits): void {
    this.#limits.set(limits.instanceType, limits);
  }

  /** An instance with a primary interface in a subnet. */
  addInstance(instance: InstanceFacts, subnetId: string): void {
    this.#instances.set(instance.instanceId, instance);
    this.occupy(instance.instanceId, 0, subnetId);
  }

  /** What a terminated instance held goes, or is free, as its deleteOnTermination says. */
  setInstanceState(instanceId: string, state: Instance['state']): void {
    this.#instances.set(instanceId, { ...this.#instance(instanceId), state });
    if (state !== 'terminated') return;
    for (const [eniId, { eni }] of this.#enis) {
      if (eni.attachment?.instanceId !== instanceId) continue;
      if (eni.attachment.deleteOnTermination) this.#enis.delete(eniId);
      else this.changeEni(eniId, detached);
    }
  }

  /** Attaches an ENI of somebody else; returns its id. */
  occupy(instanceId: string, deviceIndex: number, subnetId: string): string {
    const eni = this.make({ clientToken: '', subnetId, securityGroupIds: [], description: '', tags: {} });
    const attachment = this.#newAttachment({ instanceId, deviceIndex, networkCardIndex: 0 });
    this.addEni({
      ...eni,
      status: 'in-use',
      attachment: { ...attachment, status: 'attached', deleteOnTermination: true },
    });
    return eni.eniId;
  }

  /** Puts an ENI there that nobody asked for. */
  addEni(eni: Eni): void {
    this.#enis.set(eni.eniId, { eni, visibleAtMs: 0, changesAtMs: Infinity });
  }

  removeEni(eniId: string): void {
    this.#enis.delete(eniId);
  }

  changeEni(eniId: string, change: (eni: Eni) => Eni): void {
    const stored = this.#stored(eniId);
    this.#enis.set(eniId, { ...stored, eni: change(stored.eni) });
  }

  /** Every ENI that exists, visible or not. */
  enis(): Eni[] {
    this.#settle();
    return Array.from(this.#enis.values(), ({ eni }) => eni);
  }

  /** The ENIs that calls can see. */
  visible(): Eni[] {
    this.#settle();
    const nowMs = this.#clock.monotonicMs();
    return [...this.#enis.values()].filter(({ visibleAtMs }) => visibleAtMs <= nowMs).map(({ eni }) => eni);
  }

  /** @throws Ec2Error InvalidNetworkInterfaceID.NotFound */
  existing(eniId: string): Eni {
    const eni = this.visible().find((candidate) => candidate.eniId === eniId);
    if (eni !== undefined) return eni;
    throw refusal('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${eniId}' does not exist`);
  }

  instances(): Instance[] {
    return Array.from(this.#instances.values(), (facts) => ({
      ...facts,
      interfaces: this.#interfacesOf(facts.instanceId),
    }));
  }

  limits(): InstanceTypeLimits[] {
    return [...this.#limits.values()];
  }

  subnets(): Subnet[] {
    return Array.from(this.#subnets.values(), (subnet) => ({
      ...subnet,
      availableAddresses: this.#freeAddresses(subnet),
    }));
  }

  groups(): SecurityGroup[] {
    return [...this.#groups.values()];
  }

  /** @throws Ec2Error when the inputs name what does not exist, or the subnet is full */
  checkCreate(input: CreateEniInput): void {
    const subnet = this.#subnets.get(input.subnetId);
    if (subnet === undefined) {
      throw refusal('InvalidSubnetID.NotFound', `The subnet ID '${input.subnetId}' does not exist`);
    }
    checkGroups(this.groups(), input.securityGroupIds, subnet.vpcId);
    if (this.#freeAddresses(subnet) < 1 + (input.secondaryPrivateIpCount ?? 0)) {
      throw refusal('InsufficientFreeAddressesInSubnet', 'The subnet has not enough free addresses.');
    }
  }

  /** Changes an ENI as EC2 does. @throws Ec2Error InvalidNetworkInterfaceID.NotFound */
  repair(step: DriftStep, assigned?: AssignedAddresses): void {
    this.changeEni(this.existing(step.eniId).eniId, (eni) => afterDriftStep(eni, step, assigned));
  }

  make(input: CreateEniInput): Eni {
    this.#made += 1;
    const subnet = this.#subnets.get(input.subnetId);
    if (subnet === undefined) throw new Error(`no subnet ${input.subnetId}`);
    const eni = newInterface(input, subnet, this.#made);
    const nowMs = this.#clock.monotonicMs();
    const { visibleAfterMs, createMs } = this.#timing;
    const stored = { eni, visibleAtMs: nowMs + visibleAfterMs, changesAtMs: nowMs + createMs };
    this.#enis.set(eni.eniId, stored);
    return eni;
  }

  /** @throws Ec2Error when the interface or the place is not free */
  attach({ eniId, ...place }: AttachEniInput): EniAttachment {
    const eni = this.existing(eniId);
    this.#checkAttach(eni, place);
    const attachment = this.#newAttachment(place);
    this.#enter(eniId, { ...eni, status: 'in-use', attachment }, this.#timing.attachMs);
    return attachment;
  }

  /** @throws Ec2Error when there is no such attachment, or it cannot be ended */
  detach(attachmentId: string, force = false): void {
    const eni = this.visible().find(({ attachment }) => attachment?.attachmentId === attachmentId);
    if (eni?.attachment === undefined) {
      throw refusal('InvalidAttachmentID.NotFound', `The attachment '${attachmentId}' does not exist`);
    }
    const { attachment } = eni;
    if (attachment.deviceIndex === 0 && attachment.networkCardIndex === 0) {
      throw refusal('OperationNotPermitted', 'The network interface at device index 0 cannot be detached.');
    }
    if (attachment.status === 'detaching' && !force) {
      throw refusal('IncorrectState', `The attachment '${attachmentId}' is currently detaching.`);
    }
    this.#enter(
      eni.eniId,
      { ...eni, attachment: { ...attachment, status: 'detaching' } },
      force ? 0 : this.#timing.detachMs,
    );
  }

  #checkAttach(eni: Eni, place: Place): void {
    const { instanceId, deviceIndex, networkCardIndex } = place;
    const instance = this.#instances.get(instanceId);
    if (instance === undefined) {
      throw refusal('InvalidInstanceID.NotFound', `The instance ID '${instanceId}' does not exist`);
    }
    if (instance.state !== 'running' && instance.state !== 'stopped') {
      throw refusal('IncorrectInstanceState', `Instance '${instanceId}' is ${instance.state}.`);
    }
    if (eni.attachment !== undefined) {
      throw refusal('InvalidNetworkInterface.InUse', `Interface: [${eni.eniId}] in use.`);
    }
    if (eni.zone !== instance.zone) {
      throw refusal('InvalidParameterCombination', 'They are not in the same availability zone');
    }
    const onCard = this.#interfacesOf(instanceId).filter(
      (held) => held.networkCardIndex === networkCardIndex,
    );
    if (onCard.some((held) => held.deviceIndex === deviceIndex)) {
      const message = `Instance '${instanceId}' already has an interface attached at device index '${deviceIndex}'.`;
      throw refusal('InvalidParameterValue', message);
    }
    this.#checkCard(instance, networkCardIndex, onCard.length);
  }

  #checkCard({ instanceType }: InstanceFacts, card: number, held: number): void {
    const limits = this.#limits.get(instanceType)?.maximumInterfacesByCard;
    if (limits === undefined) return;
    const maximum = limits.get(card);
    if (maximum === undefined)
      throw refusal('InvalidParameterValue', `Network card index ${card} is not valid`);
    if (held + 1 <= maximum) return;
    throw refusal(
      'AttachmentLimitExceeded',
      `Interface count ${held + 1} exceeds the limit for ${instanceType}`,
    );
  }

  #newAttachment(place: Place): EniAttachment {
    this.#made += 1;
    const attachmentId = `eni-attach-${String(this.#made).padStart(17, '0')}`;
    return { attachmentId, ...place, status: 'attaching', deleteOnTermination: false };
  }

  #enter(eniId: string, eni: Eni, forMs: number): void {
    this.#enis.set(eniId, { ...this.#stored(eniId), eni, changesAtMs: this.#clock.monotonicMs() + forMs });
  }

  #settle(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [eniId, stored] of this.#enis) {
      if (stored.changesAtMs > nowMs) continue;
      this.#enis.set(eniId, { ...stored, eni: settled(stored.eni), changesAtMs: Infinity });
    }
  }

  #interfacesOf(instanceId: string): InstanceInterface[] {
    return this.visible().flatMap(({ eniId, attachment }) => {
      if (attachment?.instanceId !== instanceId) return [];
      const { deviceIndex, networkCardIndex } = attachment;
      return [{ eniId, deviceIndex, networkCardIndex }];
    });
  }

  #freeAddresses(subnet: Subnet): number {
    const used = [...this.#enis.values()]
      .filter(({ eni }) => eni.subnetId === subnet.subnetId)
      .reduce((sum, { eni }) => sum + 1 + eni.secondaryPrivateIpAddresses.length, 0);
    return subnet.availableAddresses - used;
  }

  #stored(eniId: string): StoredEni {
    const stored = this.#enis.get(eniId);
    if (stored === undefined) throw new Error(`no interface ${eniId}`);
    return stored;
  }

  #instance(instanceId: string): InstanceFacts {
    const facts = this.#instances.get(instanceId);
    if (facts === undefined) throw new Error(`no instance ${instanceId}`);
    return facts;
  }
}
