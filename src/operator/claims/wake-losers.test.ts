import { describe, expect, it } from 'vitest';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { aNodeEniAttachment } from '../../../test/builders/node-eni-attachment.ts';
import { FakeCluster } from '../../../test/support/fake-cluster.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { seededRandom } from '../../runtime/random.ts';
import { WorkQueue } from '../../runtime/work-queue.ts';
import { ClaimBook } from './claim-book.ts';
import { wakeLosers } from './wake-losers.ts';

const KEY = 'i-1 card 0 index 2';
const NAME = 'tenant-a-111111-i-1-00000000';

/** NodeENI `loser` lost the index of tenant-a's attachment on i-1; `stranger` has nothing to do with it. */
async function world() {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock);
  const queue = new WorkQueue({ clock, random: seededRandom(1) });
  const claims = new ClaimBook({ isKnown: () => false });
  wakeLosers(cluster.informers, queue, claims);
  const woken = async (): Promise<string[]> => {
    await clock.advance(1_000);
    const keys: string[] = [];
    while (queue.depth > 0) {
      const key = (await queue.take()) ?? '';
      keys.push(key);
      queue.done(key);
    }
    return keys;
  };
  claims.record('loser', [], [{ key: KEY, winner: 'tenant-a' }]);
  claims.record('stranger', [], [{ key: 'i-2 card 0 index 2', winner: 'tenant-z' }]);
  cluster.putNodeEni(aNodeEni());
  cluster.putAttachment(aNodeEniAttachment());
  await woken();
  return { cluster, claims, woken };
}

describe('a loser is woken', () => {
  it('when the winner’s attachment begins to go, and when it is gone', async () => {
    const { cluster, woken } = await world();
    cluster.deleteAttachment(NAME);
    expect(await woken()).toEqual(['loser']);
    cluster.removeAttachment(NAME);
    expect(await woken()).toEqual(['loser']);
  });

  it('when the winner is annotated, edited or gone, and not by its status', async () => {
    const { cluster, woken } = await world();
    cluster.putNodeEni(aNodeEni({}, {}, { observedGeneration: 1 }));
    expect(await woken()).toEqual([]);
    cluster.putNodeEni(aNodeEni({}, { generation: 2 }));
    expect(await woken()).toEqual(['loser']);
    cluster.removeNodeEni('tenant-a');
    expect(await woken()).toEqual(['loser']);
  });

  it('when another one than it knows of makes an attachment there', async () => {
    const { cluster, woken } = await world();
    cluster.putAttachment(
      aNodeEniAttachment({
        metadata: { name: 'other', uid: 'other' },
        spec: { nodeENI: { name: 'tenant-c', uid: 'c' }, subnetID: 'subnet-c' },
      }),
    );
    expect(await woken()).toEqual(['loser']);
  });

  it('no more once it lost nothing', async () => {
    const { cluster, claims, woken } = await world();
    claims.record('loser', [], []);
    cluster.removeAttachment(NAME);
    expect(await woken()).toEqual([]);
  });
});

describe('NodeENIs with one subnet on an instance', () => {
  it('are woken when the other one comes and goes', async () => {
    const { cluster, claims, woken } = await world();
    claims.record('loser', [], []);
    const spec = { nodeENI: { name: 'tenant-c', uid: 'c' }, deviceIndex: 5 };
    cluster.putAttachment(aNodeEniAttachment({ metadata: { name: 'other', uid: 'other' }, spec }));
    expect(await woken()).toEqual(['tenant-a']);
    cluster.removeAttachment('other');
    expect(await woken()).toEqual(['tenant-a']);
  });
});
