import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateTagsCommand,
  DeleteNetworkInterfaceCommand,
  DetachNetworkInterfaceCommand,
  type EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { CreateEniInput, Ec2Writer } from '../../operator/ports.ts';
import { incompleteReply, toEc2Error } from './ec2-error.ts';
import { parseEni } from './parse-ec2.ts';

async function call<T>(action: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw toEc2Error(action, error);
  }
}

function addressCounts(input: CreateEniInput): {
  SecondaryPrivateIpAddressCount?: number;
  Ipv4PrefixCount?: number;
  Ipv6AddressCount?: number;
  Ipv6PrefixCount?: number;
} {
  return {
    ...(input.secondaryPrivateIpCount === undefined
      ? {}
      : { SecondaryPrivateIpAddressCount: input.secondaryPrivateIpCount }),
    ...(input.ipv4PrefixCount === undefined ? {} : { Ipv4PrefixCount: input.ipv4PrefixCount }),
    ...(input.ipv6AddressCount === undefined ? {} : { Ipv6AddressCount: input.ipv6AddressCount }),
    ...(input.ipv6PrefixCount === undefined ? {} : { Ipv6PrefixCount: input.ipv6PrefixCount }),
  };
}

/** Changes EC2: one method, one call. Tags ride in the create call, so that there is no moment without them. */
export function createEc2Writer(client: EC2Client): Ec2Writer {
  return {
    createEni: (input, signal) =>
      call('CreateNetworkInterface', async () => {
        const command = new CreateNetworkInterfaceCommand({
          ClientToken: input.clientToken,
          SubnetId: input.subnetId,
          Groups: [...input.securityGroupIds],
          Description: input.description,
          TagSpecifications: [
            {
              ResourceType: 'network-interface',
              Tags: Object.entries(input.tags).map(([Key, Value]) => ({ Key, Value })),
            },
          ],
          ...addressCounts(input),
        });
        const reply = await client.send(command, { abortSignal: signal });
        // The reply may leave the tags out; they were part of the request, so the ENI has them.
        return { ...parseEni(reply.NetworkInterface ?? {}), tags: input.tags };
      }),

    attachEni: (input, signal) =>
      call('AttachNetworkInterface', async () => {
        // NetworkCardIndex always: without it EC2 mis-validates indexes on multi-card types (cilium/cilium#42512).
        const command = new AttachNetworkInterfaceCommand({
          NetworkInterfaceId: input.eniId,
          InstanceId: input.instanceId,
          NetworkCardIndex: input.networkCardIndex,
          DeviceIndex: input.deviceIndex,
        });
        const { AttachmentId: attachmentId } = await client.send(command, { abortSignal: signal });
        if (attachmentId === undefined) throw incompleteReply('AttachmentId');
        return { attachmentId };
      }),

    detachEni: (attachmentId, signal, force = false) =>
      call('DetachNetworkInterface', async () => {
        const input = { AttachmentId: attachmentId, ...(force ? { Force: true } : {}) };
        await client.send(new DetachNetworkInterfaceCommand(input), { abortSignal: signal });
      }),

    deleteEni: (eniId, signal) =>
      call('DeleteNetworkInterface', async () => {
        await client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eniId }), {
          abortSignal: signal,
        });
      }),

    setDeleteOnTermination: ({ eniId, attachmentId, value }, signal) =>
      call('ModifyNetworkInterfaceAttribute', async () => {
        const command = new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: eniId,
          Attachment: { AttachmentId: attachmentId, DeleteOnTermination: value },
        });
        await client.send(command, { abortSignal: signal });
      }),

    setSourceDestCheck: ({ eniId, value }, signal) =>
      call('ModifyNetworkInterfaceAttribute', async () => {
        const command = new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: eniId,
          SourceDestCheck: { Value: value },
        });
        await client.send(command, { abortSignal: signal });
      }),

    tagEni: ({ eniId, tags }, signal) =>
      call('CreateTags', async () => {
        const command = new CreateTagsCommand({
          Resources: [eniId],
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        });
        await client.send(command, { abortSignal: signal });
      }),
  };
}
