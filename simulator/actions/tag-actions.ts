import type { ActionDefinition, CallContext, View } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { parseFilters } from '../filters.ts';
import type { Entity, Tags } from '../model.ts';
import { paginate } from '../pagination.ts';
import { type ParamNode, requiredText, structures, text, texts } from '../params.ts';
import { type TaggableKind, kindOfId, notFoundError } from '../resource-id.ts';
import type { Table, TableReader } from '../table.ts';
import { mergeTags, parseTags } from '../tags.ts';
import type { World } from '../world.ts';

// API reference, CreateTags: up to 1000 resources per call.
const MAX_RESOURCES = 1000;

function readerOf(view: View, kind: TaggableKind): TableReader<Entity> {
  switch (kind) {
    case 'vpc':
      return view.vpcs;
    case 'subnet':
      return view.subnets;
    case 'security-group':
      return view.securityGroups;
    case 'instance':
      return view.instances;
    case 'network-interface':
      return view.networkInterfaces;
  }
}

function putTags<T extends Entity>(table: Table<T>, id: string, change: (tags: Tags) => Tags): void {
  const entity = table.get(id);
  if (entity !== undefined) table.put({ ...entity, tags: change(entity.tags) });
}

/** Changes the tags of one thing of any kind; an unknown id changes nothing. */
export function retag(world: World, id: string, change: (tags: Tags) => Tags): void {
  switch (kindOfId(id)) {
    case 'vpc':
      return putTags(world.vpcs, id, change);
    case 'subnet':
      return putTags(world.subnets, id, change);
    case 'security-group':
      return putTags(world.securityGroups, id, change);
    case 'instance':
      return putTags(world.instances, id, change);
    case 'network-interface':
      return putTags(world.networkInterfaces, id, change);
  }
}

function readResources({ view, params }: CallContext): readonly Entity[] {
  const ids = texts(params, 'ResourceId');
  if (ids.length === 0)
    throw new Ec2Error('MissingParameter', 'The request must contain the parameter resourceIdSet');
  if (ids.length > MAX_RESOURCES) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `At most ${MAX_RESOURCES} resources can be tagged in one call`,
    );
  }
  return ids.map((id) => {
    const kind = kindOfId(id);
    const entity = readerOf(view, kind).get(id);
    if (entity === undefined) throw notFoundError(kind, [id]);
    return entity;
  });
}

/** CreateTags: adds or overwrites, all resources or none (API reference; none is assumed). */
export const createTags: ActionDefinition = {
  name: 'CreateTags',
  params: ['ResourceId', 'Tag'],
  run: (context) => {
    const { world, params } = context;
    const resources = readResources(context);
    const tags = parseTags(params);
    if (Object.keys(tags).length === 0) {
      throw new Ec2Error('MissingParameter', 'The request must contain the parameter tagSet');
    }
    const { maxTagsPerResource } = world.knobs();
    for (const resource of resources) mergeTags(resource.tags, tags, maxTagsPerResource);
    context.confirm();
    for (const { id } of resources) retag(world, id, (present) => ({ ...present, ...tags }));
    return { return: true };
  },
};

function isDoomed(tag: readonly [string, string], wanted: readonly ParamNode[]): boolean {
  return wanted.some((node) => {
    const value = text(node, 'Value');
    return requiredText(node, 'Key') === tag[0] && (value === undefined || value === tag[1]);
  });
}

/** DeleteTags: a value given must match, none given deletes by key, no tags given deletes all (API reference). */
export const deleteTags: ActionDefinition = {
  name: 'DeleteTags',
  params: ['ResourceId', 'Tag'],
  run: (context) => {
    const { world, params } = context;
    const resources = readResources(context);
    const wanted = structures(params, 'Tag');
    wanted.forEach((node) => requiredText(node, 'Key'));
    context.confirm();
    for (const { id } of resources) {
      retag(world, id, (present) =>
        Object.fromEntries(
          Object.entries(present).filter((tag) => wanted.length > 0 && !isDoomed(tag, wanted)),
        ),
      );
    }
    return { return: true };
  },
};

interface TagRow {
  readonly sequence: number;
  readonly resourceId: string;
  readonly resourceType: string;
  readonly key: string;
  readonly value: string;
}

function allTags(view: View): readonly TagRow[] {
  const kinds: readonly TaggableKind[] = ['vpc', 'subnet', 'security-group', 'instance', 'network-interface'];
  const rows = kinds.flatMap((kind) =>
    readerOf(view, kind)
      .all()
      .flatMap((entity) =>
        Object.entries(entity.tags).map(([key, value], index) => ({
          // 1000 leaves room for the tags of one thing between two things.
          sequence: entity.sequence * 1000 + index,
          resourceId: entity.id,
          resourceType: kind,
          key,
          value,
        })),
      ),
  );
  return rows.sort((left, right) => left.sequence - right.sequence);
}

const TAG_FILTERS: Readonly<Record<string, (row: TagRow) => string>> = {
  key: (row) => row.key,
  value: (row) => row.value,
  'resource-id': (row) => row.resourceId,
  'resource-type': (row) => row.resourceType,
};

/** DescribeTags. */
export const describeTags: ActionDefinition = {
  name: 'DescribeTags',
  params: ['Filter', 'MaxResults', 'NextToken'],
  run: ({ view, params }) => {
    const filters = parseFilters(params, Object.keys(TAG_FILTERS));
    const rows = allTags(view).filter((row) =>
      filters.every((filter) => filter.matches(TAG_FILTERS[filter.name]?.(row) ?? '')),
    );
    const page = paginate(rows, params, { min: 5, max: 1000 });
    return {
      tagSet: page.items.map(({ resourceId, resourceType, key, value }) => ({
        resourceId,
        resourceType,
        key,
        value,
      })),
      nextToken: page.nextToken,
    };
  },
};
