import { readFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { compile } from 'json-schema-to-typescript';
import { format, resolveConfig, type Options } from 'prettier';
import { parse, stringify } from 'yaml';
import { apiReference } from './api-reference.ts';
import { readCustomResource, type CustomResource } from './custom-resource.ts';
import type { JsonSchema } from './json-schema.ts';
import { manifestSchema } from './manifest-schema.ts';
import { synthesizeOpenapi, type KubernetesFacts, type OpenapiDocument } from './openapi-document.ts';
import { operationTable } from './operation-table.ts';
import { storedAliases } from './stored-aliases.ts';
import { storedView } from './stored-view.ts';

/** Folders that hold nothing but generated files. */
export const generatedFolders: readonly string[] = ['gen', 'config/crd/bases'];

const crdSources = ['api/v1alpha1/nodeeni.crd.yaml', 'api/v1alpha1/nodeeniattachment.crd.yaml'];
const admissionSource = 'api/admission/admission-review.schema.yaml';
const factsSource = 'hack/gen/kubernetes-openapi.json';

/** Content by path, relative to the root of the repository. */
export type GeneratedFiles = ReadonlyMap<string, string>;

/**
 * Computes every generated file from the sources under `root`; writes nothing. Equal sources give equal
 * files, byte for byte.
 */
export async function generateFiles(root: URL): Promise<GeneratedFiles> {
  const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');
  const options = (await resolveConfig(new URL('package.json', root))) ?? {};
  const crds = await Promise.all(crdSources.map(async (path) => ({ path, yaml: await read(path) })));
  const resources = crds.map(({ yaml }) => readCustomResource(yaml));
  const facts: KubernetesFacts = JSON.parse(await read(factsSource));
  const admission: JsonSchema = parse(await read(admissionSource));
  const files: [string, Promise<string> | string][] = [
    ...crds.map(({ path, yaml }, index) => crdBase(path, yaml, resources[index])),
    ...resources.flatMap((resource) => manifestFiles(resource, facts, options)),
    ['gen/admission/admission-review.ts', jsonSchemaTypes(admission, admissionSource, options)],
    ['gen/schemas/admission-review.json', json(admission)],
    ['gen/kubernetes/openapi.ts', openapiTypes(storedView(synthesizeOpenapi(resources, facts), facts, resources), root, options)],
    ['gen/kubernetes/operations.ts', typescript(operationTable(resources, facts), crdSources.join(', '), options)],
    ['gen/v1alpha1/stored.ts', typescript(storedAliases(resources), crdSources.join(', '), options)],
    ['docs/reference/api.md', format(apiReference(resources), { ...options, parser: 'markdown' })],
  ];
  return new Map(await Promise.all(files.map(async ([path, content]) => [path, await content] as const)));
}

function crdBase(path: string, yaml: string, resource: CustomResource | undefined): [string, string] {
  if (resource === undefined) throw new Error(`${path} was not read`);
  const content = stringify(parse(yaml), { lineWidth: 110 });
  return [
    `config/crd/bases/${resource.group}_${resource.plural}.yaml`,
    `# Generated from ${path} by "npm run gen". Do not edit.\n${content}`,
  ];
}

function manifestFiles(
  resource: CustomResource,
  facts: KubernetesFacts,
  options: Options,
): [string, Promise<string> | string][] {
  const schema = manifestSchema(resource, facts);
  const name = resource.kind.toLowerCase();
  return [
    [`gen/${resource.version}/${name}-manifest.ts`, jsonSchemaTypes(schema, `api/${resource.version}/${name}.crd.yaml`, options)],
    [`gen/schemas/${name}-manifest.json`, json(schema)],
  ];
}

function json(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

async function jsonSchemaTypes(schema: JsonSchema, source: string, options: Options): Promise<string> {
  const code = await compile(JSON.parse(JSON.stringify(schema)), schema.title ?? 'Schema', {
    additionalProperties: false,
    bannerComment: '',
    format: false,
    ignoreMinAndMaxItems: true,
    unknownAny: true,
  });
  return typescript(code, source, options);
}

async function openapiTypes(document: OpenapiDocument, root: URL, options: Options): Promise<string> {
  const generator = spawn(process.execPath, ['hack/codegen/openapi-types.ts'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  generator.stdin.end(JSON.stringify(document));
  const code = await text(generator.stdout);
  if (code === '') throw new Error('hack/codegen/openapi-types.ts printed no types');
  return typescript(code, `${crdSources.join(', ')} and ${factsSource}`, options);
}

function typescript(code: string, source: string, options: Options): Promise<string> {
  const banner = `// Generated from ${source} by "npm run gen". Do not edit.\n\n`;
  return format(banner + code, { ...options, parser: 'typescript' });
}
