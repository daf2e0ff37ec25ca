import { describe, expect, it } from 'vitest';
import { ADMISSION_ANNOTATIONS, ZONE_LABEL } from '../../../api/v1alpha1/names.ts';
import { aJudgedNode, aJudgedNodeEni, aView } from '../../../test/builders/judged-node-eni.ts';
import type { Finding, JudgedNodeEni, ResolvedSlot } from './admission-view.ts';
import { judgeCreate, judgeUpdate } from './judge-admission.ts';

function inZones(...pairs: readonly (readonly [subnetId: string, zone: string])[]): ResolvedSlot[] {
  return pairs.map(([subnetID, zone]) => ({ slot: `id/${subnetID}`, subnetID, zone }));
}

function ofEffect(effect: Finding['effect'], findings: readonly Finding[]): string[] {
  return findings
    .filter((finding) => finding.effect === effect)
    .map(({ field, message }) => `${field}: ${message}`);
}

function denied(findings: readonly Finding[]): string[] {
  return ofEffect('deny', findings);
}

function conflictWarnings(findings: readonly Finding[]): string[] {
  return ofEffect(
    'warn',
    findings.filter(({ rule }) => rule.endsWith('Conflict') || rule === 'sharedSubnet'),
  );
}

describe('a new NodeENI', () => {
  it('is told the other NodeENI, the nodes and the free indexes', () => {
    const nodes = ['ip-10-0-1-7', 'ip-10-0-1-5', 'ip-10-0-1-6'].map((name) => aJudgedNode(name));
    const nodeEnis = [aJudgedNodeEni('a'), aJudgedNodeEni('b', { deviceIndex: 4 })];
    expect(denied(judgeCreate(aJudgedNodeEni('c'), aView({ nodes, nodeEnis })))).toEqual([
      'spec.deviceIndex: index 2 is already used by NodeENI "a" (nodes matching ng=edge: ip-10-0-1-5, +2); free: 3, 5, 6',
    ]);
  });

  it('is not in conflict with itself, nor with anything on other nodes', () => {
    const other = aJudgedNodeEni('b', { nodeSelector: { ng: 'core' } });
    const findings = judgeCreate(aJudgedNodeEni('a'), aView({ nodeEnis: [aJudgedNodeEni('a'), other] }));
    expect([...denied(findings), ...conflictWarnings(findings)]).toEqual([]);
  });

  it('is refused first and warned afterwards', () => {
    const object = aJudgedNodeEni('b', { deletionPolicy: 'Retain' });
    const effects = judgeCreate(object, aView({ nodeEnis: [aJudgedNodeEni('a')] })).map(
      ({ effect }) => effect,
    );
    expect(effects).toEqual(effects.toSorted());
    expect(new Set(effects)).toEqual(new Set(['deny', 'warn']));
  });

  it('is told only the first of many conflicts one by one', () => {
    const nodeEnis = ['f', 'a', 'c', 'b', 'e', 'd', 'g'].map((tier) =>
      aJudgedNodeEni(tier, { nodeSelector: { ng: 'edge', tier } }),
    );
    const messages = denied(judgeCreate(aJudgedNodeEni('new'), aView({ nodeEnis })));
    expect(messages.map((message) => /"\w"|the same holds.*/.exec(message)?.[0])).toEqual([
      '"a"',
      '"b"',
      '"c"',
      'the same holds for 4 more: "d", "e", "f", +1',
    ]);
  });

  it('is never judged while it is being deleted', () => {
    const object = aJudgedNodeEni('b', { deletionPolicy: 'Retain' }, { isDeleting: true });
    const view = aView({ nodeEnis: [aJudgedNodeEni('a')] });
    expect([...judgeCreate(object, view), ...judgeUpdate(object, object, view)]).toEqual([]);
  });

  it('may have the index of a live node of both selectors only where both have a subnet', () => {
    const labels = { tier: 'x', team: 'y' };
    const a = aJudgedNodeEni('a', { nodeSelector: { tier: 'x' } }, { subnets: inZones(['subnet-a', 'z1']) });
    const b = aJudgedNodeEni('b', { nodeSelector: { team: 'y' } }, { subnets: inZones(['subnet-b', 'z1']) });
    const inZone = (zone: string): Finding[] => [
      ...judgeCreate(
        b,
        aView({ nodeEnis: [a], nodes: [{ name: 'n', labels: { ...labels, [ZONE_LABEL]: zone } }] }),
      ),
    ];
    expect(denied(inZone('z2'))).toEqual([]);
    expect(conflictWarnings(inZone('z2'))).toHaveLength(1);
    expect(denied(inZone('z1'))).toHaveLength(1);
  });

  it('is told of the zone when only the end of its list is in the way', () => {
    const a = aJudgedNodeEni('a', { deviceIndex: 3 }, { subnets: inZones(['subnet-a', 'z1']) });
    const b = aJudgedNodeEni(
      'b',
      { subnetIDs: ['subnet-1', 'subnet-2'] },
      { subnets: inZones(['subnet-1', 'z1'], ['subnet-2', 'z1']) },
    );
    expect(denied(judgeCreate(b, aView({ nodeEnis: [a] })))).toEqual([
      'spec.subnetIDs: index 3 in z1 is already used by NodeENI "a" (nodes matching ng=edge); free for 2 in a row: 4, 5, 6',
    ]);
  });

  it('keeps warnings short enough for kubectl', () => {
    const nodeEnis = [
      aJudgedNodeEni('network-a', { nodeSelector: { team: 'core' } }),
      aJudgedNodeEni('network-b', { subnetIDs: ['subnet-1', 'subnet-2'], deviceIndex: 1 }),
      aJudgedNodeEni('network-c', {}, { isDeleting: true }),
    ];
    const object = aJudgedNodeEni('new', { dpdkEnabled: true, deletionPolicy: 'Retain' });
    const warnings = judgeCreate(object, aView({ nodeEnis })).filter(({ effect }) => effect === 'warn');
    expect(warnings.length).toBeGreaterThan(5);
    expect(warnings.filter(({ message }) => message.length > 120 || /^warning/i.test(message))).toEqual([]);
  });
});

describe('a changed NodeENI', () => {
  const conflicting = [
    aJudgedNodeEni('a'),
    aJudgedNodeEni('b'),
    aJudgedNodeEni('c', { nodeSelector: { ng: 'core' } }),
  ];
  const view = aView({
    nodeEnis: conflicting,
    nodes: [aJudgedNode('n1'), aJudgedNode('n2', { ng: 'core' })],
  });
  const old: JudgedNodeEni = aJudgedNodeEni('b');

  it('keeps a conflict that it had, with a warning', () => {
    const findings = judgeUpdate(aJudgedNodeEni('b', { mtu: 9001 }), old, view);
    expect(denied(findings)).toEqual([]);
    expect(conflictWarnings(findings)).toEqual([
      expect.stringContaining('index 2 is already used by NodeENI "a"'),
    ]);
  });

  it('is refused another conflict with another NodeENI', () => {
    expect(denied(judgeUpdate(aJudgedNodeEni('b', { nodeSelector: { ng: 'core' } }), old, view))).toEqual([
      expect.stringContaining('index 2 is already used by NodeENI "c"'),
    ]);
  });

  it('is refused another conflict with the same NodeENI', () => {
    const object = aJudgedNodeEni('b', { subnetIDs: ['subnet-b', 'subnet-a'] });
    expect(denied(judgeUpdate(object, old, view))).toEqual([
      expect.stringContaining('spec.subnetIDs: subnet subnet-a is already used by NodeENI "a"'),
    ]);
  });

  it('is refused the same conflict on more nodes', () => {
    const a = aJudgedNodeEni('a', { nodeSelector: { tier: 'x' } });
    const narrow = aJudgedNodeEni('b', { nodeSelector: { team: 'y', site: '1' } });
    const wide = aJudgedNodeEni('b', { nodeSelector: { team: 'y' } });
    const nodes = ['1', '2'].map((site) => aJudgedNode(`site-${site}`, { tier: 'x', team: 'y', site }));
    const both = aView({ nodeEnis: [a, narrow], nodes });
    expect(denied(judgeUpdate(wide, narrow, both))).toHaveLength(1);
    expect(denied(judgeUpdate(narrow, wide, both))).toEqual([]);
  });
});

describe('a changed NodeENI in conflict by selectors alone', () => {
  const wide = aJudgedNodeEni('b');
  const narrow = aJudgedNodeEni('b', { nodeSelector: { ng: 'edge', site: '1' } });
  const view = aView({ nodeEnis: [aJudgedNodeEni('a')] });

  it('may select fewer nodes, and is refused more of them', () => {
    expect(denied(judgeUpdate(narrow, wide, view))).toEqual([]);
    expect(denied(judgeUpdate(wide, narrow, view))).toHaveLength(1);
  });

  it('is refused one more index with the same NodeENI', () => {
    const ids = ['subnet-1', 'subnet-2', 'subnet-3'];
    const subnets = inZones(['subnet-1', 'z1'], ['subnet-2', 'z1'], ['subnet-3', 'z1']);
    const partnerSubnets = inZones(['subnet-4', 'z1'], ['subnet-5', 'z1']);
    const partner = aJudgedNodeEni(
      'a',
      { subnetIDs: ['subnet-4', 'subnet-5'], deviceIndex: 3 },
      { subnets: partnerSubnets },
    );
    const two = aJudgedNodeEni('b', { subnetIDs: ids.slice(0, 2) }, { subnets });
    const three = aJudgedNodeEni('b', { subnetIDs: ids }, { subnets });
    const both = aView({ nodeEnis: [partner, two] });
    expect(denied(judgeUpdate(two, two, both))).toEqual([]);
    expect(denied(judgeUpdate(three, two, both))).toEqual([
      expect.stringContaining('each of the indexes 3, 4 in z1 is already used by NodeENI "a"'),
    ]);
  });
});

describe('a subnet that both list', () => {
  it('is shared only where a selected node can have it', () => {
    const subnets = inZones(['subnet-1', 'z1'], ['subnet-2', 'z2'], ['subnet-3', 'z1']);
    const inZ1 = { ng: 'edge', [ZONE_LABEL]: 'z1' };
    const a = aJudgedNodeEni('a', { nodeSelector: inZ1, subnetIDs: ['subnet-1', 'subnet-2'] }, { subnets });
    const b = aJudgedNodeEni('b', { subnetIDs: ['subnet-3', 'subnet-2'], deviceIndex: 5 });
    const c = aJudgedNodeEni('c', { subnetIDs: ['subnet-1', 'subnet-2'], deviceIndex: 5 });
    const view = aView({ nodeEnis: [a] });
    expect(denied(judgeCreate(b, view))).toEqual([]);
    expect(denied(judgeCreate(c, view))).toEqual([
      expect.stringContaining('spec.subnetIDs: subnet subnet-1 is already used by NodeENI "a"'),
    ]);
  });
});

describe('a subnet that both list, on a node with the labels of both', () => {
  it.each([
    ['z1', 'deny'],
    ['z2', 'warn'],
  ])('counts in its own zone: in %s it is a reason to %s', (zone, effect) => {
    const subnets = inZones(['subnet-1', 'z1'], ['subnet-2', 'z2'], ['subnet-3', 'z2']);
    const a = aJudgedNodeEni(
      'a',
      { nodeSelector: { tier: 'x' }, subnetIDs: ['subnet-1', 'subnet-2'] },
      { subnets },
    );
    const b = aJudgedNodeEni('b', {
      nodeSelector: { team: 'y' },
      subnetIDs: ['subnet-1', 'subnet-3'],
      deviceIndex: 5,
    });
    const nodes = [{ name: 'n', labels: { tier: 'x', team: 'y', [ZONE_LABEL]: zone } }];
    const shared = judgeCreate(b, aView({ nodeEnis: [a], nodes })).filter(
      ({ rule }) => rule === 'sharedSubnet',
    );
    expect(shared.map((finding) => finding.effect)).toEqual([effect]);
  });
});

describe('a NodeENI that replaces another', () => {
  const replacing = { annotations: { [ADMISSION_ANNOTATIONS.replaces]: 'old' } };

  it('is admitted beside it whatever they share, and waits for its index and its device', () => {
    const spec = { subnetID: 'subnet-1', enableDPDK: true, dpdkPCIAddress: '0000:00:07.0' };
    const findings = judgeCreate(
      aJudgedNodeEni('new', spec, replacing),
      aView({ nodeEnis: [aJudgedNodeEni('old', spec)] }),
    );
    expect(denied(findings)).toEqual([]);
    expect(conflictWarnings(findings)).toEqual([
      'spec.deviceIndex: index 2 is used by NodeENI "old", which this one replaces: it waits until that one is gone',
      'spec.subnetID: subnet subnet-1 is used by NodeENI "old", which this one replaces',
      'spec.dpdkPCIAddress: PCI address 0000:00:07.0 is used by NodeENI "old", which this one replaces: it waits until that one is gone',
    ]);
  });

  it('is silent once the other is gone', () => {
    const findings = judgeCreate(aJudgedNodeEni('new', {}, replacing), aView());
    expect([...denied(findings), ...conflictWarnings(findings)]).toEqual([]);
  });
});

describe('what statuses tell of subnets', () => {
  it('is shared: a subnet is known to all when one status names it, by id or through a name', () => {
    const a = aJudgedNodeEni(
      'a',
      { subnetName: 'blue' },
      {
        subnets: [{ slot: 'name/blue', subnetID: 'subnet-1', zone: 'z1' }],
      },
    );
    const elsewhere = aJudgedNodeEni(
      'elsewhere',
      { nodeSelector: { ng: 'core' }, subnetName: 'green' },
      {
        subnets: [{ slot: 'name/green', subnetID: 'subnet-2', zone: 'z2' }],
      },
    );
    const b = aJudgedNodeEni('b', { subnetIDs: ['subnet-2'] });
    expect(denied(judgeCreate(b, aView({ nodeEnis: [a, elsewhere] })))).toEqual([]);
    expect(denied(judgeCreate(b, aView({ nodeEnis: [a] })))).toHaveLength(1);
  });
});
