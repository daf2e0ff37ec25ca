import { describe, expect, it } from 'vitest';
import { lintDeps } from '../../test/support/lint-texts.ts';
import { type CommandResult, runCommandLine } from './command-line.ts';
import type { SourceFile } from './ports.ts';

const good = `apiVersion: networking.k8s.aws/v1alpha1
kind: NodeENI
metadata: {name: a}
spec: {nodeSelector: {role: edge}, subnetID: subnet-0123456789abcdef0, securityGroupIDs: [sg-0123456789abcdef0]}
`;
const files: readonly SourceFile[] = [
  { name: 'good.yaml', text: good },
  { name: 'warned.yaml', text: good.replace('subnet-0123456789abcdef0', 'subnet-tenant-a') },
  { name: 'bad,1:2%.yaml', text: good.replace('role: edge', '"a b": "50%"') },
  { name: 'other.yaml', text: 'kind: Kustomization\n' },
  { name: 'broken.yaml', text: 'a: b: c\n' },
];

function run(...args: readonly string[]): Promise<CommandResult> {
  return runCommandLine(args, lintDeps(files));
}

describe('nodeeni', () => {
  it('helps at both levels', async () => {
    expect(await run('--help')).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/lint/),
    });
    expect(await run('lint', '--help')).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/--subnets FILE[\s\S]*Exit codes/),
    });
  });

  it('tells its version', async () => {
    expect(await run('--version')).toEqual({ exitCode: 0, stdout: 'nodeeni 1.2.3\n', stderr: '' });
  });

  it.each<[args: readonly string[], says: string]>([
    [[], 'Usage: nodeeni COMMAND'],
    [['lnit'], 'unknown command lnit: did you mean lint?'],
    [['frobnicate'], 'unknown command frobnicate: see nodeeni --help'],
    [['lint'], 'nothing to lint: give files, directories, or - for standard input'],
    [['lint', '--sbunets', 'a', 'good.yaml'], 'unknown option --sbunets: did you mean --subnets?'],
    [['lint', '--frobnicate', 'good.yaml'], 'unknown option --frobnicate: see nodeeni lint --help'],
    [['lint', '-x', 'good.yaml'], 'unknown option -x'],
    [['lint', '--output', 'xml', 'good.yaml'], '--output is "xml": give one of text, json, sarif, github'],
    [['lint', 'good.yaml', '--output'], '--output needs a value'],
    [['lint', 'good.yaml', '--nodes', '--strict'], '--nodes needs a value'],
    [['lint', 'good.yaml', '--strict=yes'], '--strict takes no value, got "yes"'],
    [['lint', 'good.yaml', '--kubeconfig', 'x'], '--kubeconfig has no use without --cluster'],
    [['lint', '-', '--nodes', '-'], 'standard input (-) can be read only once'],
    [['lint', 'gone.yaml'], 'cannot read gone.yaml'],
    [
      ['lint', 'other.yaml'],
      'there is no NodeENI in other.yaml: give the files or directories that hold them',
    ],
    [['lint', 'good.yaml', '--cluster'], 'cannot read the cluster'],
  ])('%j is exit code 2 and says what to do', async (args, says) => {
    const result = await run(...args);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain(says);
  });

  it('names every problem of the options at once', async () => {
    const { stderr } = await run('lint', '--clustr', '--output=x');
    expect(stderr.trim().split('\n')).toHaveLength(3);
  });
});

describe('nodeeni lint', () => {
  it.each<[args: readonly string[], exitCode: number]>([
    [['good.yaml'], 0],
    [['good.yaml', '--strict'], 0],
    [['warned.yaml'], 0],
    [['warned.yaml', '--strict'], 1],
    [['bad,1:2%.yaml'], 1],
    [['good.yaml', 'bad,1:2%.yaml'], 1],
    [['other.yaml', 'good.yaml'], 0],
    [['broken.yaml'], 1],
  ])('%j ends with %i', async (args, exitCode) => {
    expect((await run('lint', ...args)).exitCode).toBe(exitCode);
  });

  it('prints one line a finding, and the count apart', async () => {
    expect(await run('lint', 'bad,1:2%.yaml')).toMatchObject({
      stdout:
        'bad,1:2%.yaml:4:23: error spec.nodeSelector: key "a b" is no valid label name: use [prefix/]name, for example node-group or example.com/pool (nodeSelectorKey)\n' +
        'bad,1:2%.yaml:4:30: error spec.nodeSelector.a b: "50%" does not match ^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$ (pattern)\n',
      stderr: '1 NodeENI in 1 file: 2 errors, 0 warnings\n',
    });
  });

  it('prints JSON with the findings and their number', async () => {
    const { stdout, stderr } = await run('lint', '--output=json', 'warned.yaml');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        {
          file: 'warned.yaml',
          line: 4,
          column: 46,
          severity: 'warning',
          nodeEni: 'a',
          field: 'spec.subnetID',
          rule: 'idFormat',
          message: expect.stringContaining('"subnet-tenant-a" does not look like'),
        },
      ],
      summary: { files: 1, nodeEnis: 1, errors: 0, warnings: 1 },
    });
  });

  it('prints workflow commands that GitHub does not misread', async () => {
    const { stdout } = await run('lint', '--output=github', 'bad,1:2%.yaml');
    const [first, second] = stdout.split('\n');
    expect(first).toMatch(
      /^::error file=bad%2C1%3A2%25\.yaml,line=4,col=23,title=nodeSelectorKey::spec\.nodeSelector: key/,
    );
    expect(second).toContain('"50%25" does not match');
  });

  it('prints SARIF 2.1.0 with a rule for every result', async () => {
    const { stdout } = await run('lint', '--output=sarif', 'bad,1:2%.yaml', 'warned.yaml');
    const { version, runs } = JSON.parse(stdout);
    expect(version).toBe('2.1.0');
    const [{ tool, results }] = runs;
    expect(results).toHaveLength(3);
    expect(results[2]).toMatchObject({
      ruleId: 'idFormat',
      level: 'warning',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'warned.yaml' },
            region: { startLine: 4, startColumn: 46 },
          },
          logicalLocations: [{ fullyQualifiedName: 'a spec.subnetID' }],
        },
      ],
    });
    expect(tool.driver.rules).toEqual([{ id: 'idFormat' }, { id: 'nodeSelectorKey' }, { id: 'pattern' }]);
  });

  it('keeps a line break in a manifest from making a line of its own', async () => {
    const text = good.replace('role: edge', '"a\\nb": c');
    const { stdout } = await runCommandLine(['lint', 'x'], lintDeps([{ name: 'x', text }]));
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });
});
