/** A scalar as kubectl reads it: a JSON value, or why there is none. */
export type ScalarReading = { readonly value: unknown } | { readonly problem: string };

const words: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);
const notInJson = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const integer = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

const prefix = 'tag:yaml.org,2002:';

function readInteger(plain: string): number | undefined {
  const [, sign, digits] = integer.exec(plain) ?? [];
  if (digits === undefined) return undefined;
  const value = /^0[0-9]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return sign === '-' ? -value : value;
}

function readFloat(plain: string): number | undefined {
  const value = float.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Underscores may stand anywhere behind a first digit or sign, but behind a first dot only between digits. */
const misplacedUnderscore = /^\.(.*[^0-9])?_|^\..*_([^0-9]|$)/;

function readNumber(source: string): number | undefined {
  if (!/^[-+.0-9]/.test(source) || misplacedUnderscore.test(source)) return undefined;
  const plain = source.replaceAll('_', '');
  const value = readInteger(plain) ?? readFloat(plain);
  // There is no -0 in what kubectl sends.
  return value === undefined ? undefined : value + 0;
}

function resolve(source: string): ScalarReading {
  const word = words.get(source);
  if (word !== undefined) return { value: word };
  if (notInJson.test(source)) return { problem: `${source} is a number that JSON does not have` };
  return { value: readNumber(source) ?? source };
}

function decodeBase64(text: string): ScalarReading {
  const compact = text.replaceAll(/\s/g, '');
  const isValid = compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact);
  return isValid
    ? { value: Buffer.from(compact, 'base64').toString('utf8') }
    : { problem: '!!binary is not followed by base64' };
}

function isOfType(tag: string, value: unknown): boolean {
  switch (tag) {
    case 'int':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    default:
      return value === null;
  }
}

/**
 * What kubectl takes a scalar for. sigs.k8s.io/yaml, which it reads manifests with, keeps the rules of go-yaml 2
 * (goyaml.v2/resolve.go): YAML 1.1 words such as `n` and `on` are booleans, `010` is octal, `1_000` a number, while
 * `1:30` and dates are text.
 * @param isPlain unquoted and not a block.
 * @param tag as the document gives it, `!!int` in full.
 */
export function readScalar(source: string, isPlain: boolean, tag: string | undefined): ScalarReading {
  if (tag === undefined) return isPlain ? resolve(source) : { value: source };
  const known = tag.startsWith(prefix) ? tag.slice(prefix.length) : undefined;
  if (known === 'binary') return decodeBase64(source);
  if (known === undefined || !['int', 'float', 'bool', 'null'].includes(known)) return { value: source };
  const reading = resolve(source);
  if ('problem' in reading || isOfType(known, reading.value)) return reading;
  return { problem: `${JSON.stringify(source)} cannot be read as !!${known}` };
}
