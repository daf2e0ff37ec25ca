/**
 * The part of JSON Schema that CRDs, the Kubernetes OpenAPI and our further schemas use.
 * Vendor extensions are kept as they are.
 */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: boolean | JsonSchema;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  'x-kubernetes-validations'?: ValidationRule[];
  'x-kubernetes-group-version-kind'?: GroupVersionKind[];
  'x-kubernetes-selectable-fields'?: { fieldPath: string }[];
}

/** One CEL rule of a CRD schema. */
export interface ValidationRule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
}

/** Identity of a kind as OpenAPI extensions carry it. */
export interface GroupVersionKind {
  group: string;
  kind: string;
  version: string;
}

/**
 * Rebuilds a schema bottom-up: `change` sees every sub-schema after its children were rebuilt.
 * The input is never modified.
 */
export function mapSchema(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const copy: JsonSchema = { ...schema };
  if (schema.properties) copy.properties = mapValues(schema.properties, (child) => mapSchema(child, change));
  if (schema.items) copy.items = mapSchema(schema.items, change);
  if (typeof schema.additionalProperties === 'object') {
    copy.additionalProperties = mapSchema(schema.additionalProperties, change);
  }
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    const children = schema[key];
    if (children) copy[key] = children.map((child) => mapSchema(child, change));
  }
  return change(copy);
}

/** Object.fromEntries over changed values, order kept. */
export function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

/** The schema without its `x-…` extensions, at every depth. */
export function withoutExtensions(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, (node) =>
    Object.fromEntries(Object.entries(node).filter(([key]) => !key.startsWith('x-'))),
  );
}
