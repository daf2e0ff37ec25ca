import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  type CreateNetworkInterfaceCommandInput,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
  type InstanceNetworkInterface,
  type NetworkInterface,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import { type Seed, type SeededInstance, present } from '../support/seed-ec2.ts';

/** What a case works with: a seeded region that other cases share, so each makes its own interfaces and instances. */
export interface CaseContext {
  readonly client: EC2Client;
  readonly seed: Seed;
  /** Node subnet of the first zone. */
  readonly subnetId: string;
  newInterface(input?: Partial<CreateNetworkInterfaceCommandInput>): Promise<string>;
  newInstance(input?: Partial<RunInstancesCommandInput>): Promise<SeededInstance>;
  /** Attaches at card 0 and returns the attachment id. */
  attach(networkInterfaceId: string, instanceId: string, deviceIndex: number): Promise<string>;
  describe(networkInterfaceId: string): Promise<NetworkInterface>;
}

/** One promise of EC2 about interfaces: what is observed must equal what EC2 is documented or reported to do. */
export interface ContractCase {
  readonly name: string;
  readonly expected: unknown;
  readonly observe: (context: CaseContext) => Promise<unknown>;
}

/** `OK` or the error code of a call. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'OK';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** The helpers of a case on one endpoint. */
export function createCaseContext(client: EC2Client, seed: Seed): CaseContext {
  const subnetId = present(seed.subnets[0]?.subnetId, 'first subnet');
  return {
    client,
    seed,
    subnetId,
    newInterface: async (input) => {
      const { NetworkInterface } = await client.send(
        new CreateNetworkInterfaceCommand({ SubnetId: subnetId, Groups: [seed.securityGroupId], ...input }),
      );
      return present(NetworkInterface?.NetworkInterfaceId, 'interface id');
    },
    newInstance: async (input) => {
      const place = input?.NetworkInterfaces === undefined ? { SubnetId: subnetId } : {};
      const { Instances } = await client.send(
        new RunInstancesCommand({
          ImageId: 'ami-12345678',
          InstanceType: 'm5.xlarge',
          MinCount: 1,
          MaxCount: 1,
          ...place,
          ...input,
        }),
      );
      const instance = present(Instances?.[0], 'instance');
      const instanceId = present(instance.InstanceId, 'instance id');
      await waitUntilInstanceRunning(
        { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
        { InstanceIds: [instanceId] },
      );
      return {
        instanceId,
        availabilityZone: present(instance.Placement?.AvailabilityZone, 'zone'),
        subnetId: present(instance.SubnetId, 'subnet id'),
        privateIpAddress: present(instance.PrivateIpAddress, 'address'),
      };
    },
    attach: async (networkInterfaceId, instanceId, deviceIndex) => {
      const reply = await client.send(
        new AttachNetworkInterfaceCommand({
          NetworkInterfaceId: networkInterfaceId,
          InstanceId: instanceId,
          DeviceIndex: deviceIndex,
          NetworkCardIndex: 0,
        }),
      );
      return present(reply.AttachmentId, 'attachment id');
    },
    describe: async (networkInterfaceId) => {
      const { NetworkInterfaces } = await client.send(
        new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [networkInterfaceId] }),
      );
      return present(NetworkInterfaces?.[0], 'interface');
    },
  };
}

/** The interface at device index 0. */
export async function primaryInterfaceOf(
  client: EC2Client,
  instanceId: string,
): Promise<InstanceNetworkInterface> {
  const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const interfaces = Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces ?? [];
  const primary = interfaces.find((item) => item.Attachment?.DeviceIndex === 0);
  return present(primary, 'primary interface');
}
