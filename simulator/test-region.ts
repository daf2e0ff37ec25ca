import { type VirtualClock, createVirtualClock } from './clock.ts';
import type { CallOutcome } from './dispatcher.ts';
import { type Ec2SimulatorCore, type Ec2SimulatorOptions, createEc2Simulator } from './ec2-simulator.ts';
import type { XmlObject, XmlValue } from './xml.ts';

/** Parameters by wire name. */
export type WireParams = Readonly<Record<string, string | number | boolean>>;

/** A region on virtual time with a VPC, a subnet per zone and a group, driven by wire parameters. */
export interface TestRegion extends Ec2SimulatorCore {
  readonly clock: VirtualClock;
  readonly vpcId: string;
  /** Element n is in zone n. */
  readonly subnetIds: readonly string[];
  readonly groupId: string;
  send(action: string, params?: WireParams): CallOutcome;
  /** The result of a call. @throws Ec2Error */
  call(action: string, params?: WireParams): XmlObject;
  /** `OK` or the error code of a call. */
  code(action: string, params?: WireParams): string;
  /** The code and message of a call that fails; undefined when it does not. */
  refusal(
    action: string,
    params?: WireParams,
  ): { readonly code: string; readonly message: string } | undefined;
  /** One text out of the result of a call, by path such as `vpc.vpcId` or `vpcSet.0.vpcId`. @throws Ec2Error */
  ask(path: string, action: string, params?: WireParams): string;
  /** A running instance in the first zone, unless `SubnetId` says otherwise. */
  newInstance(params?: WireParams): string;
  /** An interface in the first zone, unless `SubnetId` says otherwise. */
  newInterface(params?: WireParams): string;
  /** Attaches and waits until attached; returns the attachment id. */
  attach(
    networkInterfaceId: string,
    instanceId: string,
    deviceIndex: number,
    networkCardIndex?: number,
  ): string;
}

/** Follows a path into a result. */
function dig(value: XmlValue, path: string): XmlValue {
  let current: XmlValue = value;
  for (const name of path.split('.')) {
    if (typeof current !== 'object') return undefined;
    const entries: [string, XmlValue][] = Object.entries(current);
    current = entries.find(([key]) => key === name)?.[1];
  }
  return current;
}

function driverOf(core: Ec2SimulatorCore): Pick<TestRegion, 'send' | 'call' | 'code' | 'refusal' | 'ask'> {
  const send: TestRegion['send'] = (action, params = {}) =>
    core.dispatcher.dispatch({
      fields: [
        ['Action', action],
        ...Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]),
      ],
      region: 'us-east-1',
      identity: 'AKIATEST',
      userAgent: 'unit-test',
    });
  const call: TestRegion['call'] = (action, params) => {
    const { reply } = send(action, params);
    if ('error' in reply) throw reply.error;
    return reply.result;
  };
  return {
    send,
    call,
    code: (action, params) => {
      const { reply } = send(action, params);
      return 'error' in reply ? reply.error.code : 'OK';
    },
    refusal: (action, params) => {
      const { reply } = send(action, params);
      return 'error' in reply ? { code: reply.error.code, message: reply.error.message } : undefined;
    },
    ask: (path, action, params) => {
      const found = dig(call(action, params), path);
      return typeof found === 'object' ? JSON.stringify(found) : String(found);
    },
  };
}

/** Opens a region; the longest latency of its profile has to be waited for by moving the clock. */
export function openTestRegion(options: Ec2SimulatorOptions = {}): TestRegion {
  const clock = createVirtualClock();
  const core = createEc2Simulator({ ...options, clock });
  const driver = driverOf(core);
  const { ask } = driver;
  const vpcId = ask('vpc.vpcId', 'CreateVpc', {
    CidrBlock: '10.0.0.0/16',
    AmazonProvidedIpv6CidrBlock: true,
  });
  const subnetIds = core.world.zones.map((zone, index) =>
    ask('subnet.subnetId', 'CreateSubnet', {
      VpcId: vpcId,
      CidrBlock: `10.0.${index * 16}.0/20`,
      AvailabilityZone: zone,
      'TagSpecification.1.ResourceType': 'subnet',
      'TagSpecification.1.Tag.1.Key': 'Name',
      'TagSpecification.1.Tag.1.Value': `nodes-${index}`,
    }),
  );
  const groupId = ask('groupId', 'CreateSecurityGroup', {
    VpcId: vpcId,
    GroupName: 'nodes',
    GroupDescription: 'nodes',
  });
  const [firstSubnet = ''] = subnetIds;
  const settle = (): void => clock.advance(120_000);
  return {
    ...core,
    ...driver,
    clock,
    vpcId,
    subnetIds,
    groupId,
    newInstance: (params = {}) => {
      const hasInterfaces = Object.keys(params).some((name) => name.startsWith('NetworkInterface.'));
      const place: WireParams = hasInterfaces ? {} : { SubnetId: firstSubnet };
      const base = { ImageId: 'ami-12345678', InstanceType: 'm5.xlarge', MinCount: 1, MaxCount: 1, ...place };
      const instanceId = ask('instancesSet.0.instanceId', 'RunInstances', { ...base, ...params });
      settle();
      return instanceId;
    },
    newInterface: (params) =>
      ask('networkInterface.networkInterfaceId', 'CreateNetworkInterface', {
        SubnetId: firstSubnet,
        ...params,
      }),
    attach: (networkInterfaceId, instanceId, deviceIndex, networkCardIndex = 0) => {
      const attachmentId = ask('attachmentId', 'AttachNetworkInterface', {
        NetworkInterfaceId: networkInterfaceId,
        InstanceId: instanceId,
        DeviceIndex: deviceIndex,
        NetworkCardIndex: networkCardIndex,
      });
      settle();
      return attachmentId;
    },
  };
}
