import { describe, expect, it } from 'vitest';
import type { OpenapiDocument } from './openapi-document.ts';
import { keepOperations, pruneToReachable } from './openapi-pruning.ts';

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const document: OpenapiDocument = {
  openapi: '3.0.0',
  info: { title: 'test', version: '1' },
  paths: {
    '/pods': { get: { responses: { 200: reference('Pod') } }, post: { responses: {} }, parameters: ['shared'] },
    '/nodes': { get: { responses: { 200: reference('Node') } } },
  },
  components: {
    schemas: {
      Pod: { properties: { spec: reference('PodSpec') } },
      PodSpec: { properties: { nodeName: {}, volumes: reference('Volume') }, required: ['volumes'] },
      Volume: {},
      Node: { properties: { parent: reference('Node') } },
    },
  },
};

describe('keepOperations', () => {
  it('keeps the named methods and what a path says for all of them', () => {
    expect(Object.keys(keepOperations(document, { '/pods': ['get'] }).paths['/pods'] ?? {})).toEqual([
      'get',
      'parameters',
    ]);
  });

  it('names what the API server no longer serves', () => {
    expect(() => keepOperations(document, { '/pods': ['get', 'patch'] })).toThrow('no patch /pods');
    expect(() => keepOperations(document, { '/gone': ['get'] })).toThrow('no get /gone');
  });
});

describe('pruneToReachable', () => {
  it('keeps every schema that a kept path needs, through any number of references', () => {
    const { components } = pruneToReachable(keepOperations(document, { '/pods': ['get'] }));

    expect(Object.keys(components.schemas)).toEqual(['Pod', 'PodSpec', 'Volume']);
  });

  it('ends on schemas that refer to themselves', () => {
    const { components } = pruneToReachable(keepOperations(document, { '/nodes': ['get'] }));

    expect(Object.keys(components.schemas)).toEqual(['Node']);
  });

  it('follows no property that was cut off', () => {
    const kept = { PodSpec: ['nodeName'] };
    const { components } = pruneToReachable(keepOperations(document, { '/pods': ['get'] }), kept);

    expect(components.schemas).toEqual({
      Pod: document.components.schemas['Pod'],
      PodSpec: { properties: { nodeName: {} }, required: [] },
    });
  });
});
