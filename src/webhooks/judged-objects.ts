import { Ajv } from 'ajv';
import manifest from '../../gen/schemas/nodeeni-manifest.json' with { type: 'json' };
import type { Node, NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type {
  JudgedAttachment,
  JudgedNode,
  JudgedNodeEni,
  ResolvedSlot,
} from '../domain/admission/admission-view.ts';
import type { NodeEniFields } from '../domain/effective-spec.ts';
import { API_GROUP } from '../../api/v1alpha1/names.ts';

/** A NodeENI as far as it is read here, from a review or from the cluster. */
interface ReadNodeEni {
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string | null;
    readonly deletionTimestamp?: string;
  };
  readonly spec: NodeEniFields;
  readonly status?: { readonly subnets?: readonly ResolvedSlot[] };
}

interface ReadNode {
  readonly metadata: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> };
}

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

/** Only annotations of this product count; `last-applied-configuration` would double the memory of the cache. */
function ownAnnotations(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith(`${API_GROUP}/`)));
}

function createdAtOf(creationTimestamp: string | null | undefined): { readonly createdAtMs?: number } {
  const createdAtMs = Date.parse(creationTimestamp ?? '');
  return Number.isNaN(createdAtMs) ? {} : { createdAtMs };
}

/** What the rules read of a NodeENI. */
export function toJudgedNodeEni({ metadata, spec, status }: ReadNodeEni | NodeENI): JudgedNodeEni {
  return {
    name: metadata.name ?? metadata.generateName ?? '',
    ...createdAtOf(metadata.creationTimestamp),
    isDeleting: metadata.deletionTimestamp !== undefined,
    annotations: ownAnnotations(metadata.annotations),
    spec,
    subnets: (status?.subnets ?? []).map(({ slot, subnetID, zone }) => ({ slot, subnetID, zone })),
  };
}

/** What the rules read of a Node: half a kilobyte instead of twelve. */
export function toJudgedNode({ metadata }: Node | ReadNode): JudgedNode {
  return { name: metadata.name ?? '', labels: metadata.labels ?? {} };
}

/** What the rules read of a NodeENIAttachment. */
export function toJudgedAttachment({ metadata, spec, status }: NodeENIAttachment): JudgedAttachment {
  const eniId = status.eniID;
  return {
    name: metadata.name,
    nodeEniName: spec.nodeENI.name,
    nodeName: spec.nodeName,
    ...(eniId === undefined ? {} : { eniId }),
  };
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
