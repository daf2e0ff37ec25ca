import { ENI_TAGS, MANAGED_BY } from '../../api/v1alpha1/names.ts';
import type { Eni } from '../../src/domain/ec2-resources.ts';
import { EniInventory } from '../../src/operator/engine/eni-inventory.ts';
import { EniLister } from '../../src/operator/engine/eni-lister.ts';
import { FakeClock } from '../../src/runtime/fake-clock.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import { aSubnet } from '../builders/ec2-resources.ts';
import { FakeEc2 } from './fake-ec2.ts';

const CLUSTER = { name: 'demo', uid: 'cluster-uid' };

/** Time between full listings in a {@link listerWorld}. */
export const RESYNC_MS = 300_000;

/** Tags of an ENI that the lister's cluster owns, on instance `i-1`. */
export const OWNED_TAGS: Readonly<Record<string, string>> = {
  [ENI_TAGS.managedBy]: MANAGED_BY,
  [ENI_TAGS.cluster]: CLUSTER.name,
  [ENI_TAGS.clusterUid]: CLUSTER.uid,
  [ENI_TAGS.instance]: 'i-1',
};

/** A lister over an EC2 in memory. */
export interface ListerWorld {
  readonly clock: FakeClock;
  readonly ec2: FakeEc2;
  readonly logger: RecordingLogger;
  readonly inventory: EniInventory;
  readonly lister: EniLister;
  /** What the lister told others, in order. */
  readonly heard: { firstListings: number; readonly changed: string[]; readonly answered: string[] };
  /** When full listings were made. */
  readonly listings: () => number[];
  /** When reads by id were made, and of which. */
  readonly follows: () => { readonly atMs: number; readonly ids: readonly string[] }[];
  /** Starts the lister; the controller stops it. */
  readonly start: () => AbortController;
}

/** A lister that has not started, and ENIs that exist. */
export function listerWorld(enis: readonly Eni[] = []): ListerWorld {
  const clock = new FakeClock();
  const ec2 = new FakeEc2(clock);
  ec2.region.addSubnet(aSubnet());
  for (const eni of enis) ec2.region.addEni(eni);
  const logger = new RecordingLogger();
  const inventory = new EniInventory();
  const heard: ListerWorld['heard'] = { firstListings: 0, changed: [], answered: [] };
  const lister = new EniLister({
    reader: ec2,
    inventory,
    cluster: CLUSTER,
    clock,
    logger,
    resyncPeriodMs: RESYNC_MS,
    onFirstListing: () => {
      heard.firstListings += 1;
    },
    onChange: (eni) => heard.changed.push(eni.eniId),
    onAnswer: (key) => heard.answered.push(key),
  });
  return {
    clock,
    ec2,
    logger,
    inventory,
    lister,
    heard,
    listings: () => ec2.calls.filter(({ input }) => !Array.isArray(input)).map(({ atMs }) => atMs),
    follows: () =>
      ec2.calls.flatMap(({ input, atMs }) =>
        Array.isArray(input) ? [{ atMs, ids: input.map(String) }] : [],
      ),
    start: () => {
      const stop = new AbortController();
      void lister.start(stop.signal);
      return stop;
    },
  };
}
