/** State of an ENI as DescribeNetworkInterfaces reports it (EC2 API, NetworkInterface.Status). */
export type EniStatus = 'pending' | 'available' | 'associated' | 'attaching' | 'in-use' | 'detaching';

/** One attachment of an ENI to an instance. */
export interface EniAttachment {
  readonly attachmentId: string;
  /** Absent for attachments that AWS services manage. */
  readonly instanceId?: string;
  readonly deviceIndex: number;
  readonly networkCardIndex: number;
  readonly status: 'attaching' | 'attached' | 'detaching' | 'detached';
  readonly deleteOnTermination: boolean;
}

/** An ENI in domain words. */
export interface Eni {
  readonly eniId: string;
  readonly status: EniStatus;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly macAddress: string;
  readonly description: string;
  readonly securityGroupIds: readonly string[];
  readonly sourceDestCheck: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly privateIpAddress?: string;
  readonly secondaryPrivateIpAddresses: readonly string[];
  readonly ipv4Prefixes: readonly string[];
  readonly ipv6Addresses: readonly string[];
  readonly ipv6Prefixes: readonly string[];
  readonly attachment?: EniAttachment;
}

/** An interface that occupies a device index of an instance. */
export interface InstanceInterface {
  readonly eniId: string;
  readonly deviceIndex: number;
  readonly networkCardIndex: number;
}

/** Lifecycle state of an instance (EC2 API, InstanceState.Name). */
export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** An EC2 instance as far as interfaces are concerned. */
export interface Instance {
  readonly instanceId: string;
  readonly state: InstanceState;
  readonly instanceType: string;
  readonly zone: string;
  readonly vpcId: string;
  readonly outpostArn?: string;
  readonly interfaces: readonly InstanceInterface[];
}

/** Interface limits of an instance type (DescribeInstanceTypes, NetworkInfo). */
export interface InstanceTypeLimits {
  readonly instanceType: string;
  /** Maximum interfaces by network card index; the per-card number decides, not the sum. */
  readonly maximumInterfacesByCard: ReadonlyMap<number, number>;
}

/** A subnet. */
export interface Subnet {
  readonly subnetId: string;
  /** Value of the Name tag. */
  readonly name?: string;
  readonly zone: string;
  readonly vpcId: string;
  readonly outpostArn?: string;
  readonly cidr: string;
  readonly availableAddresses: number;
}

/** A security group. */
export interface SecurityGroup {
  readonly groupId: string;
  readonly groupName: string;
  /** Value of the Name tag. */
  readonly name?: string;
  readonly vpcId: string;
}

/** Whether an instance can still be given an interface. */
export function isAttachable(instance: Instance): boolean {
  return instance.state === 'running' || instance.state === 'stopped';
}

/** Whether an instance is gone for good: EC2 itself handles its interfaces now. */
export function isTerminating(instance: Instance): boolean {
  return instance.state === 'shutting-down' || instance.state === 'terminated';
}
