import { ACTIONS_BY_NAME } from './actions/registry.ts';

/** Bad input to an admin endpoint: which field, what it was, what to do. */
export class AdminInputError extends Error {
  readonly field: string;
  readonly value: unknown;
  readonly fix: string;

  constructor(field: string, value: unknown, fix: string) {
    super(`${field}: ${fix}`);
    this.name = 'AdminInputError';
    this.field = field;
    this.value = value;
    this.fix = fix;
  }
}

/** A JSON object whose fields are read one by one. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object. @throws AdminInputError */
export function jsonObject(field: string, value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AdminInputError(field, value, 'send a JSON object');
  }
  return Object.fromEntries(Object.entries(value));
}

/** Refuses fields nobody reads. @throws AdminInputError */
export function onlyFields(body: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new AdminInputError(unknown, body[unknown], `no such field; one of ${known.join(', ')}`);
  }
}

/** An optional text. @throws AdminInputError */
export function optionalText(body: JsonObject, field: string): string | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '')
    throw new AdminInputError(field, value, 'send a text that is not empty');
  return value;
}

/** A text that must be there. @throws AdminInputError */
export function neededText(body: JsonObject, field: string): string {
  const value = optionalText(body, field);
  if (value === undefined) throw new AdminInputError(field, undefined, 'send this field');
  return value;
}

/** An optional whole number in a range. @throws AdminInputError */
export function optionalInteger(
  body: JsonObject,
  field: string,
  limits: { readonly min: number; readonly max: number },
): number | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < limits.min || value > limits.max) {
    throw new AdminInputError(field, value, `send a whole number from ${limits.min} to ${limits.max}`);
  }
  return value;
}

/** A whole number that must be there. @throws AdminInputError */
export function neededInteger(
  body: JsonObject,
  field: string,
  limits: { readonly min: number; readonly max: number },
): number {
  const value = optionalInteger(body, field, limits);
  if (value === undefined) throw new AdminInputError(field, undefined, 'send this field');
  return value;
}

/** true or false, or the fallback. @throws AdminInputError */
export function booleanOr(body: JsonObject, field: string, fallback: boolean): boolean {
  const value = body[field] ?? fallback;
  if (typeof value !== 'boolean') throw new AdminInputError(field, value, 'send true or false');
  return value;
}

/** A map of texts. @throws AdminInputError */
export function textMap(body: JsonObject, field: string): Readonly<Record<string, string>> {
  const entries = Object.entries(jsonObject(field, body[field])).map(([name, value]): [string, string] => {
    if (typeof value !== 'string') throw new AdminInputError(`${field}.${name}`, value, 'send a text');
    return [name, value];
  });
  return Object.fromEntries(entries);
}

/** A list of texts with at least one. @throws AdminInputError */
export function textList(body: JsonObject, field: string): readonly string[] {
  const value = body[field];
  const isList = Array.isArray(value) && value.length > 0;
  const items: readonly unknown[] = isList ? value : [];
  const texts = items.filter((item) => typeof item === 'string');
  if (!isList || texts.length < items.length) {
    throw new AdminInputError(field, value, 'send a list of texts with at least one entry');
  }
  return texts;
}

/** One of a closed list. @throws AdminInputError */
export function oneOf<T extends string>(body: JsonObject, field: string, choices: readonly T[]): T {
  const value = body[field];
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new AdminInputError(field, value, `send one of ${choices.join(', ')}`);
  return choice;
}

/** The wire name of an action the simulator has, or `*`. @throws AdminInputError */
export function actionName(body: JsonObject, field: string): string {
  const name = neededText(body, field);
  if (name !== '*' && !ACTIONS_BY_NAME.has(name)) {
    throw new AdminInputError(
      field,
      name,
      `no such action; * or one of ${[...ACTIONS_BY_NAME.keys()].join(', ')}`,
    );
  }
  return name;
}
