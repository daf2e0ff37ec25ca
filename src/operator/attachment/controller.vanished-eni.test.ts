import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { ATTACHMENT, engineWorld, ours } from '../../../test/support/engine-world.ts';

const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';

describe('an ENI that vanishes while it is being made', () => {
  it('is known by its id even if it never could be attached, so that a restart does not send its token again', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ action: ATTACH, code: 'InternalError', status: 500, times: Infinity });
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
});
