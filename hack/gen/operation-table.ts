import type { CustomResource } from './custom-resource.ts';
import type { GroupVersionKind } from './json-schema.ts';
import type { KubernetesFacts } from './openapi-document.ts';

interface Operation {
  readonly key: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly kind: string;
}

/** The core kinds that the typed client speaks. */
const coreKinds = [
  { kind: 'Node', plural: 'nodes', scope: 'Cluster' },
  { kind: 'Namespace', plural: 'namespaces', scope: 'Cluster' },
  { kind: 'Pod', plural: 'pods', scope: 'Namespaced' },
  { kind: 'Event', plural: 'events', scope: 'Namespaced' },
  { kind: 'Lease', plural: 'leases', scope: 'Namespaced' },
] as const;

/** Source text of the table that the typed client builds its requests from. */
export function operationTable(resources: readonly CustomResource[], facts: KubernetesFacts): string {
  const operations = [...resources.map(ofCustomResource), ...coreKinds.map((core) => ofCore(core, facts))];
  const entries = operations.map(
    ({ key, ...operation }) => `${key}: { apiVersion: '${apiVersion(operation)}', ${literals(operation)} },`,
  );
  return `
/** Where the API server serves one kind. */
export interface ResourceOperations {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly kind: string;
}

/** Name of a kind's client in the typed client. */
export type ResourceName = ${operations.map(({ key }) => `'${key}'`).join(' | ')};

/** Every kind that the typed client speaks. */
export const operations: Readonly<Record<ResourceName, ResourceOperations>> = {
${entries.join('\n')}
};
`;
}

function ofCustomResource({ group, version, plural, scope, kind }: CustomResource): Operation {
  return { key: clientName(kind), group, version, plural, scope, kind };
}

/** nodeENIs for NodeENI, nodeENIAttachments for NodeENIAttachment. */
function clientName(kind: string): string {
  return `${kind.replace(/^./, (letter) => letter.toLowerCase())}s`;
}

function ofCore(core: (typeof coreKinds)[number], facts: KubernetesFacts): Operation {
  for (const [name, schema] of Object.entries(facts.core.schemas)) {
    const identities = schema['x-kubernetes-group-version-kind'] ?? [];
    const identity = identities.find((candidate) => isOf(candidate, name, core.kind));
    if (identity) return { key: core.plural, group: identity.group, version: identity.version, ...core };
  }
  throw new Error(`kubernetes-openapi.json has no kind ${core.kind}`);
}

function isOf(identity: GroupVersionKind, schema: string, kind: string): boolean {
  return identity.kind === kind && schema.endsWith(`.${kind}`);
}

function apiVersion({ group, version }: Pick<Operation, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

function literals(operation: object): string {
  return Object.entries(operation)
    .map(([name, value]) => `${name}: '${value}'`)
    .join(', ');
}
