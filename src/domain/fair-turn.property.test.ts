import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsInTurn, keyInTurn, type Turn } from './fair-turn.ts';

type Request = Turn & { readonly key: string };

/** Serves everybody who waits; `isBack` says who asks again at once. */
function serveAll(
  requests: readonly Request[],
  turns: number,
  isBack: (key: string) => boolean = () => false,
): string[] {
  const waiting = new Map<string, Turn>(requests.map(({ key, ...turn }) => [key, turn]));
  const served = { groups: new Map<string, number>(), keys: new Map<string, number>() };
  const order: string[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const key = keyInTurn(waiting, served);
    const request = key === undefined ? undefined : waiting.get(key);
    if (key === undefined || request === undefined) break;
    waiting.delete(key);
    if (isBack(key)) waiting.set(key, request);
    served.groups.set(request.group, turn);
    served.keys.set(key, turn);
    order.push(key);
  }
  return order;
}

const crowds = fc
  .array(fc.record({ group: fc.integer({ min: 0, max: 6 }), order: fc.integer({ min: 1, max: 15 }) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((all) => all.map(({ group, order }, index) => ({ key: `att-${index}`, group: `i-${group}`, order })));

describe('turns', () => {
  it('give every instance its first interface before any its second, the lower index first', () => {
    const requests = [
      { key: 'a3', group: 'i-a', order: 3 },
      { key: 'a2', group: 'i-a', order: 2 },
      { key: 'b2', group: 'i-b', order: 2 },
      { key: 'b3', group: 'i-b', order: 3 },
      { key: 'c2', group: 'i-c', order: 2 },
    ];
    expect(serveAll(requests, 10)).toEqual(['a2', 'b2', 'c2', 'a3', 'b3']);
  });

  it('are as they came where every key is a group of its own', () => {
    const requests = ['x', 'y', 'z'].map((key) => ({ key, group: key, order: 0 }));
    expect(serveAll(requests, 10)).toEqual(['x', 'y', 'z']);
  });

  it('never let two instances that wait differ by more than one interface', () => {
    fc.assert(
      fc.property(crowds, (crowd) => {
        const byKey = new Map(crowd.map((request) => [request.key, request]));
        const left = new Map<string, number>();
        for (const { group } of crowd) left.set(group, (left.get(group) ?? 0) + 1);
        const got = new Map<string, number>(Array.from(left.keys(), (group) => [group, 0]));
        for (const key of serveAll(crowd, crowd.length)) {
          const group = byKey.get(key)?.group ?? '';
          got.set(group, (got.get(group) ?? 0) + 1);
          left.set(group, (left.get(group) ?? 0) - 1);
          const counts = [...got].filter(([each]) => (left.get(each) ?? 0) > 0).map(([, count]) => count);
          const ahead = got.get(group) ?? 0;
          for (const count of counts) expect(ahead - count).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('are foretold for the next round, whoever was served before', () => {
    fc.assert(
      fc.property(crowds, fc.array(fc.integer({ min: 0, max: 6 })), (crowd, before) => {
        const waiting = new Map<string, Turn>(crowd.map(({ key, ...turn }) => [key, turn]));
        const served = {
          groups: new Map(before.map((group, turn) => [`i-${group}`, turn + 1])),
          keys: new Map<string, number>(),
        };
        const foretold = groupsInTurn(waiting, served);
        const order: string[] = [];
        for (let turn = before.length + 1; order.length < foretold.length; turn += 1) {
          const key = keyInTurn(waiting, served) ?? '';
          const group = waiting.get(key)?.group ?? '';
          waiting.delete(key);
          served.groups.set(group, turn);
          order.push(group);
        }
        expect(order).toEqual(foretold);
      }),
    );
  });

  it('serve everybody once, and nobody who does not wait', () => {
    fc.assert(
      fc.property(crowds, (crowd) => {
        const order = serveAll(crowd, crowd.length + 5);
        expect(order.toSorted()).toEqual(crowd.map(({ key }) => key).toSorted());
      }),
    );
  });

  it('starve nobody, though others ask again the moment they are served', () => {
    fc.assert(
      fc.property(crowds, fc.nat(), (crowd, pick) => {
        const patient = crowd[pick % crowd.length]?.key ?? '';
        const order = serveAll(crowd, crowd.length * crowd.length + 1, (key) => key !== patient);
        expect(order).toContain(patient);
      }),
    );
  });
});
