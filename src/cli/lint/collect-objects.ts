import { API_GROUP } from '../../../api/v1alpha1/names.ts';
import { nearestName } from '../../runtime/nearest-name.ts';
import type { LocatedValue, ParseManifests, SourceFile } from '../ports.ts';
import { placeOfField } from './field-path.ts';
import type { LintFinding } from './lint-finding.ts';

const SERVED = `${API_GROUP}/v1alpha1`;
const OWN_KINDS = ['NodeENI', 'NodeENIAttachment'];

/** An object of a manifest and where it stands. */
export interface ManifestObject {
  readonly file: string;
  readonly root: LocatedValue;
}

/** What a set of files holds, in the order of the files and their documents. */
export interface Collection {
  readonly nodeEnis: readonly ManifestObject[];
  readonly nodes: readonly ManifestObject[];
  readonly findings: readonly LintFinding[];
}

function textAt(root: LocatedValue, key: string): string | undefined {
  const value = root.fields.get(key)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** Name of an object, as far as it has one. */
export function nameOf(root: LocatedValue): string | undefined {
  const metadata = root.fields.get('metadata');
  return metadata === undefined ? undefined : textAt(metadata, 'name');
}

/** A list as kubectl knows it: any kind with `items`. Items of a typed list may leave out what the list says. */
function unpacked(object: ManifestObject): readonly ManifestObject[] {
  const { file, root } = object;
  const items = root.fields.get('items');
  const kind = textAt(root, 'kind') ?? '';
  if (items === undefined || !Array.isArray(items.value) || !kind.endsWith('List')) return [object];
  return items.items.flatMap((item) => unpacked({ file, root: asItemOf(root, kind, item) }));
}

function asItemOf(list: LocatedValue, listKind: string, item: LocatedValue): LocatedValue {
  const version = list.fields.get('apiVersion');
  const itemKind = listKind.slice(0, -'List'.length);
  if (itemKind === '' || version === undefined || item.fields.has('kind')) return item;
  const kind: LocatedValue = { value: itemKind, at: item.at, fields: new Map(), items: [] };
  const fields = new Map([['apiVersion', version], ['kind', kind], ...item.fields]);
  return {
    ...item,
    fields,
    value: Object.fromEntries(Array.from(fields, ([key, field]) => [key, field.value])),
  };
}

function problemAt({ file, root }: ManifestObject, field: string, message: string): LintFinding {
  const name = nameOf(root);
  const nodeEni = name === undefined ? {} : { nodeEni: name };
  return { file, ...placeOfField(root, field), severity: 'error', ...nodeEni, field, rule: field, message };
}

function versionProblem(object: ManifestObject, apiVersion: string | undefined): LintFinding | undefined {
  if (apiVersion === SERVED) return undefined;
  const found = apiVersion === undefined ? 'apiVersion is missing' : `apiVersion ${apiVersion} is not served`;
  return problemAt(object, 'apiVersion', `${found}: write ${SERVED}`);
}

/** What is nearly a NodeENI would be refused, or taken for an object of somebody else. */
function identityProblem(object: ManifestObject): LintFinding | undefined {
  const kind = textAt(object.root, 'kind') ?? '';
  const apiVersion = textAt(object.root, 'apiVersion');
  const isOwnGroup = apiVersion?.split('/')[0] === API_GROUP;
  if (kind === 'NodeENI' && (isOwnGroup || apiVersion === undefined))
    return versionProblem(object, apiVersion);
  const near = isOwnGroup && !OWN_KINDS.includes(kind) ? nearestName(kind, OWN_KINDS) : undefined;
  if (near === undefined) return undefined;
  return problemAt(object, 'kind', `kind ${kind} does not exist in ${API_GROUP}: write ${near}`);
}

function isOfKind({ root }: ManifestObject, apiVersion: string, kind: string): boolean {
  return textAt(root, 'apiVersion') === apiVersion && textAt(root, 'kind') === kind;
}

/** Reads files and sorts their objects; objects of other kinds are left out. */
export function collectObjects(files: readonly SourceFile[], parse: ParseManifests): Collection {
  const documents = files.flatMap(({ name, text }) =>
    parse(text).map((document) => ({ file: name, ...document })),
  );
  const objects = documents.flatMap(({ file, root }) => (root === undefined ? [] : unpacked({ file, root })));
  const inText = documents.flatMap(({ file, problems }) =>
    problems.map(({ at, severity, rule, message }) => ({ file, ...at, severity, field: '', rule, message })),
  );
  const ofIdentity = objects
    .map((object) => identityProblem(object))
    .filter((finding) => finding !== undefined);
  return {
    nodeEnis: objects.filter((object) => isOfKind(object, SERVED, 'NodeENI')),
    nodes: objects.filter((object) => isOfKind(object, 'v1', 'Node')),
    findings: [...inText, ...ofIdentity],
  };
}
