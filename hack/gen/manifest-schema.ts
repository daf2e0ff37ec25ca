import type { CustomResource } from './custom-resource.ts';
import { mapSchema, withoutExtensions, type JsonSchema } from './json-schema.ts';
import type { KubernetesFacts } from './openapi-document.ts';

const metaPrefix = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const reference = '#/components/schemas/';

/**
 * JSON Schema of a manifest as people and programs write it: defaulted fields are optional, unknown fields
 * are refused at every level. CEL rules are not in it; the API server judges them.
 */
export function manifestSchema(resource: CustomResource, facts: KubernetesFacts): JsonSchema {
  const { metadata: _open, ...properties } = resource.schema.properties ?? {};
  const title = `${resource.kind}Manifest`;
  const schema: JsonSchema = {
    ...resource.schema,
    title,
    required: ['apiVersion', 'kind', 'metadata', ...(resource.schema.required ?? [])],
    properties: {
      ...properties,
      apiVersion: { type: 'string', enum: [`${resource.group}/${resource.version}`] },
      kind: { type: 'string', enum: [resource.kind] },
      metadata: { ...metaSchema('ObjectMeta', facts), title: `${title}Metadata` },
      ...titled(properties, title),
    },
  };
  return withoutExtensions(mapSchema(schema, closed));
}

function titled(properties: Readonly<Record<string, JsonSchema>>, prefix: string): Record<string, JsonSchema> {
  const named = { spec: `${prefix}Spec`, status: `${prefix}Status` };
  return Object.fromEntries(
    Object.entries(named).flatMap(([key, title]) => {
      const schema = properties[key];
      return schema === undefined ? [] : [[key, { ...schema, title }]];
    }),
  );
}

/** A meta/v1 schema with its references resolved, without Kubernetes' own prose and zero-value defaults. */
function metaSchema(name: string, facts: KubernetesFacts): JsonSchema {
  const schema = facts.meta[`${metaPrefix}${name}`];
  if (schema === undefined) throw new Error(`kubernetes-openapi.json has no ${name}`);
  return mapSchema(schema, ({ description: _prose, default: _zeroValue, $ref, allOf, ...rest }) => {
    const referenced = $ref === undefined ? {} : metaSchema($ref.slice(`${reference}${metaPrefix}`.length), facts);
    return Object.assign({}, ...(allOf ?? []), referenced, rest);
  });
}

function closed(schema: JsonSchema): JsonSchema {
  const isClosedObject = schema.properties !== undefined && schema.additionalProperties === undefined;
  return isClosedObject ? { ...schema, additionalProperties: false } : schema;
}
