import data from './data/instance-types.json' with { type: 'json' };

/** Facts of an instance type that decide what can be attached to it. */
export interface InstanceTypeFacts {
  readonly instanceType: string;
  readonly architecture: string;
  readonly bareMetal: boolean;
  readonly hypervisor: string;
  readonly currentGeneration: boolean;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly networkPerformance: string;
  readonly enaSupport: string;
  readonly efaSupported: boolean;
  readonly ipv6Supported: boolean;
  readonly defaultNetworkCardIndex: number;
  readonly ipv4AddressesPerInterface: number;
  readonly ipv6AddressesPerInterface: number;
  /** Element n is what network card n holds. */
  readonly interfacesPerNetworkCard: readonly number[];
}

const BY_NAME: ReadonlyMap<string, InstanceTypeFacts> = new Map(
  data.instanceTypes.map((facts) => [facts.instanceType, facts]),
);

/** All types of the data file (its `provenance` says where the facts come from). */
export function allInstanceTypes(): readonly InstanceTypeFacts[] {
  return [...BY_NAME.values()];
}

/** The facts of one type, undefined when the data file does not have it. */
export function findInstanceType(instanceType: string): InstanceTypeFacts | undefined {
  return BY_NAME.get(instanceType);
}
