import { expect, it } from 'vitest';
import { type TestRegion, type WireParams, openTestRegion } from './test-region.ts';

const QUOTA = { profile: 'default-quota', knobs: { attachLatency: { minMs: 0, maxMs: 0 } } } as const;

/** How many calls in a row are admitted right now. */
function admitted(region: TestRegion, action: string, params: WireParams = {}): number {
  let calls = 0;
  while (region.code(action, params) !== 'RequestLimitExceeded') calls += 1;
  return calls;
}

const UNKNOWN_ENI = { NetworkInterfaceId: 'eni-0123456789abcdef0' };

it.each([
  ['CreateNetworkInterface', { SubnetId: 'subnet-0123456789abcdef0' }, 100, 5],
  ['DeleteNetworkInterface', UNKNOWN_ENI, 100, 5],
  ['ModifyNetworkInterfaceAttribute', UNKNOWN_ENI, 100, 5],
  ['AssignPrivateIpAddresses', UNKNOWN_ENI, 100, 5],
  ['AttachNetworkInterface', UNKNOWN_ENI, 50, 5],
  ['DetachNetworkInterface', { AttachmentId: 'eni-attach-0123456789abcdef0' }, 50, 5],
  ['CreateTags', { 'ResourceId.1': 'eni-0123456789abcdef0' }, 100, 10],
  ['DescribeNetworkInterfaces', { MaxResults: 5 }, 100, 20],
  ['DescribeNetworkInterfaces', { 'Filter.1.Name': 'subnet-id', 'Filter.1.Value.1': 'x' }, 100, 20],
  ['DescribeNetworkInterfaces', { 'Filter.1.Name': 'tag:a', 'Filter.1.Value.1': 'x' }, 50, 10],
  ['DescribeNetworkInterfaces', {}, 50, 10],
  ['DescribeInstances', {}, 50, 10],
  ['DescribeInstances', { 'Filter.1.Name': 'tag:a', 'Filter.1.Value.1': 'x' }, 100, 20],
  ['DescribeSubnets', {}, 100, 20],
])('%s %j is admitted %i times at once and %i times a second', (action, params, capacity, refill) => {
  const region = openTestRegion(QUOTA);
  // Opening the region took tokens of its own.
  region.clock.advance(60_000);
  expect(admitted(region, action, params)).toBe(capacity);
  region.clock.advance(1_000);
  expect(admitted(region, action, params)).toBe(refill);
  region.clock.advance(60_000);
  expect(admitted(region, action, params)).toBe(capacity);
});

it('throttles per action, with status 503 and without any effect', () => {
  const region = openTestRegion({ profile: 'default-quota' });
  const [SubnetId = ''] = region.subnetIds;
  expect(admitted(region, 'CreateNetworkInterface', { SubnetId })).toBe(100);
  expect(region.state().networkInterfaces).toHaveLength(100);
  const refused = region.send('CreateNetworkInterface', { SubnetId });
  expect(refused.reply).toMatchObject({ error: { code: 'RequestLimitExceeded', status: 503 } });
  expect(region.code('DeleteNetworkInterface', UNKNOWN_ENI)).toBe('InvalidNetworkInterfaceID.NotFound');
});

it('counts instances beside requests', () => {
  const region = openTestRegion({ profile: 'default-quota' });
  region.clock.advance(60_000);
  const [SubnetId = ''] = region.subnetIds;
  const launch = { ImageId: 'ami-12345678', InstanceType: 'm5.large', SubnetId };
  expect(region.code('RunInstances', { ...launch, MinCount: 999, MaxCount: 999 })).toBe('OK');
  expect(region.code('RunInstances', { ...launch, MinCount: 2, MaxCount: 2 })).toBe('RequestLimitExceeded');
  expect(region.code('RunInstances', { ...launch, MinCount: 1, MaxCount: 1 })).toBe('OK');
});

it('is off unless the profile or a knob says otherwise', () => {
  const region = openTestRegion();
  const codes = Array.from({ length: 300 }, () => region.code('DescribeInstances'));
  expect(new Set(codes)).toEqual(new Set(['OK']));
});
