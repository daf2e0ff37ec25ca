import { describe, expect, it } from 'vitest';
import { renderChanges, renderCounters, renderTable } from './progress-view.ts';
import type { Snapshot, SnapshotRow } from './snapshot.ts';

const wide = { columns: 200, rows: 50 };

function row(node: string, attachment: Partial<SnapshotRow['attachment']> = {}): SnapshotRow {
  return {
    node,
    zone: 'us-east-1a',
    attachment: { subnetId: 'subnet-1', eniId: 'eni-1', deviceIndex: 2, status: 'Ready', ...attachment },
  };
}

function aSnapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return {
    rows: [row('node-1'), { node: 'node-2', zone: 'us-east-1b' }],
    nodeEni: { desired: 2, attached: 1, ready: 1, reason: 'Attaching' },
    ec2Calls: { mutating: 3, reading: 4 },
    elapsedMs: 2_340,
    ...overrides,
  };
}

describe('renderTable', () => {
  it('shows each node with its zone, subnet, ENI, index and status, and the counters below', () => {
    expect(renderTable(aSnapshot(), wide)).toEqual([
      'NODE    ZONE        SUBNET    ENI    INDEX  STATUS',
      'node-1  us-east-1a  subnet-1  eni-1  2      Ready',
      'node-2  us-east-1b  -         -      -      -',
      '2 nodes: 2 wanted, 1 attached, 1 ready | EC2 calls 3 changing + 4 reading | 2.3 s',
    ]);
  });

  it('shows that EC2 has not made an ENI yet', () => {
    const snapshot = aSnapshot({ rows: [row('node-1', { eniId: undefined, status: 'Creating' })] });
    expect(renderTable(snapshot, wide)[1]).toBe('node-1  us-east-1a  subnet-1  -    2      Creating');
  });

  it('never wraps a line nor scrolls, so that it can be redrawn in place', () => {
    const rows = Array.from({ length: 40 }, (_, index) => row(`node-${index}`));
    const lines = renderTable(aSnapshot({ rows }), { columns: 30, rows: 12 });
    expect(lines).toHaveLength(11);
    expect(Math.max(...lines.map((line) => line.length))).toBe(30);
    expect(lines.at(-2)).toBe('… and 32 more');
  });

  it('shows something even on a terminal without room', () => {
    expect(renderTable(aSnapshot(), { columns: 80, rows: 1 })[1]).toContain('node-1');
  });
});

describe('renderCounters', () => {
  it('counts a node with two ENIs once', () => {
    const rows = [row('node-1'), row('node-1', { deviceIndex: 3, eniId: 'eni-2' })];
    expect(renderCounters(aSnapshot({ rows }))).toContain('1 node:');
  });

  it('says when there is no NodeENI', () => {
    const { nodeEni: _, ...without } = aSnapshot();
    expect(renderCounters(without)).toContain('2 nodes: no NodeENI |');
  });
});

describe('renderChanges', () => {
  it('starts with what is there, without nodes that have nothing', () => {
    expect(renderChanges(undefined, aSnapshot())).toEqual([
      '2.3 s  node-1 (us-east-1a): eni-1 in subnet-1 at index 2: Ready',
    ]);
  });

  it('tells which of two ENIs on a node is gone', () => {
    const first = row('node-1');
    const second = row('node-1', { deviceIndex: 3, eniId: 'eni-2' });
    const lines = renderChanges(aSnapshot({ rows: [first, second] }), aSnapshot({ rows: [first] }));
    expect(lines).toEqual(['2.3 s  node-1 (us-east-1a): eni-2 is gone']);
  });

  it('is silent when only time and counters moved', () => {
    expect(
      renderChanges(aSnapshot(), aSnapshot({ elapsedMs: 9_000, ec2Calls: { mutating: 9, reading: 9 } })),
    ).toEqual([]);
  });

  it('tells of a new status, a new ENI, and an ENI that is gone', () => {
    const next = aSnapshot({
      rows: [{ node: 'node-1', zone: 'us-east-1a' }, row('node-2', { eniId: undefined, status: 'Creating' })],
    });
    expect(renderChanges(aSnapshot(), next)).toEqual([
      '2.3 s  node-1 (us-east-1a): eni-1 is gone',
      '2.3 s  node-2 (us-east-1a): new ENI in subnet-1 at index 2: Creating',
    ]);
  });
});
