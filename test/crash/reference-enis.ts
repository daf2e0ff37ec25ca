import { AttachNetworkInterfaceCommand, CreateNetworkInterfaceCommand } from '@aws-sdk/client-ec2';
import { REFERENCE_TAGS } from '../../api/v1alpha1/names.ts';
import { referenceTags } from '../builders/strangers.ts';
import type { CrashWorld } from './crash-world.ts';

/** Where the reference controller put an ENI before it was replaced. */
export interface ReferencePlace {
  readonly nodeEniName: string;
  readonly nodeName: string;
  readonly instanceId: string;
  readonly subnetId: string;
  readonly deviceIndex: number;
}

/** Longer than EC2 takes to attach. */
const ATTACHED_AFTER_MS = 10_000;

/** Attaches ENIs as the reference does; returns their ids and those of their attachments. */
export async function attachReferenceEnis(
  world: CrashWorld,
  places: readonly ReferencePlace[],
): Promise<string[]> {
  const { owner, seed } = world.region;
  const ids: string[] = [];
  for (const { nodeEniName, nodeName, instanceId, subnetId, deviceIndex } of places) {
    const tags = referenceTags({
      [REFERENCE_TAGS.nodeEni]: nodeEniName,
      [REFERENCE_TAGS.node]: nodeName,
      [REFERENCE_TAGS.subnet]: subnetId,
    });
    const { NetworkInterface } = await owner.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: subnetId,
        Groups: [seed.securityGroupId],
        TagSpecifications: [
          {
            ResourceType: 'network-interface',
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      }),
    );
    const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? '';
    const { AttachmentId = '' } = await owner.send(
      new AttachNetworkInterfaceCommand({
        NetworkInterfaceId,
        InstanceId: instanceId,
        DeviceIndex: deviceIndex,
      }),
    );
    ids.push(NetworkInterfaceId, AttachmentId);
  }
  await world.time.runFor(ATTACHED_AFTER_MS);
  return ids;
}
