import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { anEni } from '../../../test/builders/ec2-resources.ts';
import type { Eni } from '../../domain/ec2-resources.ts';
import { EniInventory, type EniRead } from './eni-inventory.ts';

/** An ENI whose description counts the changes that were made to it. */
function version(n: number, instance = 'i-1'): Eni {
  const tags = { [ENI_TAGS.instance]: instance, [ENI_TAGS.attachment]: 'uid-1', [ENI_TAGS.attempt]: '1' };
  return anEni({ description: String(n), tags });
}

type Event =
  | { readonly kind: 'write' }
  /** A read takes time: it sees the truth of when it began, and is merged when it ends. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'end'; readonly which: number; readonly isById: boolean };

function readOf({ begunAtMs, seen }: { begunAtMs: number; seen: number }, isById: boolean): EniRead {
  const enis = seen === 0 ? [] : [version(seen)];
  return { begunAtMs, enis, ...(isById ? { askedIds: new Set(['eni-0a']) } : {}) };
}

const events = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 1, max: 20_000 }),
    event: fc.oneof(
      fc.constant<Event>({ kind: 'write' }),
      fc.constant<Event>({ kind: 'begin' }),
      fc.record({ kind: fc.constant('end' as const), which: fc.nat(5), isById: fc.boolean() }),
    ),
  }),
  { maxLength: 60 },
);

describe('an inventory under writes and reads that overlap', () => {
  it('never shows a state from before our last write, in whatever order reads end', () => {
    const stale: string[] = [];
    fc.assert(
      fc.property(events, (schedule) => {
        const inventory = new EniInventory();
        const reads: { begunAtMs: number; seen: number }[] = [];
        let [nowMs, written] = [0, 0];
        for (const { afterMs, event } of schedule) {
          nowMs += afterMs;
          if (event.kind === 'write') {
            written += 1;
            inventory.recordWrite(version(written), nowMs);
          } else if (event.kind === 'begin') {
            reads.push({ begunAtMs: nowMs, seen: written });
          } else {
            const read = reads[event.which];
            if (read !== undefined) inventory.merge(readOf(read, event.isById));
          }
          const shown = inventory.get('eni-0a')?.description ?? '0';
          if (shown !== String(written)) stale.push(`version ${shown} after write ${written}`);
        }
        return stale.length === 0;
      }),
      { numRuns: 300 },
    );
    expect(stale).toEqual([]);
  });

  it('files each ENI under exactly the instance that its latest tags name', () => {
    const instances = ['i-1', 'i-2', 'i-3'];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.constantFrom(...instances)), { maxLength: 40 }),
        (moves) => {
          const inventory = new EniInventory();
          const truth = new Map<string, string>();
          for (const [index, [eni, instance]] of moves.entries()) {
            const eniId = `eni-${eni}`;
            truth.set(eniId, instance);
            inventory.merge({
              begunAtMs: index,
              enis: [{ ...version(index, instance), eniId }],
              askedIds: new Set([eniId]),
            });
          }
          for (const instance of instances) {
            const filed = inventory.ofInstance(instance).map(({ eniId }) => eniId);
            const expected = [...truth].filter(([, where]) => where === instance).map(([eniId]) => eniId);
            expect(filed.toSorted()).toEqual(expected.toSorted());
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
