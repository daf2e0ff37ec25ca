import { describe, expect, it } from 'vitest';
import { aNodeEniFacts } from '../../test/builders/node-eni-facts.ts';
import { conflictProblem, type IndexConflict } from './index-conflict.ts';
import { statusInstanceTypes } from './node-eni-details.ts';
import { reportNodeEni } from './node-eni-report.ts';

function conflictOn(nodeName: string, overrides: Partial<IndexConflict> = {}): IndexConflict {
  return { nodeName, networkCardIndex: 0, deviceIndex: 2, winner: 'first', ...overrides };
}

function conditionsOf(conflicts: readonly IndexConflict[]): string[] {
  const problems = conflicts.map((conflict) => conflictProblem(conflict));
  const facts = aNodeEniFacts({ attachments: [], wantedNames: new Set(), problems, conflicts });
  return (reportNodeEni(facts).conditions ?? []).map(({ type, reason }) => `${type} ${reason}`);
}

function messageOf(conflicts: readonly IndexConflict[], type: string): string {
  const problems = conflicts.map((conflict) => conflictProblem(conflict));
  const { conditions = [] } = reportNodeEni(aNodeEniFacts({ problems, conflicts, desiredAttachments: 5 }));
  return conditions.find((condition) => condition.type === type)?.message ?? '';
}

const limits = (instanceType: string, ...maxima: number[]) => ({
  instanceType,
  maximumInterfacesByCard: new Map(maxima.map((maximum, card) => [card, maximum])),
});

describe('a lost device index', () => {
  it('makes the NodeENI Stalled, because a person has to decide', () => {
    expect(conditionsOf([conflictOn('node-1')])).toEqual([
      'Ready Conflicted',
      'Stalled Conflicted',
      'Conflicted Conflicted',
    ]);
  });

  it.each(['deletion', 'replacement'] as const)('passes where the winner goes by %s', (passesBy) => {
    expect(conditionsOf([conflictOn('node-1', { passesBy })])).toEqual([
      'Ready Conflicted',
      'Reconciling Conflicted',
      'Conflicted Conflicted',
    ]);
  });

  it('is Stalled when it passes on one node only, and tells of the other', () => {
    const conflicts = [
      conflictOn('node-1', { passesBy: 'deletion' }),
      conflictOn('node-2', { winner: 'other' }),
    ];
    expect(conditionsOf(conflicts)).toContain('Stalled Conflicted');
    expect(messageOf(conflicts, 'Stalled')).toContain('NodeENI "other": delete one of the two');
  });

  it('names every winner and the nodes', () => {
    const conflicts = ['node-4', 'node-2', 'node-3', 'node-1'].map((name) => conflictOn(name));
    expect(messageOf([...conflicts, conflictOn('node-9', { winner: 'other' })], 'Conflicted')).toBe(
      'lost device index 2 of card 0 to NodeENI "first" on node-1, node-2, node-3, +1; device index 2 of card 0 to NodeENI "other" on node-9',
    );
  });

  it('says so when it is the PCI address that is taken', () => {
    const message = messageOf([conflictOn('node-1', { pciAddress: '0000:00:07.0' })], 'Stalled');
    expect(message).toContain('PCI address 0000:00:07.0 is taken by NodeENI "first"');
    expect(message).toContain('another dpdkPCIAddress');
  });
});

describe('a shared subnet', () => {
  it('is told without making anything less Ready', () => {
    const sharedSubnets = [{ nodeName: 'node-1', subnetId: 'subnet-a', otherNodeEni: 'other' }];
    const { conditions = [] } = reportNodeEni(aNodeEniFacts({ sharedSubnets }));
    expect(conditions.map(({ type, status }) => `${type} ${status}`)).toEqual([
      'Ready True',
      'SharedSubnet True',
    ]);
    expect(conditions[1]?.message).toContain('shares subnet subnet-a with NodeENI "other" on node-1');
  });
});

describe('a held deletion', () => {
  it('is Blocked, and says how to go on', () => {
    const { conditions = [] } = reportNodeEni(aNodeEniFacts({ isDeleting: true, heldName: 'vital' }));
    expect(conditions.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'Ready DeletionProtected',
      'Stalled DeletionProtected',
      'Blocked DeletionProtected',
    ]);
    expect(conditions[2]?.message).toContain(
      'kubectl annotate nodeeni vital networking.k8s.aws/deletion-protection-',
    );
  });
});

describe('interface limits in the status', () => {
  it('are those of the types in use, by name and card', () => {
    expect(
      statusInstanceTypes(['p4d', 'm5', 'm5'], [limits('m5', 3), limits('p4d', 15, 15), limits('x', 1)], []),
    ).toEqual([
      { type: 'm5', networkCards: [{ index: 0, maximumInterfaces: 3 }] },
      {
        type: 'p4d',
        networkCards: [
          { index: 0, maximumInterfaces: 15 },
          { index: 1, maximumInterfaces: 15 },
        ],
      },
    ]);
  });

  it('stand as they were told before while EC2 does not tell, and go with their type', () => {
    const previous = ['m5', 'gone'].map((type) => ({
      type,
      networkCards: [{ index: 0, maximumInterfaces: 3 }],
    }));
    expect(statusInstanceTypes(['m5', 'unknown'], [], previous)).toEqual(previous.slice(0, 1));
  });

  it('are at most 64', () => {
    const types = Array.from({ length: 70 }, (_, at) => `type-${at}`);
    expect(
      statusInstanceTypes(
        types,
        types.map((type) => limits(type, 2)),
        [],
      ),
    ).toHaveLength(64);
  });
});
