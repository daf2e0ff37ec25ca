import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Result {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const program = join(import.meta.dirname, 'main.ts');
const good = `apiVersion: networking.k8s.aws/v1alpha1
kind: NodeENI
metadata: {name: a}
spec: {nodeSelector: {role: edge}, subnetID: subnet-0123456789abcdef0, securityGroupIDs: [sg-0123456789abcdef0]}
`;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nodeeni-lint-'));
  mkdirSync(join(dir, 'set', 'deeper'), { recursive: true });
  mkdirSync(join(dir, 'nothing', 'deeper'), { recursive: true });
  writeFileSync(join(dir, 'set', 'a.yaml'), good);
  writeFileSync(join(dir, 'set', 'deeper', 'b.yml'), good.replace('name: a', 'name: b'));
  writeFileSync(join(dir, 'set', 'c.json'), JSON.stringify({ kind: 'Kustomization' }));
  writeFileSync(join(dir, 'set', 'notes.txt'), 'a: b: c');
  symlinkSync(join(dir, 'set'), join(dir, 'set', 'deeper', 'circle'));
  writeFileSync(join(dir, 'latin1.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xfc]));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs the program in the folder of the test. */
async function nodeeni(args: readonly string[], stdin = ''): Promise<Result> {
  const child = spawn(process.execPath, [program, ...args], { cwd: dir, stdio: 'pipe' });
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  child.stdin.end(stdin);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { exitCode, stdout, stderr };
}

describe('the nodeeni program', () => {
  it('reads standard input, such as a kustomize build', async () => {
    expect(await nodeeni(['lint', '-'], good)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '1 NodeENI in 1 file: 0 errors, 0 warnings\n',
    });
  });

  it('searches directories, in the order of names, and only for YAML and JSON', async () => {
    const { exitCode, stdout, stderr } = await nodeeni(['lint', 'set']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^set\/deeper\/b\.yml:\d+:\d+: error spec\.deviceIndex: index 2 is already used by NodeENI "a"/,
    );
    expect(stderr).toMatch(/^2 NodeENIs in 3 files: /);
  });

  it.each<[args: readonly string[], says: string]>([
    [['lint', 'gone.yaml'], 'nodeeni: cannot read gone.yaml: there is no such file or directory\n'],
    [
      ['lint', 'set/a.yaml', 'nothing'],
      'nodeeni: cannot read nothing: there is no *.yaml, *.yml or *.json file below it\n',
    ],
    [
      ['lint', 'set/c.json'],
      'nodeeni: there is no NodeENI in set/c.json: give the files or directories that hold them, or - for what kustomize build prints\n',
    ],
    [['lint', 'latin1.yaml'], 'nodeeni: cannot read latin1.yaml: it is not UTF-8\n'],
    [
      ['lint', 'set/a.yaml', '--nodes', 'set/notes.txt'],
      'nodeeni: set/notes.txt:1:4: Nested mappings are not allowed in compact mappings\n',
    ],
  ])('%j is one line and exit code 2', async (args, says) => {
    expect(await nodeeni(args)).toEqual({ exitCode: 2, stdout: '', stderr: says });
  });

  it('finds no NodeENI in empty standard input, which is exit code 2', async () => {
    const { exitCode, stderr } = await nodeeni(['lint', '-']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^nodeeni: there is no NodeENI in standard input: give /);
  });

  it('tells the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await nodeeni(['--version'])).toEqual({ exitCode: 0, stdout: `nodeeni ${version}\n`, stderr: '' });
  });

  it('ends with 2 when there is no cluster behind the kubeconfig', async () => {
    const { exitCode, stderr } = await nodeeni(['lint', 'set/a.yaml', '--cluster', '--kubeconfig', 'gone']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^nodeeni: cannot read the cluster of kubeconfig gone: .*ENOENT.*\n$/);
  });

  it('answers broken YAML with its place, not with a stack trace', async () => {
    expect(await nodeeni(['lint', '-'], 'a: 1\n---\nb: c: d\n')).toEqual({
      exitCode: 1,
      stdout: 'stdin:3:4: error Nested mappings are not allowed in compact mappings (yaml)\n',
      stderr: '0 NodeENIs in 1 file: 1 error, 0 warnings\n',
    });
  });
});
