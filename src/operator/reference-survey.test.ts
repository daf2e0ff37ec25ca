import { describe, expect, it } from 'vitest';
import { aClusterNode } from '../../test/builders/cluster-node.ts';
import { anAttachedEni, anEni } from '../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import { referenceTags } from '../../test/builders/strangers.ts';
import { FakeCluster, type RecordedEvent } from '../../test/support/fake-cluster.ts';
import { FakeEc2 } from '../../test/support/fake-ec2.ts';
import type { Eni } from '../domain/ec2-resources.ts';
import { identityTags } from '../domain/ownership.ts';
import { FakeClock } from '../runtime/fake-clock.ts';
import { seededRandom } from '../runtime/random.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { createReferenceSurvey, type ReferenceCounts } from './reference-survey.ts';

const OWN = { name: 'demo', uid: 'cluster-uid' };
const HOUR_MS = 3_600_000;
const RESYNC_MS = 300_000;

interface SurveyWorld {
  readonly clock: FakeClock;
  readonly ec2: FakeEc2;
  readonly cluster: FakeCluster;
  readonly logger: RecordingLogger;
  readonly counts: ReferenceCounts[];
  readonly lists: () => number;
  readonly told: () => readonly RecordedEvent[];
  readonly stop: () => void;
}

/** A survey over NodeENI tenant-a, node-1 and an attachment for subnet-a. */
async function survey(enis: readonly Eni[], isWanted = true): Promise<SurveyWorld> {
  const clock = new FakeClock();
  const ec2 = new FakeEc2(clock);
  const cluster = new FakeCluster(clock);
  const logger = new RecordingLogger();
  const counts: ReferenceCounts[] = [];
  const stop = new AbortController();
  cluster.putNode(aClusterNode());
  cluster.putNodeEni(aNodeEni({}, {}, { observedGeneration: 1 }));
  cluster.putAttachment(aNodeEniAttachment());
  for (const eni of enis) ec2.region.addEni(eni);
  const runnable = createReferenceSurvey({
    caches: cluster.caches,
    cluster: OWN,
    reader: ec2,
    events: cluster.eventSink,
    onCounted: (each) => counts.push(each),
    clock,
    random: seededRandom(1),
    logger,
    resyncPeriodMs: RESYNC_MS,
    isWanted,
  });
  void runnable.start(stop.signal);
  await clock.advance(1);
  return {
    clock,
    ec2,
    cluster,
    logger,
    counts,
    lists: () => ec2.callsOf('DescribeNetworkInterfaces').length,
    told: () => cluster.events,
    stop: () => stop.abort(),
  };
}

const theirs = (
  eniId: string,
  place: Parameters<typeof anAttachedEni>[0] = {},
  eni: Partial<Eni> = {},
): Eni => anAttachedEni(place, { eniId, tags: referenceTags(), ...eni });
const free = anEni({ eniId: 'eni-free', tags: referenceTags() });

describe('the survey of the reference’s ENIs', () => {
  it('counts each by what becomes of it, and tells each that is left once', async () => {
    const taken = {
      ...referenceTags(),
      ...identityTags(OWN, { nodeEniName: 'tenant-a', instanceId: 'i-1', slotKey: 's' }),
    };
    const world = await survey([
      theirs('eni-taken', { deviceIndex: 3 }, { tags: taken }),
      theirs('eni-waits'),
      theirs('eni-subnet', {}, { subnetId: 'subnet-b' }),
      theirs('eni-unknown', {}, { tags: referenceTags({ NodeENI: 'tenant-z' }) }),
      theirs('eni-elsewhere', { instanceId: 'i-9' }),
      free,
    ]);
    expect(world.counts).toEqual([
      {
        TakenOver: 1,
        Pending: 1,
        SubnetNotListed: 1,
        NodeENINotFound: 1,
        ForeignInstance: 1,
        NotAttached: 1,
      },
    ]);
    await world.clock.advance(3 * HOUR_MS);
    expect(world.told().map(({ type, reason, name, message }) => [type, reason, name, message])).toEqual([
      ['Warning', 'ENINotAdopted', 'tenant-a', expect.stringMatching(/^eni-subnet .*append the subnet/)],
      ['Warning', 'ENINotAdopted', 'tenant-a', expect.stringMatching(/^eni-free .*not attached/)],
    ]);
    const logged = world.logger.lines.filter(({ message }) => message.includes('left alone'));
    expect(logged.map(({ fields }) => fields['eniId'])).toEqual([
      'eni-subnet',
      'eni-unknown',
      'eni-elsewhere',
      'eni-free',
    ]);
    expect(world.ec2.changes()).toEqual([]);
    expect(world.ec2.region.enis()).toContainEqual(free);
    world.stop();
  });

  it('tells anew of one whose reason has changed', async () => {
    const world = await survey([free]);
    world.ec2.region.removeEni('eni-free');
    world.ec2.region.addEni(theirs('eni-free', {}, { subnetId: 'subnet-b' }));
    await world.clock.advance(HOUR_MS);
    expect(world.told().map(({ message }) => message)).toEqual([
      expect.stringContaining('not attached'),
      expect.stringContaining('does not list its subnet'),
    ]);
    world.stop();
  });

  it('costs one call where nothing of the reference is left, at the start or later', async () => {
    const world = await survey([]);
    await world.clock.advance(24 * HOUR_MS);
    expect(world.lists()).toBe(1);
    expect(world.counts).toEqual([{}]);
    world.stop();
    const later = await survey([free]);
    later.ec2.region.removeEni('eni-free');
    await later.clock.advance(24 * HOUR_MS);
    expect(later.lists()).toBe(2);
    later.stop();
  });

  it('costs a call an hour while some are left, and one a resync while some wait', async () => {
    const left = await survey([free]);
    await left.clock.advance(10 * HOUR_MS);
    expect(left.lists()).toBe(11);
    left.stop();
    const waiting = await survey([theirs('eni-waits')]);
    await waiting.clock.advance(HOUR_MS);
    expect(waiting.lists()).toBe(13);
    waiting.stop();
  });

  it('tries again later when EC2 cannot be asked', async () => {
    const failing = await survey([free]);
    failing.ec2.fail({ action: '*', code: 'RequestLimitExceeded', status: 503, times: 5 });
    await failing.clock.advance(2 * HOUR_MS);
    expect(failing.counts.length).toBeGreaterThan(1);
    expect(failing.logger.lines.some(({ message }) => message.startsWith('cannot list'))).toBe(true);
    failing.stop();
  });

  it('asks for nothing where it is not wanted', async () => {
    const world = await survey([free], false);
    await world.clock.advance(HOUR_MS);
    expect(world.lists()).toBe(0);
    expect(world.told()).toEqual([]);
    world.stop();
  });
});
