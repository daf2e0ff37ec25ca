import { describe, expect, it } from 'vitest';
import type { NodeENI } from '../../../gen/v1alpha1/stored.ts';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { aHinderedAttachment, aReadyAttachment } from '../../../test/builders/node-eni-attachment.ts';
import { FakeCluster } from '../../../test/support/fake-cluster.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { blockerOf, NodeEniReporter } from './report.ts';

type Facts = Parameters<NodeEniReporter['report']>[1];

const signal = new AbortController().signal;

function facts(overrides: Partial<Facts> = {}): Facts {
  const attachments = overrides.attachments ?? [aReadyAttachment()];
  return {
    isDeleting: false,
    matchingNodes: 1,
    desiredAttachments: 1,
    problems: [],
    attachments,
    wantedNames: new Set(attachments.map(({ metadata }) => metadata.name)),
    slots: [],
    subnets: [],
    ...overrides,
  };
}

const HINDERED = facts({ attachments: [aHinderedAttachment('SubnetFull', 'no address is free')] });

function world(): {
  readonly clock: FakeClock;
  readonly cluster: FakeCluster;
  readonly reporter: NodeEniReporter;
  readonly report: (news: Facts, seen?: NodeENI) => Promise<number | undefined>;
  readonly told: () => string[];
} {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock);
  cluster.putNodeEni(aNodeEni());
  const reporter = new NodeEniReporter({
    writer: cluster.nodeEniWriter,
    events: cluster.eventSink,
    clock,
  });
  return {
    clock,
    cluster,
    reporter,
    report: (news, seen = cluster.nodeEni('tenant-a')) => reporter.report(seen, news, signal),
    told: () => cluster.events.map(({ type, reason, message }) => `${type} ${reason}: ${message}`),
  };
}

describe('the status of a NodeENI', () => {
  it('is written when it changes, and not again', async () => {
    const { clock, cluster, report } = world();
    expect(await report(facts())).toBeUndefined();
    expect(cluster.nodeEni('tenant-a').status).toMatchObject({ observedGeneration: 1, readyAttachments: 1 });
    await clock.advance(3_600_000);
    expect(await report(facts())).toBeUndefined();
    expect(cluster.writes).toEqual(['nodeEniStatus']);
  });

  it('is written at most once a second; who comes too early is told when to come again', async () => {
    const { clock, cluster, report } = world();
    await report(facts());
    await clock.advance(400);
    expect(await report(HINDERED)).toBe(600);
    expect(cluster.writes).toHaveLength(1);
    await clock.advance(600);
    expect(await report(HINDERED)).toBeUndefined();
    expect(cluster.writes).toHaveLength(2);
  });

  it('is written at once for another NodeENI, and for one that was made anew', async () => {
    const { cluster, reporter, report } = world();
    await report(facts());
    cluster.putNodeEni(aNodeEni({}, { name: 'other', uid: 'other-uid' }));
    expect(await report(facts(), cluster.nodeEni('other'))).toBeUndefined();
    reporter.forget('tenant-a');
    expect(await report(HINDERED)).toBeUndefined();
    expect(cluster.writes).toHaveLength(3);
  });

  it('may be tried again at once when its write failed', async () => {
    const { cluster, report } = world();
    const seen = cluster.nodeEni('tenant-a');
    cluster.removeNodeEni('tenant-a');
    await expect(report(facts(), seen)).rejects.toThrow('no NodeENI tenant-a');
    cluster.putNodeEni(aNodeEni());
    expect(await report(facts())).toBeUndefined();
    expect(cluster.nodeEni('tenant-a').status.readyAttachments).toBe(1);
  });
});

describe('events', () => {
  it('tell when a NodeENI becomes Ready and when it stops being so, once each', async () => {
    const { clock, report, told } = world();
    for (const news of [facts(), facts(), HINDERED, HINDERED, facts()]) {
      await report(news);
      await clock.advance(1_000);
    }
    expect(told().map((line) => line.split(':')[0])).toEqual([
      'Normal Ready',
      'Warning SubnetFull',
      'Normal Ready',
    ]);
    expect(told()[1]).toContain('no address is free');
  });

  it('tell once that a subnet name moved', async () => {
    const { clock, report, told } = world();
    const moved = (message: string): Facts => facts({ movedNames: [{ nodeName: 'node-1', message }] });
    await report(facts());
    await clock.advance(2_000);
    await report(moved('means subnet-b now'));
    await clock.advance(2_000);
    await report(moved('means subnet-c now'));
    expect(told().filter((text) => text.includes('SubnetNameMoved'))).toEqual([
      'Warning SubnetNameMoved: 1 of 1 attachment (node-1): means subnet-b now',
    ]);
  });

  it('tell of another reason, not of another message', async () => {
    const { clock, report, told } = world();
    for (const [reason, message] of [
      ['SubnetFull', 'one'],
      ['SubnetFull', 'two'],
      ['Throttled', 'three'],
    ] as const) {
      await report(facts({ attachments: [aHinderedAttachment(reason, message)] }));
      await clock.advance(1_000);
    }
    expect(told().map((line) => line.split(':')[0])).toEqual(['Warning SubnetFull', 'Warning Throttled']);
  });

  it.each(['Pending', 'Creating', 'Attaching', 'ModifyingAttributes'])(
    'do not tell of %s: that is ordinary progress',
    async (reason) => {
      const { report, told, cluster } = world();
      await report(facts({ attachments: [aHinderedAttachment(reason, 'under way')] }));
      expect(cluster.writes).toEqual(['nodeEniStatus']);
      expect(told()).toEqual([]);
    },
  );

  it('do not tell of a release, and name the NodeENI that they are about', async () => {
    const { clock, cluster, report } = world();
    await report(facts({ isDeleting: true }));
    expect(cluster.events).toEqual([]);
    await clock.advance(1_000);
    await report(facts());
    expect(cluster.events[0]).toMatchObject({
      kind: 'NodeENI',
      name: 'tenant-a',
      uid: '11111111-1111-4111-8111-111111111111',
    });
  });
});

it.each([
  ['Throttled', 'Throttled'],
  ['Unauthorized', 'Unauthorized'],
  ['EC2Unavailable', 'EC2Unavailable'],
  ['Pending', 'EC2Unavailable'],
] as const)('a failed read of EC2 for %s blocks with %s', (reason, shown) => {
  expect(blockerOf({ reason, message: 'why' })).toMatchObject({ reason: shown, message: 'why' });
});
