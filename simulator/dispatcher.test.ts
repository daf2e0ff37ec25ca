import { describe, expect, it } from 'vitest';
import { openTestRegion } from './test-region.ts';

const CREATE = 'CreateNetworkInterface';

function throttledBySeed(seed: string): readonly string[] {
  const region = openTestRegion({ seed });
  region.faults.add({ action: 'DescribeVpcs', kind: 'throttle', probability: 0.5 });
  return Array.from({ length: 40 }, () => region.code('DescribeVpcs'));
}

describe('faults', () => {
  it('hit the n-th matching call, a number of times, and are counted', () => {
    const region = openTestRegion();
    const [SubnetId = ''] = region.subnetIds;
    region.faults.add({ action: CREATE, kind: 'error', code: 'InternalError', nth: 2, times: 2 });
    const codes = Array.from({ length: 5 }, () => region.code(CREATE, { SubnetId }));
    expect(codes).toEqual(['OK', 'InternalError', 'InternalError', 'OK', 'OK']);
    expect(region.faults.list()).toMatchObject([{ seen: 5, fired: 2 }]);
    expect(region.state().networkInterfaces).toHaveLength(3);
  });

  it('hit only calls with the parameters named', () => {
    const region = openTestRegion();
    const [first = '', second = ''] = region.subnetIds;
    region.faults.add({ action: '*', kind: 'throttle', match: { SubnetId: second } });
    expect(region.code(CREATE, { SubnetId: first })).toBe('OK');
    expect(region.code(CREATE, { SubnetId: second })).toBe('RequestLimitExceeded');
  });

  it('hit the same calls again for the same seed', () => {
    expect(throttledBySeed('a')).toEqual(throttledBySeed('a'));
    expect(throttledBySeed('a')).not.toEqual(throttledBySeed('b'));
    expect(new Set(throttledBySeed('a')).size).toBe(2);
  });

  it('lose the reply after the call took effect, or before it', () => {
    const region = openTestRegion();
    const [SubnetId = ''] = region.subnetIds;
    region.faults.add({ action: CREATE, kind: 'reset-before', nth: 1 });
    region.faults.add({ action: CREATE, kind: 'reset-after-commit', nth: 2 });
    expect(region.send(CREATE, { SubnetId }).transport).toBe('reset');
    expect(region.state().networkInterfaces).toHaveLength(0);
    expect(region.send(CREATE, { SubnetId }).transport).toBe('reset');
    expect(region.state().networkInterfaces).toHaveLength(1);
  });

  it('break the reply, slow it, expire credentials', () => {
    const region = openTestRegion();
    region.faults.add({ action: 'DescribeVpcs', kind: 'malformed-xml', nth: 1 });
    region.faults.add({ action: 'DescribeVpcs', kind: 'latency', latencyMs: 700, nth: 2 });
    region.faults.add({ action: 'DescribeVpcs', kind: 'expired-credentials', nth: 3 });
    region.faults.add({
      action: 'DescribeVpcs',
      kind: 'error',
      code: 'Weird',
      message: 'so',
      status: 418,
      nth: 4,
    });
    expect(region.send('DescribeVpcs').transport).toBe('malformed');
    expect(region.send('DescribeVpcs').delayMs).toBe(700);
    expect(region.code('DescribeVpcs')).toBe('RequestExpired');
    expect(region.send('DescribeVpcs').reply).toMatchObject({
      error: { code: 'Weird', message: 'so', status: 418 },
    });
  });

  it('hide what was just made', () => {
    const region = openTestRegion();
    region.faults.add({ action: CREATE, kind: 'not-found-after-create', durationMs: 3_000, nth: 1 });
    const id = region.newInterface();
    const describe = (): string => region.code('DescribeNetworkInterfaces', { 'NetworkInterfaceId.1': id });
    const attach = { NetworkInterfaceId: id, InstanceId: 'i-0123456789abcdef0', DeviceIndex: 1 };
    expect(describe()).toBe('InvalidNetworkInterfaceID.NotFound');
    expect(region.code('AttachNetworkInterface', attach)).toBe('InvalidNetworkInterfaceID.NotFound');
    expect(region.ask('networkInterfaceSet', 'DescribeNetworkInterfaces')).toBe('[]');
    region.clock.advance(3_000);
    expect(describe()).toBe('OK');
    expect(region.state().networkInterfaces).toHaveLength(1);
  });

  it('answer a describe from the past, while changes act on the present', () => {
    const region = openTestRegion();
    const instance = region.newInstance();
    const id = region.newInterface();
    const AttachmentId = region.attach(id, instance, 1);
    region.faults.add({ action: 'DescribeNetworkInterfaces', kind: 'stale-describe', durationMs: 5_000 });
    region.call('DetachNetworkInterface', { AttachmentId });
    region.clock.advance(1_000);
    const ask = (): string =>
      region.ask('networkInterfaceSet.0.status', 'DescribeNetworkInterfaces', { 'NetworkInterfaceId.1': id });
    expect(region.state().networkInterfaces.find((item) => item.id === id)?.status).toBe('available');
    expect(ask()).toBe('in-use');
    region.call('DeleteNetworkInterface', { NetworkInterfaceId: id });
    expect(ask()).toBe('in-use');
    region.clock.advance(4_000);
    expect(ask()).toBe('available');
    region.clock.advance(1_000);
    expect(region.code('DescribeNetworkInterfaces', { 'NetworkInterfaceId.1': id })).toBe(
      'InvalidNetworkInterfaceID.NotFound',
    );
  });
});

describe('the audit log', () => {
  it('keeps every call with its result, ids and caller, never user data', () => {
    const region = openTestRegion();
    const before = region.auditLog.read({ since: 0, action: undefined }).lastSequence;
    const eni = region.newInterface();
    region.code('DeleteNetworkInterface', { NetworkInterfaceId: 'eni-0123456789abcdef0' });
    region.newInstance({ UserData: 'c2VjcmV0' });
    const { calls, dropped } = region.auditLog.read({ since: before, action: undefined });
    expect(dropped).toBe(0);
    expect(calls.map(({ action, code, status }) => [action, code, status])).toEqual([
      [CREATE, 'OK', 200],
      ['DeleteNetworkInterface', 'InvalidNetworkInterfaceID.NotFound', 400],
      ['RunInstances', 'OK', 200],
    ]);
    expect(calls[0]?.ids).toContain(eni);
    expect(calls[0]).toMatchObject({ sequence: before + 1, identity: 'AKIATEST', userAgent: 'unit-test' });
    expect(JSON.stringify(calls)).not.toContain('c2VjcmV0');
    expect(region.auditLog.read({ since: before, action: CREATE }).calls).toHaveLength(1);
  });

  it('keeps a bounded number of calls and says how many went', () => {
    const region = openTestRegion({ knobs: { maxRecordedCalls: 10 } });
    for (let call = 0; call < 100; call += 1) region.call('DescribeVpcs');
    const { calls, lastSequence, dropped } = region.auditLog.read({ since: 0, action: undefined });
    expect(calls.length).toBeLessThanOrEqual(12);
    expect(calls.length + dropped).toBe(lastSequence);
    expect(calls.at(-1)?.sequence).toBe(lastSequence);
    region.auditLog.clear();
    region.call('DescribeVpcs');
    expect(region.auditLog.read({ since: 0, action: undefined })).toMatchObject({
      dropped: 0,
      calls: [{ sequence: lastSequence + 1 }],
    });
  });
});

function historyBySeed(seed: string): string {
  const region = openTestRegion({ seed, profile: 'realistic' });
  region.attach(region.newInterface(), region.newInstance(), 1);
  const { calls } = region.auditLog.read({ since: 0, action: undefined });
  return JSON.stringify([region.state(), calls]);
}

it('gives the same ids, addresses and latencies for the same seed, and others for another', () => {
  expect(historyBySeed('a')).toBe(historyBySeed('a'));
  expect(historyBySeed('a')).not.toBe(historyBySeed('b'));
});

it('refuses actions and API versions it does not have', () => {
  const region = openTestRegion();
  expect(region.code('ModifyInstanceMetadataOptions')).toBe('InvalidAction');
  expect(region.code('DescribeVpcs', { Version: '2016-11-15' })).toBe('OK');
  expect(region.code('DescribeVpcs', { Version: '1999-01-01' })).toBe('InvalidAction');
  expect(region.code('DescribeVpcs', { DryRun: true })).toBe('DryRunOperation');
});
