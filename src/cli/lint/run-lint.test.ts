import { describe, expect, it } from 'vitest';
import { lintTexts } from '../../../test/support/lint-texts.ts';
import type { ClusterState } from '../ports.ts';
import type { LintFinding, LintReport } from './lint-finding.ts';

function nodeEni(name: string, spec = '', metadata = ''): string {
  return `apiVersion: networking.k8s.aws/v1alpha1
kind: NodeENI
metadata: {name: ${name}${metadata}}
spec:
  nodeSelector: {role: edge}
  securityGroupIDs: [sg-0123456789abcdef0]
${spec.replaceAll(/^/gm, '  ')}
`;
}

const one = nodeEni('one', 'subnetID: subnet-0123456789abcdef0');
const two = nodeEni('two', 'subnetID: subnet-0123456789abcdef1');
const three = nodeEni('three', 'subnetID: subnet-0123456789abcdef2\ndeviceIndex: 3');
const node = 'apiVersion: v1\nkind: Node\nmetadata: {name: ip-10-0-0-1, labels: {role: edge, rack: "1"}}\n';

function lint(...texts: readonly string[]): Promise<LintReport> {
  return lintTexts([{ name: 'a.yaml', text: texts.join('---\n') }]);
}

function shown(findings: readonly LintFinding[]): readonly string[] {
  return findings.map(
    ({ line, column, severity, field, rule }) => `${line}:${column} ${severity} ${field} ${rule}`,
  );
}

describe('lint', () => {
  it('has nothing to say about a good NodeENI', async () => {
    expect(await lint(one)).toEqual({ findings: [], nodeEnis: 1, files: 1 });
  });

  it('says all that is wrong with an object at once, each at its place', async () => {
    const { findings } = await lint(
      nodeEni('one', 'subnetID: vpc-a\ndeviceIndex: 32\nmtuu: 5\ntags: {"aws:a": b, "": c}'),
    );
    expect(shown(findings)).toEqual([
      '7:13 error spec.subnetID pattern',
      '8:16 error spec.deviceIndex maximum',
      '9:3 error spec.mtuu unknownField',
      '10:10 error spec.tags tagKeyReserved',
      '10:22 error spec.tags tagKeyLength',
    ]);
  });

  it('tells of an unquoted word that Kubernetes takes for a boolean, and how to write it', async () => {
    const { findings } = await lint(nodeEni('one', 'subnetName: n'));
    expect(findings).toMatchObject([
      {
        line: 7,
        column: 15,
        message:
          'must be a text, but is the boolean false: Kubernetes reads YAML 1.1, where n without quotes is no text; write "n"',
      },
    ]);
  });

  it.each([
    ['apiVersion: networking.k8s.aws/v1beta1\nkind: NodeENI\n', '1:13 error apiVersion apiVersion'],
    ['kind: NodeENI\n', '1:1 error apiVersion apiVersion'],
    ['apiVersion: networking.k8s.aws/v1alpha1\nkind: NodeEni\n', '2:7 error kind kind'],
  ])('does not overlook what is nearly a NodeENI: %j', async (text, says) => {
    expect(shown((await lint(text)).findings)).toEqual([says]);
  });

  it.each([
    'apiVersion: networking.k8s.aws/v1alpha1\nkind: PolicyEndpoint\n',
    'apiVersion: example.com/v1\nkind: NodeENI\n',
    'apiVersion: v1\nkind: ConfigMap\ndata: {a: n}\n',
    '- a\n- b\n',
    '',
  ])('leaves alone what is somebody else’s: %j', async (text) => {
    expect(await lint(text)).toMatchObject({ findings: [], nodeEnis: 0 });
  });

  it('judges the items of lists, nested ones and those whose kind the list tells', async () => {
    const item = `{metadata: {name: a}, spec: {mtu: 1}}`;
    const { findings, nodeEnis } = await lint(
      `apiVersion: v1\nkind: List\nitems:\n- apiVersion: networking.k8s.aws/v1alpha1\n  kind: NodeENIList\n  items: [${item}]\n`,
    );
    expect(nodeEnis).toBe(1);
    expect(findings.map(({ field }) => field)).toContain('spec.mtu');
  });

  it('goes on behind a document that is no YAML', async () => {
    const { findings } = await lint('a: b: c\n', nodeEni('one', 'subnetID: x'));
    expect(findings.map(({ rule }) => rule)).toEqual(['yaml', 'pattern']);
  });
});

describe('a set of NodeENIs', () => {
  it('is judged in the order of its documents: the later one is refused', async () => {
    const { findings } = await lint(one, two);
    expect(findings).toMatchObject([{ nodeEni: 'two', severity: 'error', rule: 'deviceIndexConflict' }]);
  });

  it('is judged over all files together', async () => {
    const { findings } = await lintTexts([
      { name: 'a.yaml', text: one },
      { name: 'b.yaml', text: two },
    ]);
    expect(findings).toMatchObject([{ file: 'b.yaml', nodeEni: 'two', rule: 'deviceIndexConflict' }]);
  });

  it('holds no object that was refused, so that the next one does not clash with it', async () => {
    const broken = nodeEni('one', 'subnetID: subnet-0123456789abcdef0\nmtu: 1');
    const { findings } = await lint(broken, two);
    expect(findings.map(({ nodeEni, rule }) => [nodeEni, rule])).toEqual([['one', 'minimum']]);
  });

  it('warns of a name that comes twice, and judges the second as a change of the first', async () => {
    const moved = nodeEni('one', 'subnetID: subnet-0123456789abcdef0\ndeviceIndex: 3');
    const { findings } = await lint(one, moved);
    expect(findings.map(({ severity, rule, line }) => [severity, rule, line])).toEqual([
      ['warning', 'duplicateName', 11],
      ['error', 'deviceIndexFixed', 16],
    ]);
    expect(findings[0]?.message).toContain('stands at a.yaml:1 as well');
  });

  it('meets on the Nodes that are among the manifests', async () => {
    const rack = nodeEni('rack', 'subnetID: subnet-0123456789abcdef1').replace('role: edge', 'rack: "1"');
    expect((await lint(one, rack)).findings).toMatchObject([{ severity: 'warning', nodeEni: 'rack' }]);
    const { findings } = await lint(node, one, rack);
    expect(findings).toMatchObject([{ severity: 'error', nodeEni: 'rack', rule: 'deviceIndexConflict' }]);
    expect(findings[0]?.message).toContain('ip-10-0-0-1');
  });
});

describe('--nodes', () => {
  it('brings nodes to judge against', async () => {
    const rack = nodeEni('rack', 'subnetID: subnet-0123456789abcdef1').replace('role: edge', 'rack: "1"');
    const files = [
      { name: 'a.yaml', text: `${one}---\n${rack}` },
      { name: 'nodes.yaml', text: node },
    ];
    const { findings } = await lintTexts(files, { paths: ['a.yaml'], nodes: 'nodes.yaml' });
    expect(findings).toMatchObject([{ severity: 'error', nodeEni: 'rack' }]);
  });

  it('is refused when the file holds no Node', async () => {
    const files = [{ name: 'a.yaml', text: one }];
    await expect(lintTexts(files, { nodes: 'a.yaml' })).rejects.toThrow(
      '--nodes a.yaml: there is no Node in it',
    );
  });
});

describe('--subnets', () => {
  const byName = [nodeEni('one', 'subnetNames: [edge-a, edge-b]'), nodeEni('two', 'subnetName: edge-c')].join(
    '---\n',
  );
  const aws = JSON.stringify({
    Subnets: ['a', 'b', 'c'].map((zone) => ({
      SubnetId: `subnet-${zone}`,
      AvailabilityZone: `us-east-1${zone}`,
      Tags: [{ Key: 'Name', Value: `edge-${zone}` }],
    })),
  });
  const simple = ['a', 'b', 'c']
    .map((zone) => `- {id: subnet-${zone}, name: edge-${zone}, zone: us-east-1${zone}}`)
    .join('\n');

  function lintWith(subnets: string): Promise<LintReport> {
    const files = [
      { name: 'a.yaml', text: byName },
      { name: 'subnets', text: subnets },
    ];
    return lintTexts(files, { paths: ['a.yaml'], subnets: 'subnets' });
  }

  it('tells apart NodeENIs of other zones, which clash for all that is known without it', async () => {
    expect((await lintTexts([{ name: 'a.yaml', text: byName }])).findings).not.toEqual([]);
    expect((await lintWith(aws)).findings).toEqual([]);
    expect((await lintWith(simple)).findings).toEqual([]);
  });

  it('finds the clash in the one zone that both use', async () => {
    const { findings } = await lintWith(simple.replace('edge-b', 'edge-c'));
    expect(findings.map(({ nodeEni, severity, rule }) => [nodeEni, severity, rule])).toContainEqual([
      'one',
      'warning',
      'subnetNotFound',
    ]);
    const crowded = simple.replace('zone: us-east-1c', 'zone: us-east-1b');
    expect((await lintWith(crowded)).findings).toMatchObject([
      { nodeEni: 'two', severity: 'error', rule: 'deviceIndexConflict' },
    ]);
  });

  it('warns of entries that are no subnet, or two in one zone', async () => {
    const { findings } = await lintWith(
      `${simple}\n- {id: subnet-d, name: edge-a, zone: us-east-1a}`.replace('edge-c', 'edge-x'),
    );
    expect(findings.map(({ field, rule }) => [field, rule])).toEqual(
      expect.arrayContaining([
        ['spec.subnetNames[0]', 'subnetAmbiguous'],
        ['spec.subnetName', 'subnetNotFound'],
      ]),
    );
  });

  it.each([
    ['{}', 'subnets: no list of subnets: give what aws ec2 describe-subnets prints'],
    [
      '- {id: subnet-a}',
      'subnets:1:3: a subnet needs SubnetId and AvailabilityZone, or id and zone, as texts',
    ],
    ['a: b: c', 'subnets:1:4: Nested mappings are not allowed in compact mappings'],
  ])('is refused when it is %j', async (text, says) => {
    await expect(lintWith(text)).rejects.toThrow(says);
  });
});

describe('a NodeENI that was exported with its status', () => {
  it('tells of instance types, so that the next one is warned of', async () => {
    const status = `status:
  instanceTypes:
    - {type: small, networkCards: [{index: 0, maximumInterfaces: 2}]}
    - {networkCards: []}
`;
    const small = node.replace('rack: "1"', 'node.kubernetes.io/instance-type: small');
    const { findings } = await lint(one + status, three, small);
    expect(findings.map(({ nodeEni, message }) => `${nodeEni}: ${message}`)).toEqual([
      'three: small takes 2 interfaces on card 0, but 3 are wanted (ip-10-0-0-1)',
    ]);
  });
});

describe('--cluster', () => {
  const cluster: ClusterState = {
    nodeEnis: [
      {
        name: 'one',
        isDeleting: false,
        annotations: {},
        spec: {
          nodeSelector: { role: 'edge' },
          subnetID: 'subnet-0123456789abcdef0',
          securityGroupIDs: ['sg-0123456789abcdef0'],
        },
        subnets: [],
      },
    ],
    nodes: [],
    attachments: [],
  };

  function lintAgainst(text: string): Promise<LintReport> {
    return lintTexts([{ name: 'a.yaml', text }], {}, cluster);
  }

  it('judges against what is there', async () => {
    expect((await lintAgainst(two)).findings).toMatchObject([
      { nodeEni: 'two', rule: 'deviceIndexConflict' },
    ]);
  });

  it('warns of nodes whose instance type takes fewer interfaces, as the cluster knows of the type', async () => {
    const instanceTypes = [{ type: 'small', networkCards: [{ index: 0, maximumInterfaces: 2 }] }];
    const labels = { role: 'edge', 'node.kubernetes.io/instance-type': 'small' };
    const { findings } = await lintTexts(
      [{ name: 'a.yaml', text: three }],
      {},
      {
        ...cluster,
        nodeEnis: cluster.nodeEnis.map((known) => ({ ...known, instanceTypes })),
        nodes: [{ name: 'node-1', labels }],
      },
    );
    expect(findings).toMatchObject([
      {
        severity: 'warning',
        rule: 'interfaceLimit',
        message: 'small takes 2 interfaces on card 0, but 3 are wanted (node-1)',
      },
    ]);
  });

  it('takes an object of the cluster as the old one: unchanged is fine, moved is refused', async () => {
    expect((await lintAgainst(one)).findings).toEqual([]);
    const { findings } = await lintAgainst(
      nodeEni('one', 'subnetID: subnet-0123456789abcdef9\nnetworkCardIndex: 1'),
    );
    expect(findings.map(({ rule }) => rule).toSorted()).toEqual([
      'networkCardIndexFixed',
      'subnetsChangeAtEnd',
    ]);
  });
});
