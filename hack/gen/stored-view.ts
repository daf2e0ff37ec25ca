import type { CustomResource } from './custom-resource.ts';
import { mapSchema, mapValues, withoutExtensions, type JsonSchema } from './json-schema.ts';
import type { KubernetesFacts, OpenapiDocument, PathItem } from './openapi-document.ts';

const alwaysPresentMetadata = ['name', 'uid', 'resourceVersion', 'creationTimestamp'];
// The API server counts generations of every custom resource, but not of every core kind.
const metadataWithGeneration: JsonSchema = {
  allOf: [
    { $ref: '#/components/schemas/ObjectMeta' },
    { type: 'object', required: ['generation'], properties: { generation: { type: 'integer', format: 'int64' } } },
  ],
};
const keptMediaType = 'application/json';

/**
 * The OpenAPI document from which the types of objects *as read from the API* are generated: schemas under
 * their short names, JSON only, and what the API server always fills in is required (metadata, its name,
 * uid, resourceVersion and creationTimestamp; apiVersion and kind of custom resources; defaulted fields).
 *
 * @throws Error when two schemas share a short name.
 */
export function storedView(
  published: OpenapiDocument,
  facts: KubernetesFacts,
  resources: readonly CustomResource[],
): OpenapiDocument {
  const kubernetes = mapValues({ ...facts.meta, ...facts.core.schemas }, (schema) =>
    mapSchema(schema, withoutDefault),
  );
  const schemas = { ...published.components.schemas, ...kubernetes };
  const short = shortNames(Object.keys(schemas));
  const paths = mapValues({ ...published.paths, ...facts.core.paths }, withoutCollectionDelete);
  const renamed: Pick<OpenapiDocument, 'paths' | 'components'> = JSON.parse(
    renameReferences(JSON.stringify({ paths: mapValues(paths, onlyJson), components: { schemas } }), short),
  );
  const byShortName = Object.fromEntries(
    Object.entries(renamed.components.schemas).map(([name, schema]) => [short.get(name) ?? name, schema]),
  );
  return {
    openapi: published.openapi,
    info: published.info,
    paths: renamed.paths,
    components: {
      schemas: mapValues(byShortName, (schema, name) =>
        withoutExtensions(asRead(schema, name, resources)),
      ),
    },
  };
}

function asRead(schema: JsonSchema, name: string, resources: readonly CustomResource[]): JsonSchema {
  if (name === 'ObjectMeta') return requiring(schema, alwaysPresentMetadata);
  const resource = resources.find(({ kind }) => kind === name);
  if (resource !== undefined) {
    const identity = {
      apiVersion: { type: 'string', enum: [`${resource.group}/${resource.version}`] },
      kind: { type: 'string', enum: [resource.kind] },
    };
    const properties = { ...schema.properties, ...identity, metadata: metadataWithGeneration };
    return requiring({ ...schema, properties }, ['apiVersion', 'kind', 'metadata']);
  }
  return schema['x-kubernetes-group-version-kind'] && schema.properties?.['metadata']
    ? requiring(schema, ['metadata'])
    : schema;
}

function requiring(schema: JsonSchema, names: readonly string[]): JsonSchema {
  return { ...schema, required: [...new Set([...(schema.required ?? []), ...names])] };
}

// Kubernetes publishes Go zero values as defaults, although such fields are left out of what is read.
function withoutDefault({ default: _zeroValue, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function withoutCollectionDelete(item: PathItem, path: string): PathItem {
  if (path.endsWith('}') || path.endsWith('/status')) return item;
  return Object.fromEntries(Object.entries(item).filter(([method]) => method !== 'delete'));
}

/** Drops other encodings and the long prose of parameters, which would be most of the generated file. */
function onlyJson(value: PathItem): PathItem {
  return JSON.parse(
    JSON.stringify(value, (key, child: unknown) => {
      if (key === 'content' && isRecord(child) && keptMediaType in child) {
        return { [keptMediaType]: child[keptMediaType] };
      }
      if (isRecord(child) && typeof child['in'] === 'string') {
        return Object.fromEntries(Object.entries(child).filter(([name]) => name !== 'description'));
      }
      return child;
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortNames(names: readonly string[]): Map<string, string> {
  const short = new Map(names.map((name) => [name, name.slice(name.lastIndexOf('.') + 1)]));
  if (new Set(short.values()).size < short.size) {
    throw new Error(`two schemas share a short name: ${names.join(', ')}`);
  }
  return short;
}

function renameReferences(text: string, short: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /"#\/components\/schemas\/([^"]+)"/g,
    (_match, name: string) => `"#/components/schemas/${short.get(name) ?? name}"`,
  );
}
