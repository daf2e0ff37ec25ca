/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** What every stored thing has. Things are never changed in place: a change stores a new object under the same id. */
export interface Entity {
  readonly id: string;
  /** Creation order; pages are cut by it. */
  readonly sequence: number;
  readonly createdAtMs: number;
  /** Before this time the thing answers NotFound (EC2 API developer guide, "Eventual consistency"). */
  readonly visibleAtMs: number;
  readonly tags: Tags;
}

/** A virtual network. */
export interface Vpc extends Entity {
  readonly cidrBlock: string;
  readonly ipv6CidrBlock: string | undefined;
}

/** A subnet; its addresses in use are counted by the address pool of the same id. */
export interface Subnet extends Entity {
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly cidrBlock: string;
  readonly ipv6CidrBlock: string | undefined;
}

/** A security group (rules are not simulated). */
export interface SecurityGroup extends Entity {
  readonly vpcId: string;
  readonly groupName: string;
  readonly description: string;
}

/** EC2 user guide, "Instance lifecycle". */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

/** A virtual machine. */
export interface Instance extends Entity {
  readonly instanceType: string;
  readonly imageId: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly state: InstanceState;
  readonly launchedAtMs: number;
  readonly reservationId: string;
  readonly amiLaunchIndex: number;
  readonly clientToken: string;
  readonly privateIpAddress: string;
  readonly spot: boolean;
  readonly stateReason: string | undefined;
}

/** The tie between an interface and an instance. */
export interface Attachment {
  readonly id: string;
  readonly instanceId: string;
  readonly deviceIndex: number;
  readonly networkCardIndex: number;
  readonly status: 'attaching' | 'attached' | 'detaching';
  readonly deleteOnTermination: boolean;
  readonly attachedAtMs: number;
}

/** An elastic network interface. */
export interface NetworkInterface extends Entity {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly description: string;
  readonly interfaceType: string;
  readonly groupIds: readonly string[];
  readonly macAddress: string;
  /** The first is the primary one. */
  readonly privateIpAddresses: readonly string[];
  readonly ipv4Prefixes: readonly string[];
  readonly ipv6Addresses: readonly string[];
  readonly ipv6Prefixes: readonly string[];
  readonly sourceDestCheck: boolean;
  readonly status: 'pending' | 'available' | 'in-use';
  readonly attachment: Attachment | undefined;
}
