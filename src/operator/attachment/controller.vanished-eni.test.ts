import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { ATTACHMENT, engineWorld, ours } from '../../../test/support/engine-world.ts';

const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';
const NOT_FOUND = 'InvalidNetworkInterfaceID.NotFound';

describe('an ENI that vanishes while it is being made', () => {
  it('and whose token EC2 answers with "not found" is proven gone and made anew with another token', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({
      action: CREATE,
      code: 'TimeoutError',
      status: 'none',
      isCarriedOut: true,
    });
    world.ec2.fail({ action: CREATE, code: NOT_FOUND });
    world.start();
    while (world.ec2.callsOf(CREATE).length === 0) await world.clock.advance(1);
    for (const { eniId } of ours(world)) world.ec2.region.removeEni(eniId);
    await world.clock.advance(120_000);
    const tokens = world.ec2.callsOf(CREATE).map(({ input }) => Reflect.get(Object(input), 'clientToken'));
    expect(tokens).toEqual([tokens[0], tokens[0], expect.not.stringMatching(String(tokens[0]))]);
    expect(ours(world).map(({ tags }) => tags[ENI_TAGS.attempt])).toEqual(['2']);
    expect(world.ready()).toMatch(/^True/);
  });

  it('is known by its id even if it never could be attached, so that a restart does not send its token again', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({
      action: ATTACH,
      code: 'InternalError',
      status: 500,
      times: Infinity,
    });
    world.start();
    await world.clock.advance(5_000);
    const [eni] = ours(world);
    expect(world.cluster.attachment(ATTACHMENT).status.eniID).toBe(eni?.eniId);
    world.ec2.region.removeEni(eni?.eniId ?? '');
    world.ec2.heal();
    world.start();
    await world.clock.advance(120_000);
    const tokens = world.ec2.callsOf(CREATE).map(({ input }) => Reflect.get(Object(input), 'clientToken'));
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(ours(world).map(({ tags }) => tags[ENI_TAGS.attempt])).toEqual(['2']);
  });

  it('and is proven gone while its place is taken is made anew with another token once the place is free', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.start();
    await world.clock.advance(10_000);
    const [eni] = ours(world);
    world.ec2.region.removeEni(eni?.eniId ?? '');
    const filler = world.ec2.region.occupy('i-1', eni?.attachment?.deviceIndex ?? 2, 'subnet-a');
    world.start();
    await world.clock.advance(90_000);
    expect(world.ready()).toContain('DeviceIndexInUse');
    expect(world.cluster.attachment(ATTACHMENT).status.eniID).toBeUndefined();
    world.ec2.region.removeEni(filler);
    world.start();
    await world.clock.advance(120_000);
    const tokens = world.ec2.callsOf(CREATE).map(({ input }) => Reflect.get(Object(input), 'clientToken'));
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(ours(world).map(({ tags }) => tags[ENI_TAGS.attempt])).toEqual(['2']);
    expect(world.ready()).toMatch(/^True/);
  });
});
