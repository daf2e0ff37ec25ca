import { beforeAll, describe, expect, it } from 'vitest';
import { type TestRegion, openTestRegion } from '../test-region.ts';

const DESCRIBE = 'DescribeNetworkInterfaces';

function filterParams(filters: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const params: Record<string, string> = {};
  Object.entries(filters).forEach(([name, values], filter) => {
    params[`Filter.${filter + 1}.Name`] = name;
    values.forEach((value, index) => {
      params[`Filter.${filter + 1}.Value.${index + 1}`] = value;
    });
  });
  return params;
}

function found(region: TestRegion, filters: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const text = JSON.stringify(region.call(DESCRIBE, filterParams(filters)));
  return [...text.matchAll(/"networkInterfaceId":"(eni-[0-9a-f]+)"/g)].map((match) => match[1] ?? '');
}

describe('filters', () => {
  let region: TestRegion;
  let plain: string;
  let attached: string;
  let instance: string;
  beforeAll(() => {
    region = openTestRegion();
    instance = region.newInstance();
    plain = region.newInterface({
      Description: 'plain (one)',
      'TagSpecification.1.ResourceType': 'network-interface',
      'TagSpecification.1.Tag.1.Key': 'Name',
      'TagSpecification.1.Tag.1.Value': 'web-1',
    });
    attached = region.newInterface({
      SecondaryPrivateIpAddressCount: 1,
      'SecurityGroupId.1': region.groupId,
      'TagSpecification.1.ResourceType': 'network-interface',
      'TagSpecification.1.Tag.1.Key': 'Name',
      'TagSpecification.1.Tag.1.Value': 'web-2',
    });
    region.attach(attached, instance, 3);
  });

  it.each([
    ['network-interface-id', () => [plain], () => [plain]],
    ['tag:Name', () => ['web-1'], () => [plain]],
    ['tag:Name', () => ['web-?'], () => [plain, attached]],
    ['tag:Name', () => ['*-2', 'nothing'], () => [attached]],
    ['tag:Name', () => [String.raw`web-\?`], () => []],
    ['tag:name', () => ['web-1'], () => []],
    ['tag-key', () => ['Name'], () => [plain, attached]],
    ['description', () => ['plain (one)'], () => [plain]],
    ['description', () => ['plain (*)'], () => [plain]],
    ['group-id', () => [region.groupId], () => [attached]],
    ['attachment.device-index', () => ['3'], () => [attached]],
    [
      'attachment.attachment-id',
      () => [region.state().networkInterfaces.at(-1)?.attachment?.id ?? ''],
      () => [attached],
    ],
    ['status', () => ['available'], () => [plain]],
    [
      'private-ip-address',
      () => [region.state().networkInterfaces.at(-1)?.privateIpAddresses[1] ?? ''],
      () => [attached],
    ],
    ['mac-address', () => [region.state().networkInterfaces.at(-1)?.macAddress ?? ''], () => [attached]],
    ['availability-zone', () => ['us-east-1b'], () => []],
  ])('%s', (name, values, expected) => {
    expect(found(region, { [name]: values() })).toEqual(expected());
  });

  it('AND over filters, OR over values', () => {
    const web = { 'tag:Name': ['web-1', 'web-2'] };
    expect(found(region, web)).toEqual([plain, attached]);
    expect(found(region, { ...web, 'attachment.instance-id': [instance] })).toEqual([attached]);
    expect(
      found(region, { ...web, 'attachment.status': ['attached'], 'subnet-id': [region.subnetIds[1] ?? ''] }),
    ).toEqual([]);
    expect(
      found(region, { 'vpc-id': [region.vpcId], 'subnet-id': [region.subnetIds[0] ?? ''] }),
    ).toHaveLength(3);
  });

  it('an unknown one, one without values and one of more than 200 values are refused', () => {
    expect(region.code(DESCRIBE, filterParams({ colour: ['red'] }))).toBe('InvalidParameterValue');
    expect(region.code(DESCRIBE, { 'Filter.1.Name': 'status' })).toBe('InvalidParameterValue');
    const values = Array.from({ length: 201 }, (_, index) => `eni-${index}`);
    expect(region.code(DESCRIBE, filterParams({ 'network-interface-id': values.slice(1) }))).toBe('OK');
    expect(region.code(DESCRIBE, filterParams({ 'network-interface-id': values }))).toBe(
      'FilterLimitExceeded',
    );
  });
});

it('names every missing id and gives none of the others', () => {
  const region = openTestRegion();
  const params = {
    'NetworkInterfaceId.1': region.newInterface(),
    'NetworkInterfaceId.2': 'eni-0123456789abcdef0',
    'NetworkInterfaceId.3': 'eni-0123456789abcdef1',
  };
  expect(region.refusal(DESCRIBE, params)).toEqual({
    code: 'InvalidNetworkInterfaceID.NotFound',
    message: "The networkInterface IDs 'eni-0123456789abcdef0, eni-0123456789abcdef1' do not exist",
  });
});
