import type { CustomResource, PrinterColumn } from './custom-resource.ts';
import type { JsonSchema, ValidationRule } from './json-schema.ts';

const sourceFolder = 'api/v1alpha1';

/** Markdown page that documents every field, bound, rule and column of the kinds. */
export function apiReference(resources: readonly CustomResource[]): string {
  const group = resources.map(({ group, version }) => `${group}/${version}`)[0] ?? '';
  return [
    `<!-- Generated from ${sourceFolder} by "npm run gen". Do not edit. -->`,
    `# API reference: ${group}`,
    ...resources.map(kindSection),
  ].join('\n\n');
}

function kindSection(resource: CustomResource): string {
  const { kind, plural, shortNames, scope, schema } = resource;
  const { spec, status } = schema.properties ?? {};
  return [
    `## ${kind}`,
    schema.description ?? '',
    `\`kubectl get ${plural}\`, short \`${shortNames.join('`, `')}\`; ${scope.toLowerCase()}-scoped.${selectable(resource)}`,
    ...section('spec', spec),
    ...rulesSection(schema),
    ...section('status', status),
    '### Columns',
    columnTable(resource.columns),
  ].join('\n\n');
}

function selectable({ selectableFields }: CustomResource): string {
  const fields = selectableFields.map((field) => `\`${field}\``);
  return fields.length === 0 ? '' : ` Field selectors: \`metadata.name\`, ${fields.join(', ')}.`;
}

function section(name: string, schema: JsonSchema | undefined): string[] {
  if (schema === undefined) return [];
  return [`### ${name}`, schema.description ?? '', fieldTable(schema)];
}

function fieldTable(schema: JsonSchema): string {
  const rows = fieldRows(schema, '').map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`);
  return ['| Field | Type | Default | Bounds | Description |', '|---|---|---|---|---|', ...rows].join('\n');
}

function fieldRows(schema: JsonSchema, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const isRequired = schema.required?.includes(name) === true;
    const path = `${prefix}${name}`;
    const row = [
      `\`${path}\`${isRequired ? ' (required)' : ''}`,
      typeName(field),
      field.default === undefined ? '' : `\`${JSON.stringify(field.default)}\``,
      bounds(field),
      field.description ?? '',
    ];
    const nested = field.type === 'array' ? (field.items ?? {}) : field;
    return [row, ...fieldRows(nested, field.type === 'array' ? `${path}[].` : `${path}.`)];
  });
}

function typeName(schema: JsonSchema): string {
  if (schema.type === 'array') return `list of ${typeName(schema.items ?? {})}`;
  if (typeof schema.additionalProperties === 'object') return `map of ${typeName(schema.additionalProperties)}`;
  return schema.format ?? String(schema.type ?? 'any');
}

function bounds(schema: JsonSchema): string {
  const value = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : schema.items;
  const own = [
    range('', schema.minimum, schema.maximum),
    range('characters', schema.minLength, schema.maxLength),
    range('entries', schema.minItems ?? schema.minProperties, schema.maxItems ?? schema.maxProperties),
    schema.enum === undefined ? '' : schema.enum.map((entry) => `\`${String(entry)}\``).join(', '),
    schema.pattern === undefined ? '' : `\`${schema.pattern}\``,
  ].filter((part) => part !== '');
  const ofValue = value === undefined || value.properties !== undefined ? '' : bounds(value);
  return [...own, ...(ofValue === '' ? [] : [`each ${ofValue}`])].join('; ');
}

function range(unit: string, least: number | undefined, most: number | undefined): string {
  const suffix = unit === '' ? '' : ` ${unit}`;
  if (least === undefined && most === undefined) return '';
  if (least === undefined) return `≤ ${most}${suffix}`;
  return most === undefined ? `≥ ${least}${suffix}` : `${least}–${most}${suffix}`;
}

function rulesSection(schema: JsonSchema): string[] {
  const messages = rulesOf(schema, '').map(({ path, rule }) => `- \`${path}\`: ${rule.message ?? rule.rule}`);
  return messages.length === 0
    ? []
    : ['### Rules', 'Checked by the API server on every write, also while webhooks are down.', messages.join('\n')];
}

function rulesOf(schema: JsonSchema, path: string): { path: string; rule: ValidationRule }[] {
  const own = (schema['x-kubernetes-validations'] ?? []).map((rule) => ({
    path: `${path}${rule.fieldPath ?? ''}`.replace(/^\./, ''),
    rule,
  }));
  const nested = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    rulesOf(field, path === '' ? name : `${path}.${name}`),
  );
  return [...own, ...nested];
}

function columnTable(columns: readonly PrinterColumn[]): string {
  const rows = columns.map(({ name, jsonPath, priority, description }) =>
    [name.toUpperCase(), `\`${jsonPath}\``, (priority ?? 0) > 0 ? '`-o wide`' : 'always', description ?? ''],
  );
  const lines = rows.map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`);
  return ['| Column | Path | Shown | Description |', '|---|---|---|---|', ...lines].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
