import { Ajv } from 'ajv';
import manifest from '../../gen/schemas/nodeeni-manifest.json' with { type: 'json' };
import type { JudgedNode, JudgedNodeEni } from '../domain/admission/admission-view.ts';
import {
  type ReadNode,
  type ReadNodeEni,
  toJudgedNode,
  toJudgedNodeEni,
} from '../domain/admission/judged-objects.ts';

/** What came of reading an object of a review. */
export type ReadResult<T> =
  { readonly kind: 'object'; readonly object: T } | { readonly kind: 'unreadable'; readonly problem: string };

interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly additionalProperties?: boolean | Shape;
}

/**
 * The types of a schema without its bounds. The API server has checked the bounds, except where it let a stored value
 * stay that an older schema allowed (CRD validation ratcheting).
 */
function typesOf({ type, properties, items, additionalProperties }: Shape): object {
  return {
    type,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, shape]) => [name, typesOf(shape)]),
          ),
        }),
    ...(items === undefined ? {} : { items: typesOf(items) }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: typesOf(additionalProperties) }
      : {}),
  };
}

const strings = { type: 'object', additionalProperties: { type: 'string' } };
const string = { type: 'string' };
const integer = { type: 'integer' };
const ajv = new Ajv({ strict: false });

const isNodeEni = ajv.compile<ReadNodeEni>({
  type: 'object',
  required: ['metadata', 'spec'],
  properties: {
    metadata: {
      type: 'object',
      properties: {
        name: string,
        generateName: string,
        annotations: strings,
        creationTimestamp: { type: ['string', 'null'] },
        deletionTimestamp: string,
      },
    },
    spec: { ...typesOf(manifest.properties.spec), required: ['nodeSelector'] },
    status: {
      type: 'object',
      properties: {
        subnets: {
          type: 'array',
          items: {
            type: 'object',
            required: ['slot', 'subnetID', 'zone'],
            properties: { slot: string, subnetID: string, zone: string },
          },
        },
        instanceTypes: {
          type: 'array',
          items: {
            type: 'object',
            required: ['type', 'networkCards'],
            properties: {
              type: string,
              networkCards: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['index', 'maximumInterfaces'],
                  properties: { index: integer, maximumInterfaces: integer },
                },
              },
            },
          },
        },
      },
    },
  },
});

const isNode = ajv.compile<ReadNode>({
  type: 'object',
  required: ['metadata'],
  properties: { metadata: { type: 'object', properties: { name: string, labels: strings } } },
});

function problemOf(validate: typeof isNodeEni | typeof isNode): string {
  const [error] = validate.errors ?? [];
  const path = error?.instancePath.replaceAll('/', '.').slice(1) ?? '';
  return `${path === '' ? 'the object' : path} ${error?.message ?? 'is invalid'}`;
}

/** Reads a NodeENI of a review. */
export function readNodeEni(object: unknown): ReadResult<JudgedNodeEni> {
  return isNodeEni(object)
    ? { kind: 'object', object: toJudgedNodeEni(object) }
    : { kind: 'unreadable', problem: problemOf(isNodeEni) };
}

/** Reads a Node of a review. */
export function readNode(object: unknown): ReadResult<JudgedNode> {
  return isNode(object)
    ? { kind: 'object', object: toJudgedNode(object) }
    : { kind: 'unreadable', problem: problemOf(isNode) };
}
