import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/builders/ec2-resources.ts';
import { ATTACHMENT, type EngineWorld, engineWorld, ours } from '../../../test/support/engine-world.ts';

/** What STATUS and ENI-ID show over so long, each once. */
async function columns(world: EngineWorld, ms: number): Promise<string[]> {
  const seen: string[] = [];
  for (let passedMs = 0; passedMs < ms; passedMs += 100) {
    await world.clock.advance(100);
    const { state, eniID } = world.cluster.attachment(ATTACHMENT).status;
    const shown = [state ?? '', ...(eniID === undefined ? [] : ['id'])].join(' ');
    if (seen.at(-1) !== shown) seen.push(shown);
  }
  return seen;
}

function statusWrites(world: EngineWorld): number {
  return world.cluster.writes.filter((write) => write === 'attachmentStatus').length;
}

describe('the status of an attachment under way', () => {
  it('shows a stage that lasts, with the id of the ENI, and passes over those before that do not', async () => {
    const world = engineWorld();
    world.ec2.region.setTiming({ createMs: 100, attachMs: 6_000 });
    world.addAttachment();
    world.start();
    expect(await columns(world, 12_000)).toEqual(['', 'Attaching id', 'Ready id']);
    expect(statusWrites(world)).toBe(2);
  });

  it('shows within two seconds that it waits for its turn', async () => {
    const world = engineWorld({ ec2Share: 0.01 });
    for (const index of [1, 2, 3]) {
      const instanceID = `i-before-${index}`;
      world.ec2.region.addInstance(anInstance({ instanceId: instanceID }), 'subnet-a');
      world.addAttachment({ metadata: { name: `att-${index}`, uid: `uid-${index}` }, spec: { instanceID } });
    }
    world.addAttachment();
    world.start();
    await world.clock.advance(2_000);
    expect(world.cluster.attachment(ATTACHMENT).status.state).toBe('Pending');
  });

  it('stores the id of an ENI at once when the next step fails', async () => {
    const world = engineWorld();
    world.ec2.fail({
      action: 'AttachNetworkInterface',
      code: 'IncorrectState',
      status: 400,
      times: Infinity,
    });
    world.addAttachment();
    world.start();
    await world.clock.advance(500);
    expect(world.cluster.attachment(ATTACHMENT).status.eniID).toBe(ours(world)[0]?.eniId);
  });
});
