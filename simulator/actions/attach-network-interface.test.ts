import { describe, expect, it } from 'vitest';
import { type TestRegion, openTestRegion } from '../test-region.ts';

const ATTACH = 'AttachNetworkInterface';
const SLOW = { attachLatency: { minMs: 1_000, maxMs: 1_000 }, detachLatency: { minMs: 2_000, maxMs: 2_000 } };

function params(eni: string, instance: string, index = 1, card = 0): Record<string, string | number> {
  return { NetworkInterfaceId: eni, InstanceId: instance, DeviceIndex: index, NetworkCardIndex: card };
}

function statusOf(region: TestRegion, eni: string): string {
  const item = region.state().networkInterfaces.find(({ id }) => id === eni);
  return `${item?.status ?? 'gone'}/${item?.attachment?.status ?? 'none'}`;
}

describe('AttachNetworkInterface', () => {
  it('passes through attaching, and detach through detaching', () => {
    const region = openTestRegion({ knobs: SLOW });
    const instance = region.newInstance();
    const eni = region.newInterface();
    const attachmentId = region.ask('attachmentId', ATTACH, params(eni, instance));
    expect(statusOf(region, eni)).toBe('in-use/attaching');
    region.clock.advance(1_000);
    expect(statusOf(region, eni)).toBe('in-use/attached');
    region.call('DetachNetworkInterface', { AttachmentId: attachmentId });
    expect(statusOf(region, eni)).toBe('in-use/detaching');
    region.clock.advance(1_999);
    expect(statusOf(region, eni)).toBe('in-use/detaching');
    region.clock.advance(1);
    expect(statusOf(region, eni)).toBe('available/none');
  });

  it('never ends as attached when it was detached while attaching', () => {
    const region = openTestRegion({ knobs: { ...SLOW, attachLatency: { minMs: 5_000, maxMs: 5_000 } } });
    const instance = region.newInstance();
    const eni = region.newInterface();
    const attachmentId = region.ask('attachmentId', ATTACH, params(eni, instance));
    region.call('DetachNetworkInterface', { AttachmentId: attachmentId });
    region.clock.advance(10_000);
    expect(statusOf(region, eni)).toBe('available/none');
  });

  it('names the taken index the way EC2 does', () => {
    const region = openTestRegion();
    const instance = region.newInstance();
    region.attach(region.newInterface(), instance, 2);
    expect(region.refusal(ATTACH, params(region.newInterface(), instance, 2))).toEqual({
      code: 'InvalidParameterValue',
      message: `Instance '${instance}' already has an interface attached at device index '2'.`,
    });
    expect(region.code(ATTACH, params(region.newInterface(), instance, 0))).toBe('InvalidParameterValue');
    expect(region.code(ATTACH, params(region.newInterface(), instance, 3))).toBe('OK');
  });

  it('keeps an index taken until the detach has ended', () => {
    const region = openTestRegion({ knobs: SLOW });
    const instance = region.newInstance();
    const attachmentId = region.attach(region.newInterface(), instance, 1);
    region.call('DetachNetworkInterface', { AttachmentId: attachmentId });
    const eni = region.newInterface();
    expect(region.code(ATTACH, params(eni, instance))).toBe('InvalidParameterValue');
    region.clock.advance(2_000);
    expect(region.code(ATTACH, params(eni, instance))).toBe('OK');
  });

  it('gives each network card its own indexes and its own limit', () => {
    const region = openTestRegion();
    const instance = region.newInstance({ InstanceType: 'p5.48xlarge' });
    expect(region.code(ATTACH, params(region.newInterface(), instance, 1, 0))).toBe('OK');
    expect(region.code(ATTACH, params(region.newInterface(), instance, 1, 1))).toBe('OK');
    expect(region.code(ATTACH, params(region.newInterface(), instance, 2, 0))).toBe(
      'AttachmentLimitExceeded',
    );
    expect(region.code(ATTACH, params(region.newInterface(), instance, 2, 1))).toBe('OK');
    expect(region.code(ATTACH, params(region.newInterface(), instance, 1, 32))).toBe('InvalidParameterValue');
  });

  it('refuses one interface more than the type holds', () => {
    const region = openTestRegion();
    const instance = region.newInstance({ InstanceType: 'm5.large' });
    region.attach(region.newInterface(), instance, 1);
    region.attach(region.newInterface(), instance, 2);
    expect(region.refusal(ATTACH, params(region.newInterface(), instance, 3))).toEqual({
      code: 'AttachmentLimitExceeded',
      message: 'Interface count 4 exceeds the limit for m5.large',
    });
  });

  it('refuses another zone, another VPC and an interface in use', () => {
    const region = openTestRegion();
    const instance = region.newInstance();
    const [, elsewhere = ''] = region.subnetIds;
    expect(region.refusal(ATTACH, params(region.newInterface({ SubnetId: elsewhere }), instance))).toEqual({
      code: 'InvalidParameterCombination',
      message:
        'You may not attach a network interface to an instance if they are not in the same availability zone',
    });
    const VpcId = region.ask('vpc.vpcId', 'CreateVpc', { CidrBlock: '10.9.0.0/16' });
    const SubnetId = region.ask('subnet.subnetId', 'CreateSubnet', { VpcId, CidrBlock: '10.9.0.0/24' });
    expect(region.code(ATTACH, params(region.newInterface({ SubnetId }), instance))).toBe(
      'InvalidParameterCombination',
    );
    const eni = region.newInterface();
    region.attach(eni, instance, 1);
    expect(region.code(ATTACH, params(eni, region.newInstance()))).toBe('InvalidNetworkInterface.InUse');
  });

  it('works on running and stopped instances only', () => {
    const latency = { minMs: 1_000, maxMs: 1_000 };
    const region = openTestRegion({
      knobs: {
        instanceStartLatency: latency,
        instanceStopLatency: latency,
        instanceTerminateLatency: latency,
      },
    });
    const instance = region.ask('instancesSet.0.instanceId', 'RunInstances', {
      ImageId: 'ami-12345678',
      InstanceType: 'm5.4xlarge',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: region.subnetIds[0] ?? '',
    });
    const codes: [string, string][] = [];
    const attempt = (state: string, index: number): void => {
      codes.push([state, region.code(ATTACH, params(region.newInterface(), instance, index))]);
    };
    attempt('pending', 1);
    region.clock.advance(1_000);
    attempt('running', 2);
    region.call('StopInstances', { 'InstanceId.1': instance });
    attempt('stopping', 3);
    region.clock.advance(1_000);
    attempt('stopped', 4);
    region.call('TerminateInstances', { 'InstanceId.1': instance });
    attempt('shutting-down', 5);
    region.clock.advance(1_000);
    attempt('terminated', 6);
    region.clock.advance(3_600_000);
    attempt('forgotten', 7);
    expect(codes).toEqual([
      ['pending', 'IncorrectInstanceState'],
      ['running', 'OK'],
      ['stopping', 'IncorrectInstanceState'],
      ['stopped', 'OK'],
      ['shutting-down', 'IncorrectInstanceState'],
      ['terminated', 'IncorrectInstanceState'],
      ['forgotten', 'InvalidInstanceID.NotFound'],
    ]);
  });

  it.each([
    [{ NetworkInterfaceId: 'eni-0123456789abcdef0' }, 'InvalidNetworkInterfaceID.NotFound'],
    [{ NetworkInterfaceId: 'eni-x' }, 'InvalidNetworkInterfaceId.Malformed'],
    [{ InstanceId: 'i-0123456789abcdef0' }, 'InvalidInstanceID.NotFound'],
    [{ InstanceId: 'i-x' }, 'InvalidInstanceID.Malformed'],
    [{ DeviceIndex: 128 }, 'InvalidParameterValue'],
    [{ DeviceIndex: -1 }, 'InvalidParameterValue'],
    [{ NetworkCardIndex: 1 }, 'InvalidParameterValue'],
    [{ DryRun: true }, 'DryRunOperation'],
  ])('refuses %j with %s and attaches nothing', (wrong, code) => {
    const region = openTestRegion();
    const eni = region.newInterface();
    expect(region.code(ATTACH, { ...params(eni, region.newInstance()), ...wrong })).toBe(code);
    expect(statusOf(region, eni)).toBe('available/none');
  });

  it('refuses an interface with more addresses than the type allows', () => {
    const region = openTestRegion();
    const eni = region.newInterface({ SecondaryPrivateIpAddressCount: 10 });
    const instance = region.newInstance({ InstanceType: 'm5.large' });
    expect(region.code(ATTACH, params(eni, instance))).toBe('PrivateIpAddressLimitExceeded');
  });
});

describe('DetachNetworkInterface', () => {
  it('refuses the primary interface', () => {
    const region = openTestRegion();
    const instance = region.newInstance();
    const primary = region.state().networkInterfaces.find((item) => item.attachment?.instanceId === instance);
    expect(region.refusal('DetachNetworkInterface', { AttachmentId: primary?.attachment?.id ?? '' })).toEqual(
      {
        code: 'OperationNotPermitted',
        message: 'The network interface at device index 0 and networkCard index 0 cannot be detached.',
      },
    );
  });

  it('is refused while detaching, unless forced, which ends it', () => {
    const region = openTestRegion({ knobs: SLOW });
    const eni = region.newInterface();
    const AttachmentId = region.attach(eni, region.newInstance(), 1);
    region.call('DetachNetworkInterface', { AttachmentId });
    expect(region.code('DetachNetworkInterface', { AttachmentId })).toBe('IncorrectState');
    expect(region.code('DetachNetworkInterface', { AttachmentId, Force: true })).toBe('OK');
    expect(statusOf(region, eni)).toBe('available/none');
    expect(region.code('DetachNetworkInterface', { AttachmentId })).toBe('InvalidAttachmentID.NotFound');
  });

  it('knows malformed attachment ids', () => {
    const region = openTestRegion();
    expect(region.code('DetachNetworkInterface', { AttachmentId: 'eni-0123456789abcdef0' })).toBe(
      'InvalidNetworkInterfaceAttachmentId.Malformed',
    );
  });

  it('takes a share of detaches through the long tail', () => {
    const tail = { minMs: 60_000, maxMs: 60_000 };
    const region = openTestRegion({ knobs: { ...SLOW, detachTailProbability: 1, detachTailLatency: tail } });
    const eni = region.newInterface();
    const AttachmentId = region.attach(eni, region.newInstance(), 1);
    region.call('DetachNetworkInterface', { AttachmentId });
    region.clock.advance(59_999);
    expect(statusOf(region, eni)).toBe('in-use/detaching');
    region.clock.advance(1);
    expect(statusOf(region, eni)).toBe('available/none');
  });
});

describe('DeleteNetworkInterface', () => {
  it('is refused until the detach has ended', () => {
    const region = openTestRegion({ knobs: SLOW });
    const eni = region.newInterface();
    const remove = { NetworkInterfaceId: eni };
    const AttachmentId = region.attach(eni, region.newInstance(), 1);
    const inUse = {
      code: 'InvalidParameterValue',
      message: `Network interface '${eni}' is currently in use.`,
    };
    expect(region.refusal('DeleteNetworkInterface', remove)).toEqual(inUse);
    region.call('DetachNetworkInterface', { AttachmentId });
    expect(region.refusal('DeleteNetworkInterface', remove)).toEqual(inUse);
    region.clock.advance(2_000);
    expect(region.code('DeleteNetworkInterface', remove)).toBe('OK');
    expect(region.code('DeleteNetworkInterface', remove)).toBe('InvalidNetworkInterfaceID.NotFound');
  });
});
