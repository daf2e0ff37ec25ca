import { CreateSubnetCommand, RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEc2Client } from '../../src/adapters/ec2/ec2-client.ts';
import { createEc2Reader } from '../../src/adapters/ec2/ec2-reader.ts';
import { createEc2Writer } from '../../src/adapters/ec2/ec2-writer.ts';
import { FakeClock } from '../../src/runtime/fake-clock.ts';
import { anInstance, aSecurityGroup, aSubnet, limitsOf } from '../builders/ec2-resources.ts';
import { FakeEc2 } from '../support/fake-ec2.ts';
import { present, seedEc2 } from '../support/seed-ec2.ts';
import { type SimulatorServer, startSimulatorInProcess } from '../support/simulator-server.ts';
import type { GatewayCase, GatewayPlace } from './gateway-case.ts';
import { GATEWAY_CHANGE_CASES } from './gateway-change-cases.ts';
import { GATEWAY_READ_CASES } from './gateway-read-cases.ts';
import { GATEWAY_WRITE_CASES } from './gateway-write-cases.ts';

const ROWS: readonly [string, GatewayCase][] = [
  ...GATEWAY_WRITE_CASES,
  ...GATEWAY_CHANGE_CASES,
  ...GATEWAY_READ_CASES,
].map((item) => [item.name, item]);
const ZONES = ['us-east-1a', 'us-east-1b'] as const;

function fakePlace(): GatewayPlace {
  const gateway = new FakeEc2(new FakeClock());
  const { region } = gateway;
  for (const [index, zone] of ZONES.entries()) {
    region.addSubnet(aSubnet({ subnetId: `subnet-nodes-${index}`, zone, name: 'nodes' }));
    region.addSubnet(aSubnet({ subnetId: `subnet-tenant-${index}`, zone, name: 'tenant-a' }));
  }
  region.addSubnet(aSubnet({ subnetId: 'subnet-small', availableAddresses: 11 }));
  region.addSecurityGroup(aSecurityGroup({ groupName: 'nodes' }));
  region.addLimits(limitsOf(3));
  let made = 0;
  return {
    gateway,
    subnetId: 'subnet-nodes-0',
    elsewhereSubnetId: 'subnet-nodes-1',
    smallSubnetId: 'subnet-small',
    groupId: 'sg-1',
    newInstance: async () => {
      made += 1;
      region.addInstance(anInstance({ instanceId: `i-${made}` }), 'subnet-nodes-0');
      return `i-${made}`;
    },
    terminate: async (instanceId) => region.setInstanceState(instanceId, 'terminated'),
  };
}

async function simulatorPlace(endpoint: string): Promise<GatewayPlace> {
  const client = createEc2Client({
    region: 'us-east-1',
    maxAttempts: 2,
    userAgent: 'contract',
    monotonicMs: () => 0,
    override: { endpoint, credentials: { accessKeyId: 'AKIACONTRACT', secretAccessKey: 'not-a-secret' } },
  });
  const plan = {
    zones: ZONES,
    nodesPerZone: 0,
    instanceType: 'm5.large',
    tenantSubnetNames: ['tenant-a'],
  } as const;
  const seed = await seedEc2(client, plan);
  const [here, elsewhere] = ZONES.map((zone) =>
    present(
      seed.subnets.find(({ availabilityZone, name }) => availabilityZone === zone && name === 'nodes'),
      zone,
    ),
  );
  const small = await client.send(
    new CreateSubnetCommand({
      VpcId: seed.vpcId,
      AvailabilityZone: ZONES[0],
      CidrBlock: '10.0.255.240/28',
    }),
  );
  const subnetId = present(here, 'first zone').subnetId;
  return {
    gateway: { ...createEc2Reader(client), ...createEc2Writer(client) },
    subnetId,
    elsewhereSubnetId: present(elsewhere, 'second zone').subnetId,
    smallSubnetId: present(small.Subnet?.SubnetId, 'subnet id'),
    groupId: seed.securityGroupId,
    newInstance: async () => {
      const launch = new RunInstancesCommand({
        ImageId: 'ami-12345678',
        InstanceType: 'm5.large',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: subnetId,
      });
      return present((await client.send(launch)).Instances?.[0]?.InstanceId, 'instance id');
    },
    terminate: async (instanceId) => {
      await client.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    },
  };
}

describe('the EC2 adapter over the simulator', () => {
  let simulator: SimulatorServer;
  let place: GatewayPlace;
  beforeAll(async () => {
    simulator = await startSimulatorInProcess();
    place = await simulatorPlace(simulator.url);
  });
  afterAll(() => simulator.close());

  it.each(ROWS)('%s', async (_name, { observe, expected }) => {
    expect(await observe(place)).toEqual(expected);
  });
});

describe('the EC2 of unit tests', () => {
  const place = fakePlace();

  it.each(ROWS)('%s', async (_name, { observe, expected }) => {
    expect(await observe(place)).toEqual(expected);
  });
});
