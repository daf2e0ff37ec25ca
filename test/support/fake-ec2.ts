import { isDeepStrictEqual } from 'node:util';
import { REFERENCE_MANAGED_BY, REFERENCE_TAGS } from '../../api/v1alpha1/names.ts';
import { toEc2Error } from '../../src/adapters/ec2/ec2-error.ts';
import type { AssignedAddresses } from '../../src/domain/drift-effect.ts';
import type {
  Eni,
  Instance,
  InstanceTypeLimits,
  SecurityGroup,
  Subnet,
} from '../../src/domain/ec2-resources.ts';
import { type ClusterIdentity, isOwned } from '../../src/domain/ownership.ts';
import type {
  AttachEniInput,
  CreateEniInput,
  Ec2Gateway,
  EniTags,
  OnUnreadableEni,
  SecurityGroupQuery,
  SubnetQuery,
} from '../../src/operator/ports.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { checkGroups, chooseAddresses } from './fake-assignment.ts';
import { type FakeFault, failureOf } from './fake-fault.ts';
import { readableEnis, refusal } from './fake-interface.ts';
import { FakeRegion } from './fake-region.ts';

/** A call that arrived. */
export interface FakeCall {
  readonly action: string;
  readonly input: unknown;
  readonly atMs: number;
}

interface Token {
  readonly input: CreateEniInput;
  readonly reply: Eni;
}

/**
 * EC2 in memory, on the clock of a test: the simulator's rules for what the operator calls, and failures on demand. One
 * contract suite runs against both.
 */
export class FakeEc2 implements Ec2Gateway {
  readonly region: FakeRegion;
  readonly calls: FakeCall[] = [];
  /** ENIs that reads show in a way that cannot be understood. */
  readonly unreadable: Set<string> = new Set();
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();
  #faults: FakeFault[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.region = new FakeRegion(clock);
  }

  /** Lets calls to come fail. */
  fail(fault: FakeFault): void {
    this.#faults.push(fault);
  }

  /** Ends all failures. */
  heal(): void {
    this.#faults = [];
  }

  callsOf(action: string): FakeCall[] {
    return this.calls.filter((call) => call.action === action);
  }

  /** Actions that change something, in order. */
  changes(): string[] {
    return this.calls.map(({ action }) => action).filter((action) => !action.startsWith('Describe'));
  }

  async listOwnedEnis(cluster: ClusterIdentity, signal: AbortSignal, tell?: OnUnreadableEni): Promise<Eni[]> {
    const enis = await this.#answer('DescribeNetworkInterfaces', cluster, signal, () =>
      this.region.visible().filter((eni) => isOwned(eni.tags, cluster)),
    );
    return readableEnis(enis, this.unreadable, tell);
  }

  listEnisOfInstances(
    instanceIds: readonly string[],
    tagKeys: readonly string[],
    signal: AbortSignal,
  ): Promise<Eni[]> {
    return this.#answer('DescribeNetworkInterfaces', { instanceIds, tagKeys }, signal, () =>
      this.region
        .visible()
        .filter(({ attachment }) => instanceIds.includes(attachment?.instanceId ?? ''))
        .filter(({ tags }) => tagKeys.some((key) => tags[key] !== undefined)),
    );
  }

  listReferenceEnis(signal: AbortSignal): Promise<Eni[]> {
    return this.#answer('DescribeNetworkInterfaces', REFERENCE_MANAGED_BY, signal, () =>
      this.region.visible().filter(({ tags }) => tags[REFERENCE_TAGS.managedBy] === REFERENCE_MANAGED_BY),
    );
  }

  async describeEnis(ids: readonly string[], signal: AbortSignal, tell?: OnUnreadableEni): Promise<Eni[]> {
    const enis = await this.#answer('DescribeNetworkInterfaces', ids, signal, () =>
      this.region.visible().filter((eni) => ids.includes(eni.eniId)),
    );
    return readableEnis(enis, this.unreadable, tell);
  }

  describeInstances(instanceIds: readonly string[], signal: AbortSignal): Promise<Instance[]> {
    return this.#answer('DescribeInstances', instanceIds, signal, () =>
      this.region.instances().filter(({ instanceId }) => instanceIds.includes(instanceId)),
    );
  }

  describeInstanceTypes(types: readonly string[], signal: AbortSignal): Promise<InstanceTypeLimits[]> {
    return this.#answer('DescribeInstanceTypes', types, signal, () =>
      this.region.limits().filter(({ instanceType }) => types.includes(instanceType)),
    );
  }

  describeSubnets(query: SubnetQuery, signal: AbortSignal): Promise<Subnet[]> {
    return this.#answer('DescribeSubnets', query, signal, () =>
      this.region
        .subnets()
        .filter(({ subnetId, name }) => query.ids.includes(subnetId) || query.names.includes(name ?? '')),
    );
  }

  describeSecurityGroups(query: SecurityGroupQuery, signal: AbortSignal): Promise<SecurityGroup[]> {
    return this.#answer('DescribeSecurityGroups', query, signal, () =>
      this.region
        .groups()
        .filter(
          ({ groupId, groupName, name }) =>
            query.ids.includes(groupId) ||
            query.names.some((wanted) => wanted === groupName || wanted === name),
        ),
    );
  }

  createEni(input: CreateEniInput, signal: AbortSignal): Promise<Eni> {
    return this.#answer('CreateNetworkInterface', input, signal, () => {
      const token = this.#tokens.get(input.clientToken);
      if (token !== undefined) return this.#replay(token, input);
      this.region.checkCreate(input);
      const reply = this.region.make(input);
      this.#tokens.set(input.clientToken, { input, reply });
      return reply;
    });
  }

  attachEni(input: AttachEniInput, signal: AbortSignal): Promise<{ readonly attachmentId: string }> {
    return this.#answer('AttachNetworkInterface', input, signal, () => {
      const { attachmentId } = this.region.attach(input);
      return { attachmentId };
    });
  }

  detachEni(attachmentId: string, signal: AbortSignal, force = false): Promise<void> {
    return this.#answer(
      'DetachNetworkInterface',
      force ? { attachmentId, force } : attachmentId,
      signal,
      () => this.region.detach(attachmentId, force),
    );
  }

  deleteEni(eniId: string, signal: AbortSignal): Promise<void> {
    return this.#answer('DeleteNetworkInterface', eniId, signal, () => {
      if (this.region.existing(eniId).attachment !== undefined) {
        throw refusal('InvalidParameterValue', `Network interface '${eniId}' is currently in use.`);
      }
      this.region.removeEni(eniId);
    });
  }

  setDeleteOnTermination(
    target: { readonly eniId: string; readonly attachmentId: string; readonly value: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    return this.#answer('ModifyNetworkInterfaceAttribute', target, signal, () => {
      const { attachment } = this.region.existing(target.eniId);
      if (attachment?.attachmentId !== target.attachmentId) {
        throw refusal(
          'InvalidAttachmentID.NotFound',
          `The attachment '${target.attachmentId}' does not exist`,
        );
      }
      const changed = { ...attachment, deleteOnTermination: target.value };
      this.region.changeEni(target.eniId, (eni) => ({ ...eni, attachment: changed }));
    });
  }

  setSourceDestCheck(
    target: { readonly eniId: string; readonly value: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    return this.#answer('ModifyNetworkInterfaceAttribute', target, signal, () => {
      this.region.existing(target.eniId);
      this.region.changeEni(target.eniId, (eni) => ({ ...eni, sourceDestCheck: target.value }));
    });
  }

  setSecurityGroups(
    target: { readonly eniId: string; readonly securityGroupIds: readonly string[] },
    signal: AbortSignal,
  ): Promise<void> {
    return this.#answer('ModifyNetworkInterfaceAttribute', target, signal, () => {
      const { vpcId } = this.region.existing(target.eniId);
      checkGroups(this.region.groups(), target.securityGroupIds, vpcId);
      this.region.repair({ kind: 'set-security-groups', ...target });
    });
  }

  setDescription(
    target: { readonly eniId: string; readonly description: string },
    signal: AbortSignal,
  ): Promise<void> {
    return this.#answer('ModifyNetworkInterfaceAttribute', target, signal, () =>
      this.region.repair({ kind: 'set-description', ...target }),
    );
  }

  tagEni(target: EniTags, signal: AbortSignal): Promise<void> {
    return this.#answer('CreateTags', target, signal, () => this.region.repair({ kind: 'tag', ...target }));
  }

  untagEni(target: EniTags, signal: AbortSignal): Promise<void> {
    return this.#answer('DeleteTags', target, signal, () => this.region.repair({ kind: 'untag', ...target }));
  }

  assignAddresses(
    target: Parameters<Ec2Gateway['assignAddresses']>[0],
    signal: AbortSignal,
  ): Promise<AssignedAddresses> {
    const action = target.family === 'ipv4' ? 'AssignPrivateIpAddresses' : 'AssignIpv6Addresses';
    return this.#answer(action, target, signal, () => {
      const { subnetId } = this.region.existing(target.eniId);
      const subnet = this.region.subnets().find((candidate) => candidate.subnetId === subnetId);
      const assigned = chooseAddresses(target, subnet, this.calls.length * 64);
      this.region.repair({ kind: 'assign-addresses', ...target }, assigned);
      return assigned;
    });
  }

  unassignAddresses(
    target: Parameters<Ec2Gateway['unassignAddresses']>[0],
    signal: AbortSignal,
  ): Promise<void> {
    const action = target.family === 'ipv4' ? 'UnassignPrivateIpAddresses' : 'UnassignIpv6Addresses';
    return this.#answer(action, target, signal, () => {
      const { secondaryPrivateIpAddresses, ipv4Prefixes, ipv6Addresses, ipv6Prefixes } = this.region.existing(
        target.eniId,
      );
      const removable = new Set([
        ...secondaryPrivateIpAddresses,
        ...ipv4Prefixes,
        ...ipv6Addresses,
        ...ipv6Prefixes,
      ]);
      if ([...target.addresses, ...target.prefixes].some((value) => !removable.has(value))) {
        throw refusal('InvalidParameterValue', 'Some of the specified addresses are not assigned');
      }
      this.region.repair({ kind: 'unassign-addresses', ...target });
    });
  }

  /** What a token answers whose ENI is gone is not documented; the simulator's default is its first reply. */
  #replay(token: Token, input: CreateEniInput): Eni {
    if (!isDeepStrictEqual(token.input, input)) {
      throw refusal('IdempotentParameterMismatch', 'The client token has been used with other parameters.');
    }
    return this.region.enis().find(({ eniId }) => eniId === token.reply.eniId) ?? token.reply;
  }

  async #answer<T>(action: string, input: unknown, signal: AbortSignal, act: () => T): Promise<T> {
    if (signal.aborted) throw toEc2Error(action, signal.reason);
    this.calls.push({ action, input, atMs: this.#clock.monotonicMs() });
    const fault = this.#nextFault(action);
    if (fault !== undefined && fault.isCarriedOut !== true) throw failureOf(fault);
    const reply = structuredClone(act());
    if (fault !== undefined) throw failureOf(fault);
    return reply;
  }

  #nextFault(action: string): FakeFault | undefined {
    const fault = this.#faults.find((candidate) => candidate.action === action || candidate.action === '*');
    if (fault === undefined) return undefined;
    const { times = 1 } = fault;
    this.#faults = this.#faults.flatMap((each) => {
      if (each !== fault) return [each];
      return times > 1 ? [{ ...fault, times: times - 1 }] : [];
    });
    return fault;
  }
}
