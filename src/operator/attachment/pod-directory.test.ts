import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { FakeCluster } from '../../../test/support/fake-cluster.ts';
import { PodDirectory } from './pod-directory.ts';

const { signal } = new AbortController();

describe('the pods of nodes', () => {
  it('are read once for all that ask about one node within three seconds', async () => {
    const clock = new FakeClock();
    const cluster = new FakeCluster(clock);
    const directory = new PodDirectory(cluster.podReader, clock);
    await Promise.all(Array.from({ length: 50 }, () => directory.ofNode('node-1', signal)));
    expect(cluster.reads).toEqual(['pods node-1']);
    await clock.advance(3_001);
    await directory.ofNode('node-1', signal);
    expect(cluster.reads).toHaveLength(2);
  });

  it('of a thousand nodes that are released at once are read by a few lists', async () => {
    const clock = new FakeClock();
    const cluster = new FakeCluster(clock);
    const directory = new PodDirectory(cluster.podReader, clock);
    for (let round = 0; round < 6; round += 1) {
      const names = Array.from({ length: 1_000 }, (_, n) => `node-${n}`);
      await Promise.all(names.map((name) => directory.ofNode(name, signal)));
      await clock.advance(10_000);
    }
    expect(cluster.reads.length).toBeLessThanOrEqual(8 + 6);
    expect(cluster.reads.filter((read) => read === 'pods *').length).toBeLessThanOrEqual(6);
  });

  it('are those of the node alone, however they were read', async () => {
    const clock = new FakeClock();
    const cluster = new FakeCluster(clock);
    const directory = new PodDirectory(cluster.podReader, clock);
    const pod = {
      namespace: 'a',
      uid: 'u',
      isOver: false,
      isOfDaemonSet: false,
      isDaemon: false,
      isReady: true,
    };
    cluster.pods = ['node-1', 'node-20'].map((nodeName) => ({ ...pod, name: `on-${nodeName}`, nodeName }));
    for (let n = 1; n <= 20; n += 1) {
      const { pods } = await directory.ofNode(`node-${n}`, signal);
      expect(pods.map(({ nodeName }) => nodeName)).toEqual(n === 1 || n === 20 ? [`node-${n}`] : []);
    }
  });
});
