import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENI_TAGS, MANAGED_BY, REFERENCE_MANAGED_BY, REFERENCE_TAGS } from '../../api/v1alpha1/names.ts';
import { root } from './documents.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Conditions;
}

const files = readdirSync(join(root, 'config', 'iam'));

function statements(name: string): readonly Statement[] {
  return JSON.parse(readFileSync(join(root, 'config', 'iam', name), 'utf8')).Statement;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

/** Actions by what the code sends: every command of the EC2 adapter, and the tags that ride in a creation. */
function actionsOfCode(): readonly string[] {
  const dir = join(root, 'src', 'adapters', 'ec2');
  const sources = readdirSync(dir).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const text = sources.map((name) => readFileSync(join(dir, name), 'utf8')).join('\n');
  const commands = Array.from(text.matchAll(/new (\w+)Command\(/g), ([, command = '']) => `ec2:${command}`);
  const tagging = text.includes('TagSpecifications') ? ['ec2:CreateTags'] : [];
  return [...new Set([...commands, ...tagging])].toSorted();
}

const policy = statements('policy.json');
const isRead = (action: string): boolean => action.startsWith('ec2:Describe');

describe('the IAM policy', () => {
  it('allows every EC2 action that the operator calls, and no other', () => {
    const allowed = new Set(policy.flatMap(({ Action }) => listOf(Action)));

    expect([...allowed].toSorted()).toEqual(actionsOfCode());
    expect(allowed.size).toBeGreaterThan(10);
    expect(policy.map(({ Effect }) => Effect)).toEqual(policy.map(() => 'Allow'));
  });

  it('changes only ENIs that bear the ownership tag', () => {
    const onEnis = policy.filter(({ Resource }) =>
      listOf(Resource).some((arn) => /network-interface/.test(arn)),
    );
    const conditions = onEnis.map(({ Action, Condition }) => ({ Action, ...Condition }));

    expect(conditions).toEqual([
      {
        Action: 'ec2:CreateNetworkInterface',
        StringEquals: { [`aws:RequestTag/${ENI_TAGS.managedBy}`]: MANAGED_BY },
      },
      { Action: 'ec2:CreateTags', StringEquals: { 'ec2:CreateAction': 'CreateNetworkInterface' } },
      {
        Action: expect.arrayContaining([
          'ec2:DeleteNetworkInterface',
          'ec2:DetachNetworkInterface',
          'ec2:CreateTags',
        ]),
        StringEquals: { [`aws:ResourceTag/${ENI_TAGS.managedBy}`]: MANAGED_BY },
      },
    ]);
  });

  it('gives the whole account to read only', () => {
    const unbound = policy.filter(({ Resource }) => listOf(Resource).includes('*'));

    expect(unbound.flatMap(({ Action }) => listOf(Action)).filter((action) => !isRead(action))).toEqual([]);
  });

  it('never lets an instance, a subnet or a group be changed but by what is done to an ENI', () => {
    const others = policy.filter(({ Resource }) =>
      listOf(Resource).some((arn) => /:(?:instance|subnet|security-group)\//.test(arn)),
    );

    expect(new Set(others.flatMap(({ Action }) => listOf(Action)))).toEqual(
      new Set([
        'ec2:CreateNetworkInterface',
        'ec2:AttachNetworkInterface',
        'ec2:DetachNetworkInterface',
        'ec2:ModifyNetworkInterfaceAttribute',
      ]),
    );
  });
});

describe('the policy for a migration', () => {
  it('only stamps ENIs that ask to be taken over', () => {
    const [reference, template, ...more] = statements('policy-takeover.json');

    expect([reference?.Action, template?.Action, more]).toEqual(['ec2:CreateTags', 'ec2:CreateTags', []]);
    expect(reference?.Condition?.['StringEquals']).toEqual({
      [`aws:ResourceTag/${REFERENCE_TAGS.managedBy}`]: REFERENCE_MANAGED_BY,
      [`aws:RequestTag/${ENI_TAGS.managedBy}`]: MANAGED_BY,
    });
    expect(template?.Condition?.['Null']).toEqual({
      [`aws:ResourceTag/${ENI_TAGS.cluster}`]: 'false',
      [`aws:ResourceTag/${ENI_TAGS.nodeEni}`]: 'false',
    });
  });
});

describe('every file in config/iam', () => {
  it.each(files)(
    '%s names the partition in one way, so that replacing arn:aws: reaches every ARN',
    (name) => {
      const text = readFileSync(join(root, 'config', 'iam', name), 'utf8');
      const partitions = Array.from(text.matchAll(/\barn:([^:]*):/g), ([, partition]) => partition);
      expect(partitions.filter((partition) => partition !== 'aws')).toEqual([]);
    },
  );

  it.each(files)('%s has nothing that Flux would substitute', (name) => {
    expect(readFileSync(join(root, 'config', 'iam', name), 'utf8')).not.toContain('${');
  });

  it('trusts the account of the operator alone', () => {
    const [statement] = statements('trust-policy-irsa.json');

    expect(statement?.Condition?.['StringEquals']).toMatchObject({
      'OIDC_PROVIDER:sub': 'system:serviceaccount:eni-controller-system:eni-controller',
    });
  });
});
