import type { CustomResource } from './custom-resource.ts';
import { mapValues, type JsonSchema } from './json-schema.ts';

/** Operations of one path by method, besides `parameters`. */
export type PathItem = Readonly<Record<string, unknown>>;

/** The part of an OpenAPI 3.0 document that the generators touch. */
export interface OpenapiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** Content of kubernetes-openapi.json: what a kube-apiserver publishes. */
export interface KubernetesFacts {
  /** Paths and schemas that an API server adds for a cluster-scoped CRD `probes.example.com/v1`. */
  readonly customResource: Pick<OpenapiDocument, 'paths'> & { readonly schemas: Record<string, JsonSchema> };
  /** Schemas of meta/v1. */
  readonly meta: Readonly<Record<string, JsonSchema>>;
  /** Paths and schemas of the core kinds that the operator uses. */
  readonly core: Pick<OpenapiDocument, 'paths'> & { readonly schemas: Record<string, JsonSchema> };
}

/**
 * The OpenAPI document that an API server publishes at /openapi/v3/apis/GROUP/VERSION for the given CRDs
 * of that group and version. A component test holds it against a real API server.
 */
export function synthesizeOpenapi(
  resources: readonly CustomResource[],
  facts: KubernetesFacts,
): OpenapiDocument {
  const parts = resources.map((resource) => resourceDocument(resource, facts));
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' },
    paths: Object.assign({}, ...parts.map((part) => part.paths)),
    components: { schemas: Object.assign({}, ...parts.map((part) => part.schemas), facts.meta) },
  };
}

/** Name of a kind's schema in published OpenAPI, for example aws.k8s.networking.v1alpha1.NodeENI. */
export function schemaName(resource: Pick<CustomResource, 'group' | 'version'>, kind: string): string {
  return `${resource.group.split('.').reverse().join('.')}.${resource.version}.${kind}`;
}

function resourceDocument(
  resource: CustomResource,
  facts: KubernetesFacts,
): { paths: OpenapiDocument['paths']; schemas: Record<string, JsonSchema> } {
  const template: KubernetesFacts['customResource'] = JSON.parse(
    replaceProbe(JSON.stringify(facts.customResource), resource),
  );
  const name = schemaName(resource, resource.kind);
  const selectable =
    resource.selectableFields.length === 0
      ? {}
      : { 'x-kubernetes-selectable-fields': resource.selectableFields.map((fieldPath) => ({ fieldPath })) };
  const schemas = mapValues(template.schemas, (schema, key) => ({
    ...(key === name ? withStandardFields(resource.schema, schema) : schema),
    ...selectable,
  }));
  return { paths: template.paths, schemas };
}

function withStandardFields(schema: JsonSchema, standard: JsonSchema): JsonSchema {
  const properties = { ...schema.properties, ...standard.properties };
  return { ...standard, ...schema, properties };
}

function replaceProbe(text: string, { group, version, kind, plural }: CustomResource): string {
  const words = group.split('.').map((word) => word.replace(/^./, (letter) => letter.toUpperCase()));
  const camelGroup = words.join('');
  const camelVersion = version.replace(/^./, (letter) => letter.toUpperCase());
  const reversed = group.split('.').reverse().join('.');
  return text
    .replaceAll('com.example.v1.', `${reversed}.${version}.`)
    .replaceAll('example.com/v1', `${group}/${version}`)
    .replaceAll('ExampleComV1', camelGroup + camelVersion)
    .replaceAll('exampleCom_v1', `${camelGroup.replace(/^./, (letter) => letter.toLowerCase())}_${version}`)
    .replaceAll('"group":"example.com"', `"group":"${group}"`)
    .replaceAll('"version":"v1"', `"version":"${version}"`)
    .replaceAll('probes', plural)
    .replaceAll('Probe', kind);
}
