import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { NodeENIManifest } from '../../gen/v1alpha1/nodeeni-manifest.ts';
import type { NodeENIStatus } from '../../gen/v1alpha1/stored.ts';
import type {
  AdmissionView,
  Finding,
  JudgedNode,
  JudgedNodeEni,
} from '../../src/domain/admission/admission-view.ts';
import { judgeCreate, judgeUpdate } from '../../src/domain/admission/judge-admission.ts';

const root = join(import.meta.dirname, '..', '..');

/** Folder of the manifests that are refused; each file is a case whose last object is the one that is refused. */
const rejectedDir = join(root, 'config', 'samples', 'rejected');
const acceptedDir = join(root, 'test', 'fixtures', 'accepted');
const samplesDir = join(root, 'config', 'samples');
const referenceDir = join(root, 'test', 'fixtures', 'reference');
/** Three interfaces in one subnet without the annotation: refused, and among the rejected in two parts. */
const REFUSED_REFERENCE = 'control-and-user-plane.yaml';

/** What has to be said: the field, and a part of the message. */
export interface ExpectedText {
  readonly field: string;
  readonly text: string;
}

/** A NodeENI of a case, in the order in which the file's objects are applied. */
export interface CorpusNodeEni {
  /** As the file has it, status and all; not checked, because some are meant to be wrong. */
  readonly manifest: NodeENIManifest & { readonly status?: NodeENIStatus };
  /** 1-based line of the file on which the document starts. */
  readonly line: number;
  /** As it is stored once it is accepted: with the status that the file gives it. */
  readonly stored: JudgedNodeEni;
}

/** One file of a corpus. */
export interface CorpusCase {
  readonly name: string;
  readonly path: string;
  /**
   * What refuses the last object: the types and bounds of the schema, its CEL rules, or the rules across objects.
   * Absent when every object is accepted.
   */
  readonly refusedBy?: 'schema' | 'cel' | 'rules';
  /** Every refusal of the last object that the file names; empty when it is accepted. */
  readonly expects: readonly ExpectedText[];
  /** Warnings that some object of the file has to bring; there may be others. */
  readonly warns: readonly ExpectedText[];
  /** Nodes that are there before the first object is applied. */
  readonly nodes: readonly JudgedNode[];
  /** At least one. A name that comes again is an update. */
  readonly nodeEnis: readonly CorpusNodeEni[];
}

/** What the rules across objects said of one object of a case. */
export interface CorpusVerdict {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** The cases whose last object is refused and whose other objects are accepted. */
export function rejectedCases(): CorpusCase[] {
  return casesOf(rejectedDir);
}

/** The cases that are accepted whole: own ones, the samples, and the manifests of the reference controller's users. */
export function acceptedCases(): CorpusCase[] {
  return [
    ...casesOf(acceptedDir),
    ...casesOf(samplesDir).filter(({ name }) => name !== 'kustomization.yaml'),
    ...casesOf(referenceDir).filter(({ name }) => name !== REFUSED_REFERENCE),
  ];
}

/**
 * Applies the objects of a case one after the other and judges each by the rules across objects. As in a cluster, an
 * object has no status before it is stored, and is judged as an update when its name was there before.
 */
export function judgeCase(corpusCase: CorpusCase): CorpusVerdict[] {
  const verdicts: CorpusVerdict[] = [];
  const byName = new Map<string, JudgedNodeEni>();
  for (const { stored } of corpusCase.nodeEnis) {
    const view: AdmissionView = {
      nodeEnis: [...byName.values()],
      nodes: corpusCase.nodes,
      attachments: [],
    };
    const old = byName.get(stored.name);
    const asked: JudgedNodeEni = { ...stored, isDeleting: false, subnets: old?.subnets ?? [] };
    const findings = old === undefined ? judgeCreate(asked, view) : judgeUpdate(asked, old, view);
    verdicts.push({ name: stored.name, findings });
    byName.set(stored.name, {
      ...stored,
      subnets: stored.subnets.length > 0 ? stored.subnets : asked.subnets,
    });
  }
  return verdicts;
}

function casesOf(dir: string): CorpusCase[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => readCase(name, join(dir, name)));
}

function readCase(name: string, path: string): CorpusCase {
  const text = readFileSync(path, 'utf8');
  const documents = parseAllDocuments(text).map((document) => {
    const content: unknown = document.toJS();
    return { content, line: text.slice(0, document.contents?.range?.[0] ?? 0).split('\n').length };
  });
  const refusedBy = refusalKind(headerLines(text, 'refused by')[0]);
  return {
    name,
    path,
    ...(refusedBy === undefined ? {} : { refusedBy }),
    expects: headerLines(text, 'expect').map(expectedText),
    warns: headerLines(text, 'warn').map(expectedText),
    nodes: documents.flatMap(({ content }) => (isNode(content) ? [judgedNode(content)] : [])),
    nodeEnis: documents.flatMap(({ content, line }) =>
      isNodeEni(content) ? [corpusNodeEni(content, line)] : [],
    ),
  };
}

interface NodeManifest {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

/** Whoever writes a corpus file answers for the rest of its shape: some manifests are meant to be wrong. */
function isNode(content: unknown): content is NodeManifest {
  return isObject(content) && content['kind'] === 'Node';
}

function judgedNode({ metadata }: NodeManifest): JudgedNode {
  return { name: metadata.name, labels: metadata.labels ?? {} };
}

function isNodeEni(content: unknown): content is CorpusNodeEni['manifest'] {
  return isObject(content) && content['kind'] === 'NodeENI';
}

function isObject(content: unknown): content is Readonly<Record<string, unknown>> {
  return typeof content === 'object' && content !== null;
}

function corpusNodeEni(manifest: CorpusNodeEni['manifest'], line: number): CorpusNodeEni {
  const { name = '', annotations, deletionTimestamp } = manifest.metadata;
  const stored: JudgedNodeEni = {
    name,
    isDeleting: deletionTimestamp !== undefined,
    annotations: annotations ?? {},
    spec: manifest.spec,
    subnets: manifest.status?.subnets ?? [],
  };
  return { manifest, line, stored };
}

function headerLines(text: string, key: string): string[] {
  const prefix = `# ${key}: `;
  return text
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length));
}

function expectedText(line: string): ExpectedText {
  const end = line.indexOf(': ');
  return { field: line.slice(0, end), text: line.slice(end + 2) };
}

function refusalKind(text: string | undefined): CorpusCase['refusedBy'] {
  if (text === undefined) return undefined;
  const kind = (['schema', 'cel', 'rules'] as const).find((known) => known === text);
  if (kind === undefined) throw new Error(`"# refused by: ${text}" is none of schema, cel, rules`);
  return kind;
}
