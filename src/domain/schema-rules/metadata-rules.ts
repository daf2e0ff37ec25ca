import { isLabelName, isLabelValue, isSubdomain } from './label-name.ts';
import type { SchemaViolation } from './schema-rule.ts';

/** The metadata of a manifest of a cluster-scoped kind, as far as the API server judges its content. */
export interface ManifestMetadata {
  readonly name?: string;
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** k8s.io/apimachinery TotalAnnotationSizeLimitB. */
const maxAnnotationBytes = 256 * 1024;

const encoder = new TextEncoder();

function judgeName({ name = '', generateName = '' }: ManifestMetadata): readonly SchemaViolation[] {
  if (name !== '') {
    const message = `"${name}" is no valid name: use lower case letters, digits, "-" and ".", beginning and ending with a letter or digit`;
    return isSubdomain(name) ? [] : [{ rule: 'name', field: 'metadata.name', message }];
  }
  if (generateName === '') {
    return [{ rule: 'name', field: 'metadata.name', message: 'the name is missing: set metadata.name' }];
  }
  // The API server replaces a dash at the end and cuts what is too long before it judges the rest.
  if (isSubdomain(generateName.replace(/-$/, 'a'))) return [];
  const message = `"${generateName}" cannot begin a name: use lower case letters, digits, "-" and "."`;
  return [{ rule: 'name', field: 'metadata.generateName', message }];
}

function judgeLabels(labels: Readonly<Record<string, string>>): readonly SchemaViolation[] {
  const at = { rule: 'labels', field: 'metadata.labels' };
  return Object.entries(labels).flatMap(([key, value]) => [
    ...(isLabelName(key)
      ? []
      : [{ ...at, key, message: `key "${key}" is no valid label name: use [prefix/]name` }]),
    ...(isLabelValue(value)
      ? []
      : [
          {
            ...at,
            key,
            message: `value "${value}" of label ${key} is not valid: use at most 63 letters, digits, "-", "_" and "."`,
          },
        ]),
  ]);
}

function judgeAnnotations(annotations: Readonly<Record<string, string>>): readonly SchemaViolation[] {
  const at = { rule: 'annotations', field: 'metadata.annotations' };
  const entries = Object.entries(annotations);
  const bytes = entries.reduce((sum, pair) => sum + encoder.encode(pair.join('')).length, 0);
  return [
    ...entries
      .filter(([key]) => !isLabelName(key.toLowerCase()))
      .map(([key]) => ({
        ...at,
        key,
        message: `key "${key}" is no valid annotation name: use [prefix/]name`,
      })),
    ...(bytes <= maxAnnotationBytes
      ? []
      : [{ ...at, message: `the annotations have ${bytes} bytes: use at most ${maxAnnotationBytes}` }]),
  ];
}

function judgeFinalizers(finalizers: readonly string[]): readonly SchemaViolation[] {
  return finalizers
    .filter((finalizer) => !isLabelName(finalizer))
    .map((finalizer) => ({
      rule: 'finalizers',
      field: 'metadata.finalizers',
      message: `"${finalizer}" is no valid finalizer: use prefix/name`,
    }));
}

/** What the API server says to the metadata of a cluster-scoped object (k8s.io/apimachinery api/validation). */
export function judgeMetadata(metadata: ManifestMetadata): readonly SchemaViolation[] {
  const { labels = {}, annotations = {}, finalizers = [] } = metadata;
  return [
    ...judgeName(metadata),
    ...judgeLabels(labels),
    ...judgeAnnotations(annotations),
    ...judgeFinalizers(finalizers),
  ];
}
