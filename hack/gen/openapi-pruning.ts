import { mapValues, type JsonSchema } from './json-schema.ts';
import type { OpenapiDocument, PathItem } from './openapi-document.ts';

const schemaReference = /"#\/components\/schemas\/([^"]+)"/g;
const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/**
 * The document with only the named methods of the named paths.
 *
 * @throws Error naming a path or method that the document does not have.
 */
export function keepOperations(
  document: OpenapiDocument,
  kept: Readonly<Record<string, readonly string[]>>,
): OpenapiDocument {
  const paths = mapValues(kept, (keptMethods, path) => {
    const item = document.paths[path];
    const missing = keptMethods.filter((method) => item?.[method] === undefined);
    if (item === undefined || missing.length > 0) {
      throw new Error(`the API server publishes no ${missing.join(', ')} ${path}`);
    }
    const entries = Object.entries(item).filter(([key]) => !methods.has(key) || keptMethods.includes(key));
    return Object.fromEntries(entries) satisfies PathItem;
  });
  return { ...document, paths };
}

/**
 * The document with only the schemas that its paths reach, after cutting the schemas named in
 * `keptProperties` down to those properties.
 */
export function pruneToReachable(
  document: OpenapiDocument,
  keptProperties: Readonly<Record<string, readonly string[]>> = {},
): OpenapiDocument {
  const schemas = mapValues(document.components.schemas, (schema, name) => {
    const kept = keptProperties[name];
    return kept === undefined ? schema : withProperties(schema, kept);
  });
  const reached = new Set<string>();
  const pending = references(document.paths);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    pending.push(...references(schemas[name]));
  }
  const kept = Object.entries(schemas).filter(([name]) => reached.has(name));
  return { ...document, components: { schemas: Object.fromEntries(kept) } };
}

function withProperties(schema: JsonSchema, kept: readonly string[]): JsonSchema {
  const isKept = (name: string): boolean => kept.includes(name);
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => isKept(name));
  return {
    ...schema,
    properties: Object.fromEntries(properties),
    required: (schema.required ?? []).filter(isKept),
  };
}

function references(value: unknown): string[] {
  const text = JSON.stringify(value) ?? '';
  return [...text.matchAll(schemaReference)].flatMap((match) => match[1] ?? []);
}
