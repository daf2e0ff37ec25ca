import { describe, expect, it } from 'vitest';
import { mapSchema, withoutExtensions, type JsonSchema } from './json-schema.ts';

const nested: JsonSchema = {
  type: 'object',
  'x-kubernetes-validations': [{ rule: 'true' }],
  properties: {
    list: { type: 'array', items: { type: 'string', description: 'item' } },
    map: { type: 'object', additionalProperties: { type: 'string', description: 'value' } },
    choice: { allOf: [{ description: 'all' }], anyOf: [{ description: 'any' }], oneOf: [{ description: 'one' }] },
    open: { type: 'object', additionalProperties: true },
  },
};

function withNodeCount(schema: JsonSchema): JsonSchema {
  const children = Object.values(schema.properties ?? {});
  return { ...schema, title: String(1 + children.reduce((sum, child) => sum + Number(child.title), 0)) };
}

describe('mapSchema', () => {
  it('reaches every sub-schema and leaves its input alone', () => {
    const before = structuredClone(nested);
    const seen: string[] = [];

    const mapped = mapSchema(nested, ({ description, ...rest }) => {
      if (description !== undefined) seen.push(description);
      return rest;
    });

    expect(seen.sort()).toEqual(['all', 'any', 'item', 'one', 'value']);
    expect(JSON.stringify(mapped)).not.toContain('description');
    expect(nested).toEqual(before);
  });

  it('shows a parent its children already changed', () => {
    expect(mapSchema(nested, withNodeCount).title).toBe('5');
  });
});

describe('withoutExtensions', () => {
  it('drops x- keywords, but not fields whose name begins so', () => {
    const schema: JsonSchema = { ...nested, properties: { 'x-ray': { type: 'string' } } };

    expect(withoutExtensions(schema)).toEqual({
      type: 'object',
      properties: { 'x-ray': { type: 'string' } },
    });
  });
});
