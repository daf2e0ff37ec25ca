import { execFile } from 'node:child_process';
import { isDeepStrictEqual, promisify } from 'node:util';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MotoServer, startMoto } from '../support/moto.ts';
import { seedEc2 } from '../support/seed-ec2.ts';
import { type SimulatorServer, startSimulatorInProcess } from '../support/simulator-server.ts';
import { ATTACHMENT_CASES } from './attachment-cases.ts';
import { CHANGE_CASES } from './change-cases.ts';
import { type CaseContext, type ContractCase, createCaseContext } from './contract-case.ts';
import { DESCRIBE_CASES } from './describe-cases.ts';
import { INTERFACE_CASES } from './interface-cases.ts';
import { MOTO_DIFFERENCES } from './moto-differences.ts';

const CASES: readonly ContractCase[] = [
  ...INTERFACE_CASES,
  ...CHANGE_CASES,
  ...ATTACHMENT_CASES,
  ...DESCRIBE_CASES,
];
// A title of its own argument is printed whole, `$name` would be cut.
const ROWS: readonly [string, ContractCase][] = CASES.map((item) => [item.name, item]);
const ZONES = ['us-east-1a', 'us-east-1b'];
const run = promisify(execFile);

let simulator: SimulatorServer;
let moto: MotoServer;

const started: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  simulator = await startSimulatorInProcess();
  started.push(simulator);
  moto = await startMoto();
  started.push(moto);
});

afterAll(async () => {
  await Promise.all(started.map((server) => server.close()));
});

function clientFor(endpoint: string): EC2Client {
  return new EC2Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIACONTRACT', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  });
}

async function seededContext(endpoint: string): Promise<CaseContext> {
  const client = clientFor(endpoint);
  const plan = {
    zones: ZONES,
    nodesPerZone: 1,
    instanceType: 'm5.large',
    tenantSubnetNames: ['tenant-a'],
  } as const;
  return createCaseContext(client, await seedEc2(client, plan));
}

describe('the simulator keeps the promises of EC2', () => {
  let context: CaseContext;
  beforeAll(async () => {
    context = await seededContext(simulator.url);
  });

  it.each(ROWS)('%s', async (_name, { observe, expected }) => {
    expect(await observe(context)).toEqual(expected);
  });
});

describe('moto keeps them too, or differs as declared', () => {
  let context: CaseContext;
  beforeAll(async () => {
    context = await seededContext(moto.url);
  });

  it.each(ROWS)('%s', async (name, { observe, expected }) => {
    const difference = MOTO_DIFFERENCES[name];
    expect(await observe(context)).toEqual(difference === undefined ? expected : difference.observed);
  });

  it('declares no difference that is none, nor one of a case that is gone', () => {
    const byName = new Map(ROWS);
    const declared = Object.entries(MOTO_DIFFERENCES);
    expect(declared.filter(([name]) => !byName.has(name))).toEqual([]);
    expect(
      declared.filter(([name, { observed }]) => isDeepStrictEqual(observed, byName.get(name)?.expected)),
    ).toEqual([]);
  });
});

const BOTO3_SMOKE = `
import boto3, sys
ec2 = boto3.client('ec2', endpoint_url=sys.argv[1], region_name='us-east-1',
                   aws_access_key_id='AKIABOTO', aws_secret_access_key='not-a-secret')
vpc = ec2.create_vpc(CidrBlock='10.1.0.0/16')['Vpc']['VpcId']
subnet = ec2.create_subnet(VpcId=vpc, CidrBlock='10.1.0.0/24', AvailabilityZone='us-east-1a')['Subnet']['SubnetId']
instance = ec2.run_instances(ImageId='ami-12345678', InstanceType='m5.large', MinCount=1, MaxCount=1,
                             SubnetId=subnet)['Instances'][0]['InstanceId']
ec2.get_waiter('instance_running').wait(InstanceIds=[instance], WaiterConfig={'Delay': 1})
eni = ec2.create_network_interface(SubnetId=subnet, Description='boto3')['NetworkInterface']['NetworkInterfaceId']
ec2.attach_network_interface(NetworkInterfaceId=eni, InstanceId=instance, DeviceIndex=1, NetworkCardIndex=0)
found = ec2.describe_network_interfaces(Filters=[{'Name': 'attachment.instance-id', 'Values': [instance]}])
print(sorted(item['Attachment']['DeviceIndex'] for item in found['NetworkInterfaces']))
try:
    ec2.delete_network_interface(NetworkInterfaceId=eni)
except ec2.exceptions.ClientError as error:
    print(error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode'])
`;

it('boto3 works against the simulator', async () => {
  const { stdout } = await run(moto.python, ['-c', BOTO3_SMOKE, simulator.url]);
  expect(stdout).toBe('[0, 1]\nInvalidParameterValue 400\n');
});
