import { describe, expect, it } from 'vitest';
import { anAttachedEni, conditionText } from '../../../test/builders/host-attachment.ts';
import { aLink, macOf } from '../../../test/builders/host-state.ts';
import { hostVerdict } from './host-verdict.ts';
import { type HostFacts, reportHost } from './host-report.ts';
import { digestOf, linkWishOf } from './link-wish-of.ts';

const attachment = anAttachedEni(3, {}, { spec: { mtu: 9_001 } });
const wish = linkWishOf(attachment);
const digest = wish === undefined ? '' : digestOf(wish);

function facts(overrides: Partial<HostFacts> = {}): HostFacts {
  return {
    nodeName: 'node-1',
    digest,
    macAddress: macOf(3),
    altName: 'ne-upf-3',
    link: aLink(3, { altNames: ['ne-upf-3'], mtu: 9_001 }),
    previous: {},
    generation: 1,
    now: '2026-01-01T00:00:00Z',
    ...overrides,
  };
}

function reported(overrides: Partial<HostFacts> = {}): typeof attachment {
  const status = reportHost(facts(overrides));
  return { ...attachment, status: { ...attachment.status, ...status } };
}

describe('what the daemon reports of a link', () => {
  it('names link, MTU, device and driver, and says that all is as wanted', () => {
    const { host } = reportHost(facts());
    expect(host).toMatchObject({
      linkName: 'ens3',
      altName: 'ne-upf-3',
      mtu: 9_001,
      pciAddress: '0000:00:03.0',
      driver: 'ena',
      macAddress: macOf(3),
    });
    expect(hostVerdict(reported())).toEqual({ kind: 'configured' });
  });

  it('is the same text for the same facts at a later time, so that nothing is written', () => {
    const previous = reportHost(facts());
    expect(reportHost(facts({ previous, now: '2026-02-02T00:00:00Z' }))).toEqual(previous);
  });

  it('does not claim an alternative name that the link does not have', () => {
    expect(reportHost(facts({ link: aLink(3) })).host).not.toHaveProperty('altName');
  });

  it.each([
    [{ kind: 'waiting' } as const, 'False/WaitingForPods'],
    [{ kind: 'in-use', users: ['pods/a'] } as const, 'False/InUse'],
    [{ kind: 'failed', message: 'no' } as const, 'False/ApplyFailed'],
    [{ kind: 'released' } as const, 'True/Released'],
  ])('of a release says how far it is: %j', (release, expected) => {
    const told = reported({ release });
    expect(conditionText(told, 'Released')).toBe(expected);
    expect(conditionText(told, 'HostConfigured')).toBe('');
  });
});

describe('what the operator makes of it', () => {
  it('is the reason of the daemon where the link is not as wanted', () => {
    const hindrance = { reason: 'MTURefused', message: 'too large' } as const;
    expect(hostVerdict(reported({ hindrance }))).toEqual({ kind: 'hindered', ...hindrance });
  });

  it.each([
    ['nothing has been said', attachment],
    ['it was said of another MAC address', reported({ macAddress: macOf(9) })],
    ['it was said before the latest change', reported({ digest: 'old' })],
  ])('is nothing while %s', (_, told) => {
    expect(hostVerdict(told).kind).toBe('unknown');
  });

  it('counts when only the letter case of the MAC address differs', () => {
    const told = reported();
    const upper = { ...told, status: { ...told.status, macAddress: macOf(3).toUpperCase() } };
    expect(hostVerdict(upper).kind).toBe('configured');
  });
});
