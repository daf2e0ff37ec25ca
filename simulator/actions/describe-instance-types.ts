import type { ActionDefinition } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { parseFilters } from '../filters.ts';
import { type InstanceTypeFacts, allInstanceTypes, findInstanceType } from '../instance-types.ts';
import { paginate } from '../pagination.ts';
import { texts } from '../params.ts';
import type { XmlObject } from '../xml.ts';

function networkInfo(item: InstanceTypeFacts): XmlObject {
  const cards = item.interfacesPerNetworkCard;
  return {
    networkPerformance: item.networkPerformance,
    maximumNetworkInterfaces: cards.reduce((sum, limit) => sum + limit, 0),
    maximumNetworkCards: cards.length,
    defaultNetworkCardIndex: item.defaultNetworkCardIndex,
    networkCards: cards.map((maximumNetworkInterfaces, networkCardIndex) => ({
      networkCardIndex,
      networkPerformance: item.networkPerformance,
      maximumNetworkInterfaces,
    })),
    ipv4AddressesPerInterface: item.ipv4AddressesPerInterface,
    ipv6AddressesPerInterface: item.ipv6AddressesPerInterface,
    ipv6Supported: item.ipv6Supported,
    enaSupport: item.enaSupport,
    efaSupported: item.efaSupported,
  };
}

function typeView(item: InstanceTypeFacts): XmlObject {
  return {
    instanceType: item.instanceType,
    currentGeneration: item.currentGeneration,
    bareMetal: item.bareMetal,
    hypervisor: item.hypervisor === '' ? undefined : item.hypervisor,
    processorInfo: { supportedArchitectures: [item.architecture] },
    vCpuInfo: { defaultVCpus: item.vcpus },
    memoryInfo: { sizeInMiB: item.memoryMiB },
    networkInfo: networkInfo(item),
  };
}

const FILTERS: Readonly<Record<string, (item: InstanceTypeFacts) => string>> = {
  'bare-metal': (item) => item.bareMetal.toString(),
  'current-generation': (item) => item.currentGeneration.toString(),
  hypervisor: (item) => item.hypervisor,
  'instance-type': (item) => item.instanceType,
  'processor-info.supported-architecture': (item) => item.architecture,
};

/** DescribeInstanceTypes: pages of 5 to 100 (API reference). */
export const describeInstanceTypes: ActionDefinition = {
  name: 'DescribeInstanceTypes',
  params: ['InstanceType', 'Filter', 'MaxResults', 'NextToken'],
  ignored: ['IncludeUnsupportedInRegion'],
  run: ({ params }) => {
    const names = texts(params, 'InstanceType');
    const unknown = names.filter((name) => findInstanceType(name) === undefined);
    if (unknown.length > 0) {
      throw new Ec2Error(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    }
    const filters = parseFilters(params, Object.keys(FILTERS));
    const items = allInstanceTypes()
      .map((item, sequence) => ({ ...item, sequence }))
      .filter((item) => names.length === 0 || names.includes(item.instanceType))
      .filter((item) => filters.every((filter) => filter.matches(FILTERS[filter.name]?.(item) ?? '')));
    const page = paginate(items, params, { min: 5, max: 100, idParam: 'InstanceType' });
    return { instanceTypeSet: page.items.map(typeView), nextToken: page.nextToken };
  },
};
