import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { anEni, anEniAttachment } from '../../test/builders/ec2-resources.ts';
import { aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import type { Eni } from './ec2-resources.ts';
import { enisWithoutIntent, ORPHAN_TIMINGS, planOrphans } from './orphan-plan.ts';
import { claimOf, claimsOf, enisOfClaim } from './owned-eni.ts';
import { eniTags } from './ownership.ts';

const CLUSTER = { name: 'demo', uid: 'cluster-uid' };
const START_MS = Date.parse('2026-06-01T00:00:00Z');
const MINUTE_MS = 60_000;
/** So few that no brake holds. */
const MOST_ENIS = 5;

type Op =
  | {
      readonly kind: 'appear' | 'create' | 'lose-answer' | 'adopt' | 'plug' | 'unplug' | 'vanish';
      readonly slot: number;
    }
  | { readonly kind: 'list' | 'judge' | 'collect' }
  | { readonly kind: 'pass'; readonly minutes: number };

/** EC2, the API server, an attachment controller and a collector, reduced to what can race. */
class Race {
  attachments: NodeENIAttachment[] = [];
  enis: Eni[] = [];
  #nowMs = 0;
  #made = 0;
  #listing: { readonly begunAtMs: number; readonly enis: readonly Eni[] } | undefined;
  #sightings: ReadonlyMap<string, number> = new Map();
  readonly #approvedIds = new Set<string>();
  readonly violations: string[] = [];

  run(op: Op): void {
    if (op.kind === 'pass') this.#nowMs += op.minutes * MINUTE_MS;
    else if (op.kind === 'list') this.#listing = { begunAtMs: this.#nowMs, enis: this.enis };
    else if (op.kind === 'judge') this.#judge();
    else if (op.kind === 'collect') this.#collect();
    else if ('slot' in op) this.#act(op.kind, op.slot);
  }

  /** Every attachment of an ENI ends; who needs one looks again, since the one it goes on with may be another now. */
  freeAll(): void {
    this.enis = this.enis.map((eni) => {
      const { attachment: _, ...rest } = eni;
      return { ...rest, status: 'available' };
    });
    for (const own of this.attachments) this.#settle(own);
  }

  #act(kind: Exclude<Op['kind'], 'pass' | 'list' | 'judge' | 'collect'>, slot: number): void {
    const own = this.attachments.find(({ spec }) => spec.slot === `id/${slot}`);
    if (kind === 'appear' && own === undefined) this.#appear(slot);
    if (own === undefined) return;
    if (kind === 'create') this.#create(own, true);
    if (kind === 'lose-answer') this.#create(own, false);
    if (kind === 'adopt') this.#settle(own);
    if (kind === 'vanish') this.attachments = this.attachments.filter((each) => each !== own);
    if (kind === 'plug') this.#change(own, { status: 'in-use', attachment: anEniAttachment() });
    if (kind === 'unplug') this.#change(own, undefined);
  }

  #appear(slot: number): void {
    this.#made += 1;
    const metadata = { name: `slot-${slot}`, uid: `uid-${this.#made}` };
    this.attachments = [...this.attachments, aNodeEniAttachment({ metadata, spec: { slot: `id/${slot}` } })];
  }

  #create(own: NodeENIAttachment, isAnswered: boolean): void {
    if (own.status.eniID !== undefined || this.enis.length >= MOST_ENIS) return;
    this.#made += 1;
    const tags = eniTags({
      cluster: CLUSTER,
      purpose: claimOf(own).purpose,
      nodeName: 'node-1',
      nodeEniUid: own.spec.nodeENI.uid,
      attachmentUid: own.metadata.uid,
      attempt: this.#made,
      createdAt: new Date(START_MS + this.#nowMs).toISOString(),
      userTags: {},
    });
    this.enis = [...this.enis, anEni({ eniId: `eni-${this.#made}`, tags })];
    if (isAnswered) this.#settle(own);
  }

  #settle(own: NodeENIAttachment): void {
    const others = claimsOf(this.attachments.filter((each) => each !== own));
    const eniID = enisOfClaim(claimOf(own), CLUSTER, this.enis, others)[0]?.eniId;
    const status = { observedGeneration: 1, ...(eniID === undefined ? {} : { eniID }) };
    this.attachments = this.attachments.map((each) => (each === own ? { ...own, status } : each));
  }

  #change(own: NodeENIAttachment, attached: Pick<Eni, 'status' | 'attachment'> | undefined): void {
    this.enis = this.enis.map((eni) => {
      if (eni.eniId !== own.status.eniID) return eni;
      const { attachment: _, ...rest } = eni;
      return attached === undefined ? { ...rest, status: 'available' } : { ...rest, ...attached };
    });
  }

  #judge(): void {
    if (this.#listing === undefined) return;
    const { begunAtMs, enis } = this.#listing;
    const plan = planOrphans({
      cluster: CLUSTER,
      enis,
      attachments: this.attachments,
      listedIds: new Set(enis.map(({ eniId }) => eniId)),
      begunAtMs,
      nowMs: START_MS + begunAtMs,
      sightings: this.#sightings,
      approvedIds: this.#approvedIds,
      timings: ORPHAN_TIMINGS,
    });
    this.#sightings = plan.sightings;
    this.#approvedIds.clear();
    if (plan.brake !== undefined) return;
    for (const eni of plan.due) {
      if (this.#isNeeded(eni)) this.violations.push(`${eni.eniId} was due although it was needed`);
      this.#approvedIds.add(eni.eniId);
    }
  }

  /** What the collector does for every approved ENI: a last look, then the delete. */
  #collect(): void {
    const orphans = enisWithoutIntent({ cluster: CLUSTER, enis: this.enis, attachments: this.attachments });
    for (const eni of orphans.filter(({ eniId }) => this.#approvedIds.has(eniId))) {
      if (this.#isNeeded(eni)) this.violations.push(`${eni.eniId} was collected although it was needed`);
      const bornAtMs = Date.parse(eni.tags[ENI_TAGS.createdAt] ?? '') - START_MS;
      if (this.#nowMs - bornAtMs < 15 * MINUTE_MS) this.violations.push(`${eni.eniId} was collected young`);
      if (eni.attachment !== undefined) this.violations.push(`${eni.eniId} was collected in use`);
      this.enis = this.enis.filter((each) => each !== eni);
    }
    this.#approvedIds.clear();
  }

  /** Independent of the planner: recorded by an attachment, or what one without an ENI made or may adopt. */
  #isNeeded(eni: Eni): boolean {
    return this.attachments.some(
      ({ metadata, spec, status }) =>
        status.eniID === eni.eniId ||
        (status.eniID === undefined &&
          (eni.tags[ENI_TAGS.attachment] === metadata.uid || eni.tags[ENI_TAGS.slot] === spec.slot)),
    );
  }
}

const slot = fc.nat({ max: 2 });
const anOp: fc.Arbitrary<Op> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('appear', 'create', 'lose-answer', 'adopt', 'plug', 'unplug', 'vanish'),
    slot,
  }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('list', 'judge', 'collect') }) },
  fc.record({ kind: fc.constant('pass'), minutes: fc.integer({ min: 1, max: 12 }) }),
);

const PASS: readonly Op[] = [
  { kind: 'list' },
  { kind: 'judge' },
  { kind: 'collect' },
  { kind: 'pass', minutes: 5 },
];

/** An ENI that is freed after a later attempt made another one: the attachment goes on with that, and leaves the first. */
const LEFT_FOR_A_NEWER_ONE: readonly Op[] = (
  ['appear', 'create', 'plug', 'vanish', 'appear', 'lose-answer', 'adopt'] as const
).map((kind) => ({ kind, slot: 2 }));

describe('any interleaving of listings, creates and adoptions', () => {
  it('collects no ENI that is needed, young or in use', () => {
    fc.assert(
      fc.property(fc.array(anOp, { maxLength: 80, size: 'max' }), (ops) => {
        const race = new Race();
        for (const op of ops) race.run(op);
        expect(race.violations).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('ends with every ENI collected that nothing needs, and no other', () => {
    fc.assert(
      fc.property(fc.array(anOp, { maxLength: 80, size: 'max' }), (ops) => {
        const race = new Race();
        for (const op of ops) race.run(op);
        race.freeAll();
        for (let round = 0; round < 6; round += 1) for (const op of PASS) race.run(op);
        const needed = race.attachments.map(({ status }) => status.eniID).filter((id) => id !== undefined);
        expect(race.enis.map(({ eniId }) => eniId).toSorted()).toEqual(needed.toSorted());
        expect(race.violations).toEqual([]);
      }),
      { numRuns: 300, examples: [[LEFT_FOR_A_NEWER_ONE]] },
    );
  });
});
