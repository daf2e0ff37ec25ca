import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import schema from '../../../gen/schemas/nodeeni-manifest.json' with { type: 'json' };
import type { NodeENIManifest } from '../../../gen/v1alpha1/nodeeni-manifest.ts';
import type { JudgeShape, LocatedValue, ShapeProblem } from '../../cli/ports.ts';
import { nearestName } from '../../runtime/nearest-name.ts';
import { isJsonObject } from '../kubernetes/json-object.ts';
import { describeShapeError } from './describe-shape-error.ts';

/**
 * Violations that do not keep the API server from judging the CEL rules as well (apiextensions-apiserver
 * pkg/registry/customresource hasBlockingErr: it stops at types, enums, missing fields and too much of something).
 */
const passable = new Set([
  'pattern',
  'format',
  'minimum',
  'maximum',
  'minLength',
  'minItems',
  'minProperties',
]);

type Path = readonly (string | number)[];

/** The schema without what is passable, and open to unknown fields: what fails it has no provable type. */
function shapeOf(part: unknown): unknown {
  if (Array.isArray(part)) return part.map((entry) => shapeOf(entry));
  if (!isJsonObject(part)) return part;
  const kept = Object.entries(part).filter(
    ([keyword, value]) => !(passable.has(keyword) && !isJsonObject(value)) && !isClosing(keyword, value),
  );
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, shapeOf(value)]));
}

function isClosing(keyword: string, value: unknown): boolean {
  return keyword === 'additionalProperties' && value === false;
}

function isInt(bits: number): (value: number) => boolean {
  return (value) => Number.isInteger(value) && value >= -(2 ** (bits - 1)) && value <= 2 ** (bits - 1) - 1;
}

function newAjv(): Ajv {
  return new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    validateFormats: true,
    formats: {
      int32: { type: 'number', validate: isInt(32) },
      int64: { type: 'number', validate: (value: number) => Number.isInteger(value) },
      'date-time': (text: string) =>
        /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)$/.test(text) &&
        !Number.isNaN(Date.parse(text)),
    },
  });
}

/** What of a schema tells which keys it knows. */
interface KnownFields {
  readonly properties?: object;
  readonly items?: object;
  readonly additionalProperties?: boolean | object;
}

function schemaOfKey({ properties, additionalProperties }: KnownFields, key: string): object | undefined {
  const [, own]: [unknown?, unknown?] = Object.entries(properties ?? {}).find(([name]) => name === key) ?? [];
  if (isJsonObject(own)) return own;
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/**
 * The value without the nulls that the API server drops: those of known fields and of entries of maps, but not of
 * lists (apiextensions-apiserver defaulting.PruneNonNullableNullsWithoutDefaults).
 */
function withoutNulls(value: unknown, known: KnownFields): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, known.items ?? {}));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, entry]) => {
    const child = schemaOfKey(known, key);
    return entry === null && child !== undefined ? [] : [[key, withoutNulls(entry, child ?? {})] as const];
  });
  return Object.fromEntries(kept);
}

/** What the API server judges when it is sent the object. */
function asSent(value: unknown): unknown {
  const object = withoutNulls(value, schema);
  return isJsonObject(object) ? { metadata: {}, ...object } : object;
}

/** JSON Pointer to path, telling list positions from keys by what is there. */
function pathOf(pointer: string, root: LocatedValue): Path {
  const path: (string | number)[] = [];
  let node: LocatedValue | undefined = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const isItem: boolean = node !== undefined && node.items.length > 0;
    path.push(isItem ? Number(key) : key);
    node = isItem ? node?.items[Number(key)] : node?.fields.get(key);
  }
  return path;
}

function stringParam(error: ErrorObject, name: string): string {
  const params: Record<string, unknown> = error.params;
  return String(params[name]);
}

function toProblem(error: ErrorObject, root: LocatedValue): ShapeProblem {
  const parent = pathOf(error.instancePath, root);
  if (error.keyword === 'required') {
    const field = stringParam(error, 'missingProperty');
    return { rule: 'required', path: [...parent, field], message: `${field} is missing`, isAboutKey: true };
  }
  if (error.keyword === 'additionalProperties') {
    const field = stringParam(error, 'additionalProperty');
    const known = isJsonObject(error.parentSchema)
      ? Object.keys(Object(error.parentSchema['properties']))
      : [];
    const near = nearestName(field, known);
    const hint = near === undefined ? 'remove it' : `did you mean "${near}"?`;
    const message = `unknown field "${field}": ${hint}`;
    return { rule: 'unknownField', path: [...parent, field], message, isAboutKey: true };
  }
  const source = parent.reduce<LocatedValue | undefined>(
    (node, key) => (typeof key === 'number' ? node?.items[key] : node?.fields.get(key)),
    root,
  )?.source;
  return { rule: error.keyword, path: parent, message: describeShapeError(error, source), isAboutKey: false };
}

/** status is dropped when an object is created or applied: only its unknown fields are refused. */
function isJudged({ instancePath, keyword }: ErrorObject): boolean {
  const isInStatus = instancePath === '/status' || instancePath.startsWith('/status/');
  return !isInStatus || keyword === 'additionalProperties';
}

function errorsOf(validate: ValidateFunction, value: unknown): readonly ErrorObject[] {
  return validate(value) ? [] : (validate.errors ?? []).filter((error) => isJudged(error));
}

/** Compiles the generated JSON schema of NodeENI once. */
export function createShapeJudge(): JudgeShape {
  const ajv = newAjv();
  const validate = ajv.compile(schema);
  const { status: _dropped, ...properties } = schema.properties;
  const isShaped = ajv.compile<NodeENIManifest>(Object(shapeOf({ ...schema, properties })));
  return (object) => {
    const value = asSent(object.value);
    const problems = errorsOf(validate, value).map((error) => toProblem(error, object));
    const { status: _ignored, ...manifest } = isJsonObject(value) ? value : {};
    return isShaped(manifest) ? { problems, manifest } : { problems };
  };
}
