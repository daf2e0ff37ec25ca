import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { anEni } from '../../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { ATTACHMENT, engineWorld, ours } from '../../../test/support/engine-world.ts';

const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';
const MODIFY = 'ModifyNetworkInterfaceAttribute';
const LOST = { code: 'TimeoutError', status: 'none', isCarriedOut: true } as const;

describe('a lost reply', () => {
  it('to create is sent again with the same token, and makes no second ENI', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ ...LOST, action: CREATE });
    world.start();
    await world.clock.advance(30_000);
    const [first, second, ...more] = world.ec2.callsOf(CREATE);
    expect(second?.input).toEqual(first?.input);
    expect(more).toEqual([]);
    expect(ours(world)).toHaveLength(1);
    expect(world.ready()).toMatch(/^True/);
  });

  it('to create, then a crash: the next process finds the ENI and makes none', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ ...LOST, action: CREATE });
    world.ec2.fail({ action: '*', code: 'InternalError', status: 500, times: Infinity });
    world.start();
    await world.clock.advance(1_000);
    world.ec2.heal();
    world.start();
    await world.clock.advance(30_000);
    expect(ours(world)).toHaveLength(1);
    expect(world.ready()).toMatch(/^True/);
  });

  it('to create, then a refusal of its repetition: the refusal does not prove that no ENI was made', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ ...LOST, action: CREATE });
    world.ec2.fail({ action: CREATE, code: 'InvalidGroup.NotFound' });
    world.start();
    await world.clock.advance(120_000);
    expect(ours(world)).toHaveLength(1);
    expect(world.cluster.attachment(ATTACHMENT).spec.attempt?.number).toBe(1);
    expect(world.ready()).toMatch(/^True/);
  });

  it('to create, then a crash and a refusal: two listings 30 s apart come before a new attempt', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.region.setTiming({ visibleAfterMs: 20_000 });
    world.ec2.fail({ ...LOST, action: CREATE });
    world.ec2.fail({ action: CREATE, code: 'InvalidGroup.NotFound', times: Infinity });
    world.start();
    await world.clock.advance(160);
    world.start();
    await world.clock.advance(120_000);
    expect(ours(world)).toHaveLength(1);
    expect(world.ready()).toMatch(/^True/);
  });

  it('to attach is looked up before anything is sent again', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.region.setTiming({ attachMs: 2_000 });
    world.ec2.fail({ ...LOST, action: ATTACH });
    world.start();
    await world.clock.advance(60_000);
    expect(ours(world)).toHaveLength(1);
    expect(world.ready()).toMatch(/^True/);
    expect(world.ec2.callsOf(ATTACH).length).toBeLessThanOrEqual(2);
  });

  it('to modify is repeated until EC2 shows the attribute', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ action: MODIFY, code: 'TimeoutError', status: 'none', times: 2 });
    world.start();
    await world.clock.advance(60_000);
    expect(ours(world)).toMatchObject([{ attachment: { deleteOnTermination: true } }]);
    expect(world.ready()).toMatch(/^True/);
  });
});

describe('a restart', () => {
  it('of the operator changes no status and no ENI', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.start();
    await world.clock.advance(10_000);
    const [writes, changes] = [world.cluster.writes.length, world.ec2.changes().length];
    world.ec2.fail({ action: 'DescribeNetworkInterfaces', code: 'InternalError', status: 500, times: 4 });
    world.start();
    await world.clock.advance(60_000);
    expect(world.cluster.writes.slice(writes)).toEqual([]);
    expect(world.ec2.changes().slice(changes)).toEqual([]);
    expect(world.ready()).toMatch(/^True/);
  });

  it('after an ENI vanished: it is looked up by its id for 30 s, then made anew with another token', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.start();
    await world.clock.advance(10_000);
    const [eni] = ours(world);
    world.ec2.region.removeEni(eni?.eniId ?? '');
    world.start();
    await world.clock.advance(28_000);
    expect(world.ec2.callsOf(CREATE)).toHaveLength(1);
    expect(world.cluster.attachment(ATTACHMENT).status.eniID).toBe(eni?.eniId);
    await world.clock.advance(60_000);
    expect(ours(world).map(({ tags }) => tags[ENI_TAGS.attempt])).toEqual(['2']);
    expect(world.ready()).toMatch(/^True/);
  });
});

describe('a create that EC2 refuses', () => {
  const REFUSED = { action: CREATE, code: 'InvalidParameterValue', message: 'no', times: Infinity };

  it('is told in the condition, and repeated only after a growing back-off', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail(REFUSED);
    world.start();
    await world.clock.advance(3_600_000);
    expect(world.ready()).toMatch(/^False RequestRejected: /);
    const times = world.ec2.callsOf(CREATE).map(({ atMs }) => Math.round(atMs / 1_000));
    expect(times.slice(0, 6)).toEqual([0, 30, 90, 210, 450, 930]);
    expect(times.length).toBeLessThanOrEqual(11);
  });

  it('is repeated at once, with a new token, when the inputs change', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ ...REFUSED, times: 1 });
    world.start();
    await world.clock.advance(5_000);
    expect(world.ec2.callsOf(CREATE)).toHaveLength(1);
    world.cluster.putNodeEni(
      aNodeEni(
        { description: 'better' },
        { generation: 2, finalizers: ['nodeeni.networking.k8s.aws/finalizer'] },
      ),
    );
    await world.clock.advance(5_000);
    const [first, second] = world.ec2.callsOf(CREATE);
    expect(second?.input).toMatchObject({ description: 'better' });
    expect(Reflect.get(Object(second?.input), 'clientToken')).not.toBe(
      Reflect.get(Object(first?.input), 'clientToken'),
    );
    expect(world.cluster.attachment(ATTACHMENT).spec.attempt?.number).toBe(2);
    expect(world.ready()).toMatch(/^True/);
  });

  it('makes no ENI that is left behind', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ ...REFUSED, times: 3 });
    world.start();
    await world.clock.advance(300_000);
    expect(ours(world)).toHaveLength(1);
  });
});

describe('a create that has to wait', () => {
  it.each([
    ['InsufficientFreeAddressesInSubnet', 400, 'SubnetFull'],
    ['RequestLimitExceeded', 503, 'Throttled'],
    ['UnauthorizedOperation', 403, 'Unauthorized'],
    ['InternalError', 500, 'EC2Unavailable'],
  ])('for %s says %s', async (code, status, reason) => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ action: CREATE, code, status, times: Infinity });
    world.start();
    await world.clock.advance(20_000);
    expect(world.ready()).toMatch(new RegExp(`^False ${reason}: `));
    world.ec2.heal();
    await world.clock.advance(900_000);
    expect(world.ready()).toMatch(/^True/);
    expect(ours(world)).toHaveLength(1);
  });

  it('keeps its attempt and token while the subnet is full', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ action: CREATE, code: 'InsufficientFreeAddressesInSubnet', times: 5 });
    world.start();
    await world.clock.advance(300_000);
    const inputs = world.ec2.callsOf(CREATE).map(({ input }) => JSON.stringify(input));
    expect(new Set(inputs).size).toBe(1);
    expect(world.ready()).toMatch(/^True/);
  });
});

describe('a token that EC2 knows with other inputs', () => {
  const MISMATCH = { action: CREATE, code: 'IdempotentParameterMismatch' };

  it('is given up only after two listings 30 s apart have shown no ENI', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail(MISMATCH);
    world.start();
    await world.clock.advance(29_999);
    expect(world.ec2.callsOf(CREATE)).toHaveLength(1);
    expect(world.cluster.attachment(ATTACHMENT).spec.attempt?.number).toBe(1);
    await world.clock.advance(5_000);
    expect(world.cluster.attachment(ATTACHMENT).spec.attempt?.number).toBe(2);
    await world.clock.advance(5_000);
    expect(ours(world)).toHaveLength(1);
    expect(world.ready()).toMatch(/^True/);
  });

  it('leads to the ENI that it made, when a listing shows one', async () => {
    const world = engineWorld();
    const { uid } = world.addAttachment().metadata;
    world.ec2.fail(MISMATCH);
    world.start();
    await world.clock.advance(1_000);
    const tags = world.cluster.attachment(ATTACHMENT).spec.attempt?.tags ?? {};
    world.ec2.region.addEni(anEni({ eniId: 'eni-made', tags }));
    await world.clock.advance(60_000);
    expect(ours(world).map(({ eniId }) => eniId)).toEqual(['eni-made']);
    expect(ours(world)[0]?.tags[ENI_TAGS.attachment]).toBe(uid);
    expect(world.ready()).toMatch(/^True/);
  });

  it('twice takes two listings twice', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ ...MISMATCH, times: 2 });
    world.start();
    await world.clock.advance(45_000);
    expect(world.ec2.callsOf(CREATE)).toHaveLength(2);
    const secondAtMs = world.ec2.callsOf(CREATE)[1]?.atMs ?? 0;
    await world.clock.advance(60_000);
    expect((world.ec2.callsOf(CREATE)[2]?.atMs ?? 0) - secondAtMs).toBeGreaterThanOrEqual(30_000);
    expect(ours(world)).toHaveLength(1);
  });
});

describe('an attach that EC2 refuses', () => {
  it('because the index was taken meanwhile keeps the one ENI and says who holds the index', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.region.setTiming({ createMs: 0 });
    world.ec2.fail({ action: ATTACH, code: 'InternalError', status: 500 });
    world.start();
    await world.clock.advance(100);
    const holder = world.ec2.region.occupy('i-1', 2, 'subnet-a');
    await world.clock.advance(600_000);
    expect(ours(world)).toHaveLength(1);
    expect(world.ready()).toMatch(/^False DeviceIndexInUse/);
    expect(world.ready()).toContain(holder);
    expect(world.ec2.callsOf(CREATE)).toHaveLength(1);
  });

  it('for good does not make the operator ask for the ENI every second for ever', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ action: ATTACH, code: 'OperationNotPermitted', times: Infinity });
    world.start();
    await world.clock.advance(3_600_000);
    expect(world.ready()).toMatch(/^False RequestRejected/);
    const before = world.ec2.calls.length;
    await world.clock.advance(3_600_000);
    expect(world.ec2.calls.length - before).toBeLessThan(1_000);
  });
});

describe('a reply that is older than our write', () => {
  it('does not make a second ENI when EC2 hides the new one for 20 s', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.region.setTiming({ visibleAfterMs: 20_000 });
    world.start();
    await world.clock.advance(300_000);
    expect(ours(world)).toHaveLength(1);
    expect(world.ec2.callsOf(CREATE).length).toBeLessThanOrEqual(1);
    expect(world.ready()).toMatch(/^True/);
  });
});

it('writes the status only when it changes', async () => {
  const world = engineWorld();
  world.addAttachment();
  world.ec2.fail({ action: CREATE, code: 'RequestLimitExceeded', status: 503, times: Infinity });
  world.start();
  await world.clock.advance(600_000);
  expect(world.ec2.callsOf(CREATE).length).toBeGreaterThan(5);
  expect(world.cluster.writes.filter((write) => write === 'attachmentStatus').length).toBeLessThanOrEqual(2);
});
