import { parse } from 'yaml';
import type { JsonSchema } from './json-schema.ts';

/** The facts of one CRD that generators need. */
export interface CustomResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly scope: 'Cluster' | 'Namespaced';
  readonly schema: JsonSchema;
  readonly selectableFields: readonly string[];
  readonly columns: readonly PrinterColumn[];
}

/** One column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly description?: string;
  readonly priority?: number;
}

interface CustomResourceDefinition {
  spec: {
    group: string;
    scope: 'Cluster' | 'Namespaced';
    names: { kind: string; listKind: string; plural: string; shortNames?: string[] };
    versions: {
      name: string;
      schema: { openAPIV3Schema: JsonSchema };
      selectableFields?: { jsonPath: string }[];
      additionalPrinterColumns?: PrinterColumn[];
    }[];
  };
}

/**
 * Reads one hand-written CRD with exactly one version.
 *
 * @throws Error when the CRD has no version or more than one: the generators would have to choose.
 */
export function readCustomResource(yaml: string): CustomResource {
  const { spec }: CustomResourceDefinition = parse(yaml);
  const [version, ...others] = spec.versions;
  if (version === undefined || others.length > 0) {
    throw new Error(`${spec.names.kind} has ${spec.versions.length} versions, the generators expect one`);
  }
  return {
    group: spec.group,
    version: version.name,
    kind: spec.names.kind,
    listKind: spec.names.listKind,
    plural: spec.names.plural,
    shortNames: spec.names.shortNames ?? [],
    scope: spec.scope,
    schema: version.schema.openAPIV3Schema,
    selectableFields: (version.selectableFields ?? []).map((field) => field.jsonPath.replace(/^\./, '')),
    columns: version.additionalPrinterColumns ?? [],
  };
}
