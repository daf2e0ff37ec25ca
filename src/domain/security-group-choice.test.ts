import { describe, expect, it } from 'vitest';
import { aSecurityGroup } from '../../test/builders/ec2-resources.ts';
import { chooseSecurityGroups } from './security-group-choice.ts';

describe('security groups', () => {
  it('are the union of ids and names without duplicates, ids first', () => {
    const groups = [
      aSecurityGroup({ groupId: 'sg-1', groupName: 'one' }),
      aSecurityGroup({ groupId: 'sg-2', groupName: 'two' }),
      aSecurityGroup({ groupId: 'sg-3', groupName: 'three' }),
    ];
    const fields = { securityGroupIDs: ['sg-2', 'sg-2'], securityGroupNames: ['one', 'two'] };
    expect(chooseSecurityGroups(fields, 'vpc-1', groups)).toEqual({
      kind: 'chosen',
      groupIds: ['sg-2', 'sg-1'],
    });
  });

  it('are found by names alone', () => {
    const choice = chooseSecurityGroups({ securityGroupNames: ['tenant'] }, 'vpc-1', [aSecurityGroup()]);
    expect(choice).toEqual({ kind: 'chosen', groupIds: ['sg-1'] });
  });

  it('are looked up in the VPC of the subnet only', () => {
    const groups = [
      aSecurityGroup({ groupId: 'sg-other', vpcId: 'vpc-2' }),
      aSecurityGroup({ groupId: 'sg-here', vpcId: 'vpc-1' }),
    ];
    const choice = chooseSecurityGroups({ securityGroupNames: ['tenant'] }, 'vpc-1', groups);
    expect(choice).toEqual({ kind: 'chosen', groupIds: ['sg-here'] });
  });

  it('prefer the group name over a Name tag of the same text', () => {
    const groups = [
      aSecurityGroup({ groupId: 'sg-tagged', groupName: 'x', name: 'tenant' }),
      aSecurityGroup({ groupId: 'sg-named', groupName: 'tenant' }),
    ];
    const choice = chooseSecurityGroups({ securityGroupNames: ['tenant'] }, 'vpc-1', groups);
    expect(choice).toEqual({ kind: 'chosen', groupIds: ['sg-named'] });
  });

  it('fall back to the Name tag', () => {
    const groups = [aSecurityGroup({ groupName: 'launch-wizard-1', name: 'tenant' })];
    const choice = chooseSecurityGroups({ securityGroupNames: ['tenant'] }, 'vpc-1', groups);
    expect(choice).toEqual({ kind: 'chosen', groupIds: ['sg-1'] });
  });

  it('are ambiguous when two bear the name, with the same message whatever order EC2 lists them in', () => {
    const a = aSecurityGroup({ groupId: 'sg-a', groupName: 'x', name: 'tenant' });
    const b = aSecurityGroup({ groupId: 'sg-b', groupName: 'y', name: 'tenant' });
    const choice = chooseSecurityGroups({ securityGroupNames: ['tenant'] }, 'vpc-1', [b, a]);
    expect(choice).toMatchObject({ kind: 'problem', reason: 'SecurityGroupAmbiguous' });
    expect(choice).toHaveProperty(
      'message',
      expect.stringMatching(/"tenant".*sg-a and sg-b.*vpc-1.*securityGroupIDs/),
    );
    expect(chooseSecurityGroups({ securityGroupNames: ['tenant'] }, 'vpc-1', [a, b])).toEqual(choice);
  });

  it.each([
    ['an id', { securityGroupIDs: ['sg-1', 'sg-gone'] }, 'sg-gone'],
    ['an id of another VPC', { securityGroupIDs: ['sg-elsewhere'] }, 'sg-elsewhere'],
    ['a name', { securityGroupIDs: ['sg-1'], securityGroupNames: ['missing'] }, 'missing'],
    ['a name of another VPC', { securityGroupNames: ['elsewhere'] }, 'elsewhere'],
  ])('are refused as a whole when %s does not exist there', (_, fields, named) => {
    const groups = [
      aSecurityGroup(),
      aSecurityGroup({ groupId: 'sg-elsewhere', groupName: 'elsewhere', vpcId: 'vpc-2' }),
    ];
    const choice = chooseSecurityGroups(fields, 'vpc-1', groups);
    expect(choice).toMatchObject({ kind: 'problem', reason: 'SecurityGroupNotFound' });
    expect(choice).toHaveProperty('message', expect.stringContaining(`"${named}" does not exist in vpc-1`));
  });
});
