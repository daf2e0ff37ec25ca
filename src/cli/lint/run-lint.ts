import type { JudgedNode } from '../../domain/admission/admission-view.ts';
import {
  type ClusterState,
  type JudgeShape,
  type LocatedValue,
  type ManifestFiles,
  type ParseManifests,
  type ReadCluster,
  type SourceFile,
  UnreadableInputError,
} from '../ports.ts';
import { collectObjects, type ManifestObject, nameOf } from './collect-objects.ts';
import { judgeSet } from './judge-set.ts';
import type { LintArguments } from './lint-arguments.ts';
import type { LintFinding, LintReport } from './lint-finding.ts';
import { readSubnets, type InventoriedSubnet } from './subnet-inventory.ts';

/** What lint needs from outside. */
export interface LintDeps {
  readonly files: ManifestFiles;
  readonly parse: ParseManifests;
  readonly newShapeJudge: () => JudgeShape;
  readonly readCluster: ReadCluster;
}

const nothing: ClusterState = { nodeEnis: [], nodes: [], attachments: [] };

function labelsOf(root: LocatedValue): Readonly<Record<string, string>> {
  const labels = root.fields.get('metadata')?.fields.get('labels')?.fields ?? new Map<string, LocatedValue>();
  const texts = Array.from(labels, ([key, { value }]) => [key, value] as const).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return Object.fromEntries(texts);
}

function toNodes(objects: readonly ManifestObject[]): readonly JudgedNode[] {
  return objects.flatMap(({ root }) => {
    const name = nameOf(root);
    return name === undefined ? [] : [{ name, labels: labelsOf(root) }];
  });
}

async function readNodes(path: string | undefined, deps: LintDeps): Promise<readonly JudgedNode[]> {
  if (path === undefined) return [];
  const files = await deps.files.read(path);
  const { nodes, findings } = collectObjects(files, deps.parse);
  const broken = findings.find(({ severity }) => severity === 'error');
  if (broken !== undefined) {
    throw new UnreadableInputError(`${broken.file}:${broken.line}:${broken.column}: ${broken.message}`);
  }
  if (nodes.length === 0) throw new UnreadableInputError(`--nodes ${path}: there is no Node in it`);
  return toNodes(nodes);
}

async function readInventory(
  path: string | undefined,
  deps: LintDeps,
): Promise<readonly InventoriedSubnet[] | undefined> {
  if (path === undefined) return undefined;
  const files = await deps.files.read(path);
  return files.flatMap((file) => readSubnets(file, deps.parse));
}

/** Of nodes with one name the last counts. */
function mergeNodes(...lists: readonly (readonly JudgedNode[])[]): readonly JudgedNode[] {
  return [...new Map(lists.flat().map((node) => [node.name, node])).values()];
}

function inOrder(findings: readonly LintFinding[], files: readonly SourceFile[]): readonly LintFinding[] {
  const rank = new Map(files.map(({ name }, index) => [name, index]));
  return findings.toSorted(
    (one, other) =>
      (rank.get(one.file) ?? 0) - (rank.get(other.file) ?? 0) ||
      one.line - other.line ||
      one.column - other.column,
  );
}

/**
 * Reads everything that was asked for and judges it.
 * @throws UnreadableInputError when an input is not there, not readable or not what its option says.
 */
export async function runLint(args: LintArguments, deps: LintDeps): Promise<LintReport> {
  const files: SourceFile[] = [];
  for (const path of args.paths) files.push(...(await deps.files.read(path)));
  const nodes = await readNodes(args.nodes, deps);
  const subnets = await readInventory(args.subnets, deps);
  const cluster = args.isClusterRead ? await deps.readCluster(args.kubeconfig) : nothing;
  const collection = collectObjects(files, deps.parse);
  const view = {
    ...cluster,
    nodes: mergeNodes(cluster.nodes, nodes, toNodes(collection.nodes)),
  };
  const world = { view, ...(subnets === undefined ? {} : { subnets }) };
  const judged = judgeSet(collection.nodeEnis, world, deps.newShapeJudge());
  return {
    findings: inOrder([...collection.findings, ...judged], files),
    nodeEnis: collection.nodeEnis.length,
    files: files.length,
  };
}
