import { expect, it } from 'vitest';
import { openTestRegion } from '../test-region.ts';

it('adds, overwrites and deletes tags on any kind of resource', () => {
  const region = openTestRegion();
  const eni = region.newInterface();
  const resources = { 'ResourceId.1': eni, 'ResourceId.2': region.vpcId };
  region.call('CreateTags', { ...resources, 'Tag.1.Key': 'a', 'Tag.1.Value': '1', 'Tag.2.Key': 'b' });
  region.call('CreateTags', { 'ResourceId.1': eni, 'Tag.1.Key': 'a', 'Tag.1.Value': '2' });
  region.call('DeleteTags', { ...resources, 'Tag.1.Key': 'a', 'Tag.1.Value': '1' });
  expect(region.state().networkInterfaces[0]?.tags).toEqual({ a: '2', b: '' });
  expect(region.state().vpcs[0]?.tags).toEqual({ b: '' });
  const all = region.ask('tagSet', 'DescribeTags', {
    'Filter.1.Name': 'resource-id',
    'Filter.1.Value.1': eni,
  });
  expect(JSON.parse(all)).toEqual([
    { resourceId: eni, resourceType: 'network-interface', key: 'a', value: '2' },
    { resourceId: eni, resourceType: 'network-interface', key: 'b', value: '' },
  ]);
  region.call('DeleteTags', resources);
  expect(region.state().networkInterfaces[0]?.tags).toEqual({});
});

function tags(from: number, to: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: to - from }, (_, index) => [`Tag.${index + 1}.Key`, `key-${from + index}`]),
  );
}

it('holds at most 50 tags and refuses reserved or malformed ones, changing nothing', () => {
  const region = openTestRegion();
  const eni = region.newInterface();
  expect(region.code('CreateTags', { 'ResourceId.1': eni, ...tags(0, 50) })).toBe('OK');
  expect(region.code('CreateTags', { 'ResourceId.1': eni, ...tags(0, 50) })).toBe('OK');
  expect(region.code('CreateTags', { 'ResourceId.1': eni, ...tags(50, 51) })).toBe('TagLimitExceeded');
  expect(region.code('CreateTags', { 'ResourceId.1': eni, 'Tag.1.Key': 'aws:x' })).toBe(
    'InvalidParameterValue',
  );
  expect(region.code('CreateTags', { 'ResourceId.1': eni, 'Tag.1.Key': 'k'.repeat(129) })).toBe(
    'InvalidParameterValue',
  );
  expect(region.code('CreateTags', { 'ResourceId.1': 'ami-1', 'Tag.1.Key': 'a' })).toBe('InvalidID');
  expect(region.code('CreateTags', { 'ResourceId.1': 'eni-0123456789abcdef0', 'Tag.1.Key': 'a' })).toBe(
    'InvalidNetworkInterfaceID.NotFound',
  );
  expect(
    region.code('CreateTags', {
      'ResourceId.1': eni,
      'Tag.1.Key': 'key-1',
      'Tag.1.Value': 'x',
      DryRun: true,
    }),
  ).toBe('DryRunOperation');
  const kept = region.state().networkInterfaces[0]?.tags ?? {};
  expect(Object.keys(kept)).toHaveLength(50);
  expect(kept['key-1']).toBe('');
});
