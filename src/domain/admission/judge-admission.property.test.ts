import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denials, isAboutConflict, resolved, scene, viewOf } from '../../../test/builders/admission-scene.ts';
import { aView } from '../../../test/builders/judged-node-eni.ts';
import type { JudgedNodeEni } from './admission-view.ts';
import { judgeCreate, judgeUpdate } from './judge-admission.ts';
import { prepareView } from './prepared-view.ts';

describe('a verdict', () => {
  it('is the same whichever of two objects comes second', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: false, objects: 2 }), ({ world, drawn, liveNodes }) => {
        const [a, b] = drawn.map(({ object, isResolved }) => ({
          ...object,
          subnets: isResolved ? resolved(object, world) : [],
        }));
        if (a === undefined || b === undefined) return;
        const rulesOf = (object: JudgedNodeEni, other: JudgedNodeEni): string[] =>
          judgeCreate(object, aView({ nodes: liveNodes, nodeEnis: [object, other] }))
            .filter(isAboutConflict)
            .map(({ effect, rule }) => `${effect} ${rule}`);
        expect(rulesOf(a, b)).toEqual(rulesOf(b, a));
      }),
    );
  });

  it('is the same for a prepared view', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: false, objects: 6 }), (drawnScene) => {
        const view = viewOf(drawnScene);
        const prepared = prepareView(view);
        for (const { object } of drawnScene.drawn) {
          expect(judgeCreate(object, prepared)).toEqual(judgeCreate(object, view));
        }
      }),
    );
  });

  it('names a first free index that is then accepted for its index', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: false, objects: 5 }), (drawnScene) => {
        const view = viewOf(drawnScene);
        for (const { object } of drawnScene.drawn) {
          for (const { message } of judgeCreate(object, view)) {
            const free = /; free[^:]*: (\d+)/.exec(message)?.[1];
            if (free === undefined) continue;
            const moved = { ...object, spec: { ...object.spec, deviceIndex: Number(free) } };
            const again = judgeCreate(moved, view).filter(({ rule }) => rule === 'deviceIndexConflict');
            expect(again).toEqual([]);
          }
        }
      }),
    );
  });
});

describe('an update', () => {
  it('that changes nothing is never refused', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: false, objects: 6 }), (drawnScene) => {
        const view = viewOf(drawnScene);
        for (const object of view.nodeEnis) expect(denials(judgeUpdate(object, object, view))).toEqual([]);
      }),
    );
  });

  it('is refused only for what would be refused of a new object, and says as much about conflicts', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: false, objects: 6 }), (drawnScene) => {
        const view = viewOf(drawnScene);
        const [old, ...others] = view.nodeEnis;
        for (const other of others) {
          if (old === undefined) return;
          const object = { ...other, name: old.name, subnets: old.subnets };
          const asNew = judgeCreate(object, view);
          const asUpdate = judgeUpdate(object, old, view);
          expect(denials(asNew)).toEqual(expect.arrayContaining(denials(asUpdate)));
          expect(asUpdate.map(({ rule, field }) => `${rule} ${field}`).toSorted()).toEqual(
            asNew.map(({ rule, field }) => `${rule} ${field}`).toSorted(),
          );
        }
      }),
    );
  });

  it('out of an old conflict into a new one is refused for the new one', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: false, objects: 3 }), (drawnScene) => {
        const view = viewOf(drawnScene);
        const [old, partner] = view.nodeEnis;
        if (old === undefined || partner === undefined) return;
        const free = { ...old, spec: { ...old.spec, nodeSelector: { nobody: 'at-all' } } };
        const pair = { ...view, nodeEnis: [free, partner] };
        expect(denials(judgeUpdate(old, free, pair))).toEqual(denials(judgeCreate(old, pair)));
      }),
    );
  });
});
