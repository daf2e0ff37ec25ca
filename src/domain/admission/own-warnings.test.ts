import { describe, expect, it } from 'vitest';
import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import { aJudgedNodeEni, aView } from '../../../test/builders/judged-node-eni.ts';
import type { JudgedNodeEni } from './admission-view.ts';
import { judgeCreate } from './judge-admission.ts';

const fine: Partial<JudgedNodeEni['spec']> = { subnetIDs: ['subnet-0123456789abcdef0', 'subnet-0a1b2c3d'] };

function said(spec: Partial<JudgedNodeEni['spec']>, annotations: Record<string, string> = {}): string[] {
  return judgeCreate(aJudgedNodeEni('a', { ...fine, ...spec }, { annotations }), aView()).map(
    ({ effect, rule, field }) => `${effect} ${rule} ${field}`,
  );
}

describe('one NodeENI alone', () => {
  it('brings no warning when there is nothing odd', () => {
    expect(said({})).toEqual([]);
  });

  it.each([
    ['too short', 'subnet-0a1b2c3'],
    ['in between', 'subnet-0a1b2c3d4'],
    ['not hexadecimal', 'subnet-0a1b2c3g'],
    ['a word', 'subnet-tenant-a'],
  ])('is warned of an id that is %s', (_, id) => {
    expect(said({ subnetIDs: [id, id] })).toEqual(['warn idFormat spec.subnetIDs']);
    expect(said({ subnetID: id })).toEqual(['warn idFormat spec.subnetID']);
  });

  it('is warned of odd ids of groups', () => {
    expect(said({ securityGroupIDs: ['sg-0a1b2c3d', 'sg-mine'] })).toEqual([
      'warn idFormat spec.securityGroupIDs',
    ]);
  });

  it('is warned that EC2 deletes a retained ENI, unless it says otherwise', () => {
    expect(said({ deletionPolicy: 'Retain' })).toEqual([
      'warn retainWithDeleteOnTermination spec.deleteOnTermination',
    ]);
    expect(said({ deletionPolicy: 'Retain', deleteOnTermination: false })).toEqual([]);
  });

  it('is warned of the alias, whatever its value, and of what is not implemented', () => {
    expect(said({ dpdkEnabled: false })).toEqual(['warn dpdkAlias spec.dpdkEnabled']);
    expect(said({ dpdkEnabled: true })).toEqual([
      'warn dpdkAlias spec.dpdkEnabled',
      'warn dpdkNotImplemented spec.enableDPDK',
    ]);
    expect(said({ dpdkResourceName: 'intel.com/a' })).toEqual([
      'warn dpdkNotImplemented spec.dpdkResourceName',
    ]);
  });

  it('is warned of annotations that have no effect', () => {
    expect(said({}, { [ADMISSION_ANNOTATIONS.allowSharedSubnet]: 'yes' })).toEqual([
      'warn annotationValue metadata.annotations',
    ]);
    expect(said({}, { [ADMISSION_ANNOTATIONS.replaces]: 'a' })).toEqual([
      'warn annotationValue metadata.annotations',
    ]);
    const meant = {
      [ADMISSION_ANNOTATIONS.allowSharedSubnet]: 'true',
      [ADMISSION_ANNOTATIONS.deletionProtection]: 'false',
      [ADMISSION_ANNOTATIONS.replaces]: 'b',
    };
    expect(said({}, meant)).toEqual([]);
  });
});
