import { expect, it } from 'vitest';
import type { NetworkInterface } from '../model.ts';
import { type TestRegion, openTestRegion } from '../test-region.ts';

const MODIFY = 'ModifyNetworkInterfaceAttribute';

function read(region: TestRegion, id: string): NetworkInterface | undefined {
  return region.state().networkInterfaces.find((item) => item.id === id);
}

it('changes each attribute on its own', () => {
  const region = openTestRegion();
  const id = region.newInterface({ Description: 'old' });
  const AttachmentId = region.attach(id, region.newInstance(), 1);
  region.call(MODIFY, { NetworkInterfaceId: id, 'Description.Value': '' });
  region.call(MODIFY, { NetworkInterfaceId: id, 'SourceDestCheck.Value': false });
  region.call(MODIFY, { NetworkInterfaceId: id, 'SecurityGroupId.1': region.groupId });
  region.call(MODIFY, {
    NetworkInterfaceId: id,
    'Attachment.AttachmentId': AttachmentId,
    'Attachment.DeleteOnTermination': true,
  });
  expect(read(region, id)).toMatchObject({
    description: '',
    sourceDestCheck: false,
    groupIds: [region.groupId],
    attachment: { deleteOnTermination: true },
  });
});

it.each([
  [{}, 'MissingParameter'],
  [{ 'Description.Value': 'a', 'SourceDestCheck.Value': true }, 'InvalidParameterCombination'],
  [{ 'SourceDestCheck.Value': 'maybe' }, 'InvalidParameterValue'],
  [{ 'SecurityGroupId.1': 'sg-0123456789abcdef0' }, 'InvalidGroup.NotFound'],
  [
    { 'Attachment.AttachmentId': 'eni-attach-0123456789abcdef0', 'Attachment.DeleteOnTermination': true },
    'InvalidAttachmentID.NotFound',
  ],
  [{ 'Description.Value': 'new', DryRun: true }, 'DryRunOperation'],
])('refuses %j with %s and changes nothing', (change, code) => {
  const region = openTestRegion();
  const id = region.newInterface({ Description: 'old' });
  const before = read(region, id);
  expect(region.code(MODIFY, { NetworkInterfaceId: id, ...change })).toBe(code);
  expect(read(region, id)).toEqual(before);
});

it('describes one attribute at a time', () => {
  const region = openTestRegion();
  const NetworkInterfaceId = region.newInterface({ Description: 'old' });
  const ask = (path: string, Attribute: string): string =>
    region.ask(path, 'DescribeNetworkInterfaceAttribute', { NetworkInterfaceId, Attribute });
  expect(ask('description.value', 'description')).toBe('old');
  expect(ask('sourceDestCheck.value', 'sourceDestCheck')).toBe('true');
  expect(ask('groupSet.0.groupName', 'groupSet')).toBe('default');
  expect(ask('attachment', 'attachment')).toBe('undefined');
  expect(region.code('DescribeNetworkInterfaceAttribute', { NetworkInterfaceId, Attribute: 'mood' })).toBe(
    'InvalidParameterValue',
  );
});
