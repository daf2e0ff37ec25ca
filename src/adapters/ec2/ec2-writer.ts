import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DetachNetworkInterfaceCommand,
  type EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { CreateEniInput, Ec2Writer } from '../../operator/ports.ts';
import { callEc2 } from './call-ec2.ts';
import { createEniChanges } from './ec2-eni-changes.ts';
import { incompleteReply } from './ec2-error.ts';
import { parseEni } from './parse-ec2.ts';

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
    ...createEniChanges(client),

    createEni: (input, signal) =>
      callEc2('CreateNetworkInterface', async () => {
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
      callEc2('AttachNetworkInterface', async () => {
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
      callEc2('DetachNetworkInterface', async () => {
        const input = { AttachmentId: attachmentId, ...(force ? { Force: true } : {}) };
        await client.send(new DetachNetworkInterfaceCommand(input), { abortSignal: signal });
      }),

    deleteEni: (eniId, signal) =>
      callEc2('DeleteNetworkInterface', async () => {
        await client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eniId }), {
          abortSignal: signal,
        });
      }),

    setDeleteOnTermination: ({ eniId, attachmentId, value }, signal) =>
      callEc2('ModifyNetworkInterfaceAttribute', async () => {
        const command = new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: eniId,
          Attachment: { AttachmentId: attachmentId, DeleteOnTermination: value },
        });
        await client.send(command, { abortSignal: signal });
      }),

    setSourceDestCheck: ({ eniId, value }, signal) =>
      callEc2('ModifyNetworkInterfaceAttribute', async () => {
        const command = new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: eniId,
          SourceDestCheck: { Value: value },
        });
        await client.send(command, { abortSignal: signal });
      }),
  };
}
