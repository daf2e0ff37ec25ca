import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateFiles, generatedFolders, type GeneratedFiles } from './generated-files.ts';
import { staleFiles } from './stale-files.ts';

const repository = join(import.meta.dirname, '..', '..');
const generationLimitMs = 60_000;
let folder: string;
let root: URL;
let files: GeneratedFiles;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'multi-eni-operator-gen-'));
  root = pathToFileURL(`${folder}/`);
  for (const path of ['package.json', '.prettierrc.json', 'api']) {
    cpSync(join(repository, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(repository, 'hack'), join(folder, 'hack'));
  files = await generateFiles(root);
}, generationLimitMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeAll(): void {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

function problemsOf(path: string, value: unknown): readonly string[] {
  const formats = { int32: true, int64: true, 'date-time': true } as const;
  const validate = new Ajv({ strict: false, allErrors: true, formats }).compile(
    JSON.parse(files.get(path) ?? ''),
  );
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

describe('generated files', () => {
  it(
    'are the same, byte for byte, when generated again',
    async () => {
      expect(await generateFiles(root)).toEqual(files);
    },
    generationLimitMs,
  );

  it('say where they come from and that they are not to be edited', () => {
    const unmarked = [...files].filter(
      ([path, content]) => !path.endsWith('.json') && !content.includes('Do not edit.'),
    );
    expect(unmarked).toEqual([]);
  });

  it('are all missing before the first run', async () => {
    const stale = await staleFiles(root, files, generatedFolders);

    expect(stale).toEqual([...files.keys()].map((path) => ({ path, problem: 'missing' })));
  });

  it('are fresh once written', async () => {
    writeAll();

    expect(await staleFiles(root, files, generatedFolders)).toEqual([]);
  });

  it('are stale when edited by hand or no longer generated', async () => {
    writeAll();
    writeFileSync(join(folder, 'gen/v1alpha1/stored.ts'), '// edited');
    writeFileSync(join(folder, 'gen/v1alpha1/old-kind.ts'), '');

    expect(await staleFiles(root, files, generatedFolders)).toEqual([
      { path: 'gen/v1alpha1/stored.ts', problem: 'differs from its sources' },
      { path: 'gen/v1alpha1/old-kind.ts', problem: 'no longer generated' },
    ]);
    rmSync(join(folder, 'gen/v1alpha1/old-kind.ts'));
  });

  it('are stale wherever a changed source shows', async () => {
    writeAll();
    const source = join(folder, 'api/v1alpha1/nodeeni.crd.yaml');
    const original = readFileSync(source, 'utf8');
    writeFileSync(source, original.replace('MTU of the interface in bytes', 'Largest packet in bytes'));

    const stale = await staleFiles(root, await generateFiles(root), generatedFolders);
    writeFileSync(source, original);

    expect(stale.map(({ path }) => path).sort()).toEqual([
      'config/crd/bases/networking.k8s.aws_nodeenis.yaml',
      'docs/reference/api.md',
      'gen/kubernetes/openapi.ts',
      'gen/schemas/nodeeni-manifest.json',
      'gen/v1alpha1/nodeeni-manifest.ts',
    ]);
  }, generationLimitMs);
});

describe('the JSON Schemas', () => {
  const valid = {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name: 'a', labels: { team: 'core' } },
    spec: { nodeSelector: { role: 'edge' } },
  };

  it.each([
    ['a manifest without defaulted fields', valid],
    ['a manifest as kubectl prints it', { ...valid, metadata: { ...valid.metadata, managedFields: [{ fieldsV1: { 'f:spec': {} } }], generation: 1 }, status: { observedGeneration: -1 } }],
  ])('accept %s', (_what, manifest) => {
    expect(problemsOf('gen/schemas/nodeeni-manifest.json', manifest)).toEqual([]);
  });

  it.each([
    ['a misspelt field', { ...valid, spec: { ...valid.spec, mtuu: 1 } }, '/spec must NOT have additional properties'],
    ['a misspelt metadata field', { ...valid, metadata: { nam: 'a' } }, '/metadata must NOT have additional properties'],
    ['a value out of bounds', { ...valid, spec: { ...valid.spec, mtu: 1 } }, '/spec/mtu must be >= 576'],
    ['another kind', { ...valid, kind: 'Pod' }, '/kind must be equal to one of the allowed values'],
    ['a manifest without spec', { ...valid, spec: undefined }, " must have required property 'spec'"],
  ])('refuse %s', (_what, manifest, problem) => {
    expect(problemsOf('gen/schemas/nodeeni-manifest.json', JSON.parse(JSON.stringify(manifest)))).toEqual([problem]);
  });

  it('accept an admission request of a newer API server and refuse one without a uid', () => {
    const request = {
      uid: 'u',
      kind: { group: '', version: 'v1', kind: 'Node' },
      resource: { group: '', version: 'v1', resource: 'nodes' },
      operation: 'DELETE',
      userInfo: { username: 'a' },
      object: null,
      oldObject: { metadata: {} },
      fieldOfTheFuture: 1,
    };
    const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
    const path = 'gen/schemas/admission-review.json';

    expect(problemsOf(path, { ...review, request })).toEqual([]);
    expect(problemsOf(path, { ...review, request: { ...request, uid: '' } })).toEqual([
      '/request/uid must NOT have fewer than 1 characters',
    ]);
  });
});
