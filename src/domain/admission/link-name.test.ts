import { describe, expect, it } from 'vitest';
import { aJudgedNodeEni, aView } from '../../../test/builders/judged-node-eni.ts';
import type { HostInterfaceFields } from '../effective-spec.ts';
import type { Finding, JudgedNodeEni } from './admission-view.ts';
import { judgeCreate, judgeUpdate } from './judge-admission.ts';

const FITS = 'user-plane-1';
const TOO_LONG = 'user-plane-01';

function object(name: string, hostInterface?: HostInterfaceFields): JudgedNodeEni {
  return aJudgedNodeEni(name, {
    subnetIDs: ['subnet-0a1b2c3d'],
    ...(hostInterface === undefined ? {} : { hostInterface }),
  });
}

function said(findings: readonly Finding[]): string[] {
  return findings.map(({ effect, field, message }) => `${effect} ${field}: ${message}`);
}

const created = (name: string, hostInterface?: HostInterfaceFields): string[] =>
  said(judgeCreate(object(name, hostInterface), aView()));

const changed = (from: HostInterfaceFields | undefined, to: HostInterfaceFields | undefined): string[] =>
  said(judgeUpdate(object(TOO_LONG, to), object(TOO_LONG, from), aView()));

describe('a name for the link that networks of pods cannot use', () => {
  it('is warned of when it comes from the name of the NodeENI', () => {
    expect(created(FITS)).toEqual([]);
    expect(created(TOO_LONG)).toEqual([
      'warn spec.hostInterface.altName: the default alternative name "ne-user-plane-01" has 16 characters, CNI plugins take at most 15 for a master or device: set hostInterface.altName to a shorter one where networks of pods name the link',
    ]);
  });

  it('is warned of when it was chosen, and not when a short one was', () => {
    expect(created('a', { altName: 'storage-network-1' })).toEqual([
      expect.stringContaining('the name "storage-network-1" has 17 characters'),
    ]);
    expect(created(TOO_LONG, { altName: 'n3' })).toEqual([]);
  });

  it('is no matter where the operating system keeps the link', () => {
    expect(created(TOO_LONG, { managedBy: 'OS' })).toEqual([]);
  });

  it('is warned of once, and again only when the name changes', () => {
    expect(changed(undefined, undefined)).toEqual([]);
    expect(changed(undefined, { addressing: 'Primary' })).toEqual([]);
    expect(changed({ altName: 'n3' }, undefined)).toHaveLength(1);
    expect(changed(undefined, { altName: 'storage-network-1' })).toHaveLength(1);
    expect(changed({ managedBy: 'OS' }, undefined)).toHaveLength(1);
    expect(changed(undefined, { altName: 'n3' })).toEqual([]);
  });
});
