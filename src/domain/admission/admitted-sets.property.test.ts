import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZONE_LABEL } from '../../../api/v1alpha1/names.ts';
import {
  asLiveNode,
  denials,
  isAboutConflict,
  isResolvable,
  keysOn,
  nodesOfBoth,
  resolved,
  scene,
  teller,
} from '../../../test/builders/admission-scene.ts';
import { aView } from '../../../test/builders/judged-node-eni.ts';
import type { JudgedNodeEni } from './admission-view.ts';
import { judgeCreate, judgeNodeLabels } from './judge-admission.ts';

describe('NodeENIs that were all admitted without a word about conflicts', () => {
  it('never meet at an index of a card or at a PCI address, on whatever node comes', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: false, objects: 7 }), ({ world, drawn, liveNodes, anyNodes }) => {
        const admitted: JudgedNodeEni[] = [];
        for (const { object, isResolved } of drawn) {
          const view = aView({ nodes: liveNodes, nodeEnis: admitted });
          if (judgeCreate(object, view).some(isAboutConflict)) continue;
          admitted.push({ ...object, subnets: isResolved ? resolved(object, world) : [] });
        }
        for (const node of anyNodes) {
          const keys = admitted.flatMap((object) => keysOn(node, object, world));
          expect(keys).toEqual([...new Set(keys)]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('NodeENIs that were refused nothing', () => {
  it('never meet on a node that was there, when every subnet was known', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: false, objects: 7 }), ({ world, drawn, anyNodes }) => {
        const admitted: JudgedNodeEni[] = [];
        for (const { object } of drawn) {
          const view = aView({ nodes: anyNodes.map(asLiveNode), nodeEnis: [...admitted, teller(world)] });
          if (denials(judgeCreate(object, view)).length === 0) admitted.push(object);
        }
        for (const node of anyNodes.map((node) => ({
          ...node,
          labels: { ...node.labels, [ZONE_LABEL]: node.zone },
        }))) {
          const keys = admitted.flatMap((object) => keysOn(node, object, world));
          expect(keys).toEqual([...new Set(keys)]);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a refusal for an index', () => {
  it('is never wrong when every subnet is known: some node would have both at one index', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: true, objects: 2 }), ({ world, drawn, liveNodes }) => {
        const [a, b] = drawn.map(({ object }) => object).filter((object) => isResolvable(object, world));
        if (a === undefined || b === undefined) return;
        const findings = judgeCreate(b, aView({ nodes: liveNodes, nodeEnis: [a, teller(world)] }));
        const isRefused = findings.some(
          ({ effect, rule }) => effect === 'deny' && rule === 'deviceIndexConflict',
        );
        const meets = nodesOfBoth(a, b).some((node) => {
          const keys = new Set(keysOn(node, a, world).filter((key) => key.includes('index')));
          return keysOn(node, b, world).some((key) => keys.has(key));
        });
        expect(isRefused && !meets).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('changed labels of a node', () => {
  it('bring a warning of an index exactly when the planner would meet itself, all subnets known', () => {
    fc.assert(
      fc.property(scene({ isNameUnique: true, objects: 5 }), ({ world, drawn, anyNodes }) => {
        const objects = drawn.map(({ object }) => object).filter((object) => isResolvable(object, world));
        const view = aView({ nodeEnis: [...objects, teller(world)] });
        for (const [index, placed] of anyNodes.entries()) {
          const node = asLiveNode(placed, index);
          const findings = judgeNodeLabels(node, { name: node.name, labels: {} }, view);
          const isWarned = findings.some(({ rule }) => rule === 'deviceIndexConflict');
          const keys = objects
            .flatMap((object) => keysOn({ labels: node.labels, zone: placed.zone }, object, world))
            .filter((key) => key.includes('index'));
          expect(isWarned).toBe(new Set(keys).size < keys.length);
          expect(denials(findings)).toEqual([]);
        }
      }),
    );
  });
});
