import {
  AttachNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DetachNetworkInterfaceCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  waitUntilInstanceStopped,
  waitUntilInstanceTerminated,
} from '@aws-sdk/client-ec2';
import { present } from '../support/seed-ec2.ts';
import { type CaseContext, type ContractCase, codeOf, primaryInterfaceOf } from './contract-case.ts';

const ABSENT = '0123456789abcdef0';

function attachCode(
  context: CaseContext,
  input: { eni: string; instance: string; index?: number; card?: number },
): Promise<string> {
  return codeOf(
    context.client.send(
      new AttachNetworkInterfaceCommand({
        NetworkInterfaceId: input.eni,
        InstanceId: input.instance,
        DeviceIndex: input.index ?? 1,
        NetworkCardIndex: input.card ?? 0,
      }),
    ),
  );
}

async function attached(
  context: CaseContext,
): Promise<{ eni: string; instance: string; attachmentId: string }> {
  const { instanceId: instance } = await context.newInstance();
  const eni = await context.newInterface();
  return { eni, instance, attachmentId: await context.attach(eni, instance, 1) };
}

async function setDeleteOnTermination(
  context: CaseContext,
  item: { eni: string; attachmentId: string },
  value: boolean,
): Promise<void> {
  await context.client.send(
    new ModifyNetworkInterfaceAttributeCommand({
      NetworkInterfaceId: item.eni,
      Attachment: { AttachmentId: item.attachmentId, DeleteOnTermination: value },
    }),
  );
}

async function terminate({ client }: CaseContext, instanceId: string): Promise<void> {
  await client.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  await waitUntilInstanceTerminated(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { InstanceIds: [instanceId] },
  );
}

async function stateOf(context: CaseContext, eni: string): Promise<string | undefined> {
  try {
    return (await context.describe(eni)).Status;
  } catch (error) {
    return error instanceof Error ? error.name : undefined;
  }
}

async function launchTwice({ client, subnetId }: CaseContext): Promise<unknown> {
  const launch = new RunInstancesCommand({
    ImageId: 'ami-12345678',
    InstanceType: 'm5.large',
    MinCount: 1,
    MaxCount: 1,
    SubnetId: subnetId,
    ClientToken: 'launch-once',
  });
  const first = await client.send(launch);
  const second = await client.send(launch);
  return first.Instances?.[0]?.InstanceId === second.Instances?.[0]?.InstanceId
    ? 'the same instance'
    : 'a second instance';
}

/** Attaching, detaching, and what becomes of interfaces when their instance stops or ends. */
export const ATTACHMENT_CASES: readonly ContractCase[] = [
  {
    name: 'attach makes an interface in-use at its index',
    expected: { status: 'in-use', attachment: 'attached', index: 1, card: 0, deleteOnTermination: false },
    observe: async (context) => {
      const item = await context.describe((await attached(context)).eni);
      return {
        status: item.Status,
        attachment: item.Attachment?.Status,
        index: item.Attachment?.DeviceIndex,
        card: item.Attachment?.NetworkCardIndex,
        deleteOnTermination: item.Attachment?.DeleteOnTermination,
      };
    },
  },
  {
    name: 'an attached interface cannot be attached again',
    expected: 'InvalidNetworkInterface.InUse',
    observe: async (context) => {
      const { eni } = await attached(context);
      const { instanceId } = await context.newInstance();
      return attachCode(context, { eni, instance: instanceId });
    },
  },
  {
    name: 'a device index is taken once',
    expected: 'InvalidParameterValue',
    observe: async (context) => {
      const { instance } = await attached(context);
      return attachCode(context, { eni: await context.newInterface(), instance });
    },
  },
  {
    name: 'device index 0 is taken by the primary interface',
    expected: 'InvalidParameterValue',
    observe: async (context) => {
      const { instanceId } = await context.newInstance();
      return attachCode(context, { eni: await context.newInterface(), instance: instanceId, index: 0 });
    },
  },
  {
    name: 'attach across zones is refused',
    expected: 'InvalidParameterCombination',
    observe: async (context) => {
      const elsewhere = context.seed.subnets.find(
        (subnet) => subnet.availabilityZone !== context.seed.subnets[0]?.availabilityZone,
      );
      const eni = await context.newInterface({ SubnetId: present(elsewhere?.subnetId, 'second zone') });
      const { instanceId } = await context.newInstance();
      return attachCode(context, { eni, instance: instanceId });
    },
  },
  {
    name: 'an instance type limits its interfaces',
    expected: ['OK', 'OK', 'AttachmentLimitExceeded'],
    observe: async (context) => {
      const { instanceId: instance } = await context.newInstance({ InstanceType: 'm5.large' });
      const codes: string[] = [];
      for (const index of [1, 2, 3]) {
        codes.push(await attachCode(context, { eni: await context.newInterface(), instance, index }));
      }
      return codes;
    },
  },
  {
    name: 'an index is unique per network card',
    expected: { code: 'OK', card: 1 },
    observe: async (context) => {
      const { instanceId: instance } = await context.newInstance({ InstanceType: 'c6in.32xlarge' });
      await attachCode(context, { eni: await context.newInterface(), instance });
      const eni = await context.newInterface();
      const code = await attachCode(context, { eni, instance, card: 1 });
      return { code, card: (await context.describe(eni)).Attachment?.NetworkCardIndex };
    },
  },
  {
    name: 'attach to an unknown instance is refused',
    expected: 'InvalidInstanceID.NotFound',
    observe: async (context) =>
      attachCode(context, { eni: await context.newInterface(), instance: `i-${ABSENT}` }),
  },
  {
    name: 'attach of an unknown interface is refused',
    expected: 'InvalidNetworkInterfaceID.NotFound',
    observe: async (context) =>
      attachCode(context, { eni: `eni-${ABSENT}`, instance: (await context.newInstance()).instanceId }),
  },
  {
    name: 'attach to a terminated instance is refused',
    expected: 'IncorrectInstanceState',
    observe: async (context) => {
      const { instanceId } = await context.newInstance();
      await terminate(context, instanceId);
      return attachCode(context, { eni: await context.newInterface(), instance: instanceId });
    },
  },
  {
    name: 'an attached interface cannot be deleted',
    expected: 'InvalidParameterValue',
    observe: async (context) => {
      const { eni } = await attached(context);
      return codeOf(context.client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eni })));
    },
  },
  {
    name: 'detach makes an interface available',
    expected: { status: 'available', attachment: undefined },
    observe: async (context) => {
      const { eni, attachmentId } = await attached(context);
      await context.client.send(new DetachNetworkInterfaceCommand({ AttachmentId: attachmentId }));
      const item = await context.describe(eni);
      return { status: item.Status, attachment: item.Attachment?.AttachmentId };
    },
  },
  {
    name: 'detach twice answers not found',
    expected: ['OK', 'InvalidAttachmentID.NotFound'],
    observe: async (context) => {
      const detach = new DetachNetworkInterfaceCommand({
        AttachmentId: (await attached(context)).attachmentId,
      });
      return [await codeOf(context.client.send(detach)), await codeOf(context.client.send(detach))];
    },
  },
  {
    name: 'the primary interface cannot be detached',
    expected: 'OperationNotPermitted',
    observe: async (context) => {
      const { instance } = await attached(context);
      const primary = await primaryInterfaceOf(context.client, instance);
      const AttachmentId = present(primary.Attachment?.AttachmentId, 'attachment id');
      return codeOf(context.client.send(new DetachNetworkInterfaceCommand({ AttachmentId })));
    },
  },
  {
    name: 'delete on termination can be switched on',
    expected: true,
    observe: async (context) => {
      const item = await attached(context);
      await setDeleteOnTermination(context, item, true);
      return (await context.describe(item.eni)).Attachment?.DeleteOnTermination;
    },
  },
  {
    name: 'the primary interface goes with its instance',
    expected: true,
    observe: async (context) => {
      const { instanceId } = await context.newInstance();
      return (await primaryInterfaceOf(context.client, instanceId)).Attachment?.DeleteOnTermination;
    },
  },
  { name: 'a launch token gives the same instance', expected: 'the same instance', observe: launchTwice },
  {
    name: 'termination leaves an interface available unless told to delete it',
    expected: { kept: 'available', deleted: 'InvalidNetworkInterfaceID.NotFound' },
    observe: async (context) => {
      const kept = await attached(context);
      const eni = await context.newInterface();
      const attachmentId = await context.attach(eni, kept.instance, 2);
      await setDeleteOnTermination(context, { eni, attachmentId }, true);
      await terminate(context, kept.instance);
      return { kept: await stateOf(context, kept.eni), deleted: await stateOf(context, eni) };
    },
  },
  {
    name: 'a stopped instance keeps its interfaces and takes another',
    expected: { status: 'in-use', attach: 'OK' },
    observe: async (context) => {
      const { eni, instance } = await attached(context);
      const { client } = context;
      await client.send(new StopInstancesCommand({ InstanceIds: [instance] }));
      await waitUntilInstanceStopped(
        { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
        { InstanceIds: [instance] },
      );
      return {
        status: await stateOf(context, eni),
        attach: await attachCode(context, { eni: await context.newInterface(), instance, index: 2 }),
      };
    },
  },
];
