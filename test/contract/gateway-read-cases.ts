import { ENI_TAGS, REFERENCE_MANAGED_BY, REFERENCE_TAGS } from '../../api/v1alpha1/names.ts';
import {
  type GatewayCase,
  ABSENT,
  CASE_CLUSTER,
  OWNED,
  attached,
  create,
  newInput,
  signal,
  verdictOf,
} from './gateway-case.ts';

/** What every gateway to EC2 shows. */
export const GATEWAY_READ_CASES: readonly GatewayCase[] = [
  {
    name: 'a listing shows the ENIs of one cluster only',
    expected: { own: true, foreign: false, others: false },
    observe: async (place) => {
      const own = await create(place);
      const foreign = await create(place, { tags: {} });
      const others = await create(place, { tags: { ...OWNED, [ENI_TAGS.clusterUid]: 'another' } });
      const ids = new Set(
        (await place.gateway.listOwnedEnis(CASE_CLUSTER, signal)).map(({ eniId }) => eniId),
      );
      return { own: ids.has(own.eniId), foreign: ids.has(foreign.eniId), others: ids.has(others.eniId) };
    },
  },
  {
    name: 'a listing of tagged ENIs shows those of the instances that bear one of the keys',
    expected: { tagged: true, another: true, untagged: false, free: false, elsewhere: false },
    observe: async (place) => {
      const { gateway } = place;
      const [here, there] = [await place.newInstance(), await place.newInstance()];
      const make = async (tags: Readonly<Record<string, string>>, at?: string, deviceIndex = 1) => {
        const { eniId } = await create(place, { tags });
        if (at !== undefined) {
          await gateway.attachEni({ eniId, instanceId: at, deviceIndex, networkCardIndex: 0 }, signal);
        }
        return eniId;
      };
      const tagged = await make({ one: 'a' }, here);
      const another = await make({ two: 'b' }, here, 2);
      const free = await make({ one: 'a' });
      const elsewhere = await make({ one: 'a' }, there);
      const untagged = await make({ three: 'c' }, there, 2);
      const found = await gateway.listEnisOfInstances([here], ['one', 'two'], signal);
      const ids = new Set(found.map(({ eniId }) => eniId));
      return Object.fromEntries(
        Object.entries({ tagged, another, untagged, free, elsewhere }).map(([name, id]) => [
          name,
          ids.has(id),
        ]),
      );
    },
  },
  {
    name: 'a listing of the reference controller’s ENIs goes by its tag alone',
    expected: { theirs: true, ours: false },
    observe: async (place) => {
      const theirs = await create(place, { tags: { [REFERENCE_TAGS.managedBy]: REFERENCE_MANAGED_BY } });
      const ours = await create(place);
      const ids = new Set((await place.gateway.listReferenceEnis(signal)).map(({ eniId }) => eniId));
      return { theirs: ids.has(theirs.eniId), ours: ids.has(ours.eniId) };
    },
  },
  {
    name: 'an id that does not exist does not spoil a read of others',
    expected: { enis: 1, instances: 1, subnets: 1, groups: 1, types: 1 },
    observe: async (place) => {
      const { gateway } = place;
      const { eniId } = await create(place);
      const instanceId = await place.newInstance();
      const subnets = { ids: [place.subnetId, `subnet-${ABSENT}`], names: [] };
      const groups = { ids: [place.groupId, `sg-${ABSENT}`], names: [] };
      return {
        enis: (await gateway.describeEnis([eniId, `eni-${ABSENT}`], signal)).length,
        instances: (await gateway.describeInstances([instanceId, `i-${ABSENT}`], signal)).length,
        subnets: (await gateway.describeSubnets(subnets, signal)).length,
        groups: (await gateway.describeSecurityGroups(groups, signal)).length,
        types: (await gateway.describeInstanceTypes(['m5.large', 'z9.nano'], signal)).length,
      };
    },
  },
  {
    name: 'a running instance shows its place and what holds its indexes',
    expected: {
      state: 'running',
      instanceType: 'm5.large',
      zone: 'us-east-1a',
      indexes: [0, 1],
      isHolder: true,
    },
    observe: async (place) => {
      const { eniId, instanceId } = await attached(place);
      const [instance] = await place.gateway.describeInstances([instanceId], signal);
      const interfaces = (instance?.interfaces ?? []).toSorted((a, b) => a.deviceIndex - b.deviceIndex);
      return {
        state: instance?.state,
        instanceType: instance?.instanceType,
        zone: instance?.zone,
        indexes: interfaces.map(({ deviceIndex }) => deviceIndex),
        isHolder: interfaces[1]?.eniId === eniId,
      };
    },
  },
  {
    name: 'subnets are found by id and by name, each once',
    expected: { zones: ['us-east-1a', 'us-east-1b'], names: ['tenant-a', 'tenant-a'], byBoth: 2 },
    observe: async ({ gateway, subnetId }) => {
      const named = await gateway.describeSubnets({ ids: [], names: ['tenant-a'] }, signal);
      const both = await gateway.describeSubnets({ ids: [subnetId], names: ['nodes'] }, signal);
      return {
        zones: named.map(({ zone }) => zone).toSorted(),
        names: named.map(({ name }) => name),
        byBoth: both.length,
      };
    },
  },
  {
    name: 'groups are found by id and by group name, each once',
    expected: { ids: 1, isIt: true },
    observe: async ({ gateway, groupId }) => {
      const found = await gateway.describeSecurityGroups({ ids: [groupId], names: ['nodes'] }, signal);
      return { ids: found.length, isIt: found[0]?.groupId === groupId };
    },
  },
  {
    name: 'a type tells the interfaces that each card takes',
    expected: [[0, 3]],
    observe: async ({ gateway }) => {
      const [limits] = await gateway.describeInstanceTypes(['m5.large'], signal);
      return [...(limits?.maximumInterfacesByCard ?? [])];
    },
  },
  {
    name: 'a call whose signal has aborted is not made',
    expected: { verdict: 'transient EC2Unavailable AbortError', enis: 0 },
    observe: async (place) => {
      const tags = { ...OWNED, case: 'aborted' };
      const aborted = AbortSignal.abort();
      const verdict = await verdictOf(place.gateway.createEni(newInput(place, { tags }), aborted));
      const enis = await place.gateway.listOwnedEnis(CASE_CLUSTER, signal);
      return { verdict, enis: enis.filter((eni) => eni.tags['case'] === 'aborted').length };
    },
  },
];
