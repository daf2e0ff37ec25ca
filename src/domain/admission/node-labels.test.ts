import { describe, expect, it } from 'vitest';
import { ZONE_LABEL } from '../../../api/v1alpha1/names.ts';
import { aJudgedNodeEni, aView } from '../../../test/builders/judged-node-eni.ts';
import type { JudgedNodeEni } from './admission-view.ts';
import { judgeNodeLabels } from './judge-admission.ts';

const byTier = aJudgedNodeEni('by-tier', { nodeSelector: { tier: 'x' } });
const byTeam = aJudgedNodeEni('by-team', { nodeSelector: { team: 'y' } });
const view = aView({
  nodeEnis: [byTier, byTeam],
  attachments: [
    { name: 'a-0', nodeEniName: 'by-tier', nodeName: 'n' },
    { name: 'a-1', nodeEniName: 'by-tier', nodeName: 'n' },
    { name: 'a-2', nodeEniName: 'by-tier', nodeName: 'm' },
  ],
});

function said(labels: Record<string, string>, old: Record<string, string>, over = view): string[] {
  return judgeNodeLabels({ name: 'n', labels }, { name: 'n', labels: old }, over).map(
    ({ effect, rule, message }) => `${effect} ${rule} ${message}`,
  );
}

function inZone1(subnetID: string): Pick<JudgedNodeEni, 'subnets'> {
  return { subnets: [{ slot: `id/${subnetID}`, subnetID, zone: 'z1' }] };
}

function bothLabels(zone: string): Record<string, string> {
  return { tier: 'x', team: 'y', [ZONE_LABEL]: zone };
}

describe('changed labels of a node', () => {
  it('warn when they bring NodeENIs together that want one index', () => {
    expect(said({ tier: 'x', team: 'y' }, { tier: 'x' })).toEqual([
      'warn deviceIndexConflict node n matches NodeENIs "by-team" and "by-tier" now, which both want device index 2',
    ]);
  });

  it('are silent about a meeting that was there before', () => {
    expect(said({ tier: 'x', team: 'y', rack: '2' }, { tier: 'x', team: 'y' })).toEqual([]);
  });

  it('are silent when the node is in a zone in which the two do not meet', () => {
    const zoned = aView({
      nodeEnis: [
        aJudgedNodeEni('by-tier', byTier.spec, inZone1('subnet-by-tier')),
        aJudgedNodeEni('by-team', byTeam.spec, inZone1('subnet-by-team')),
      ],
    });
    expect(said(bothLabels('z2'), {}, zoned)).toEqual([]);
    expect(said(bothLabels('z1'), {}, zoned)).toHaveLength(1);
  });

  it('warn of interfaces that the node loses', () => {
    expect(said({}, { tier: 'x' })).toEqual([
      'warn nodeLosesInterfaces node n no longer matches NodeENI "by-tier": 2 of its ENIs will be released',
    ]);
    expect(said({}, { rack: '2' })).toEqual([]);
  });

  it('count a NodeENI that is being deleted in no meeting', () => {
    const going = aView({ nodeEnis: [byTier, { ...byTeam, isDeleting: true }] });
    expect(said({ tier: 'x', team: 'y' }, {}, going)).toEqual([]);
  });
});
