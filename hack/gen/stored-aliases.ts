import type { CustomResource } from './custom-resource.ts';

const coreKinds = ['ObjectMeta', 'OwnerReference', 'Node', 'Namespace', 'Pod', 'Lease'];

/** Source text of the readable names for what gen/kubernetes/openapi.ts holds. */
export function storedAliases(resources: readonly CustomResource[]): string {
  const custom = resources.map(
    ({ kind }) => `
/** A ${kind} as read from the API: defaulted fields are present. */
export type ${kind} = Schemas['${kind}'];
/** What is wanted, as read from the API. */
export type ${kind}Spec = ${kind}['spec'];
/** What was observed, as read from the API. */
export type ${kind}Status = ${kind}['status'];
`,
  );
  const core = coreKinds.map(
    (kind) => `
/** ${kind} as read from the API. */
export type ${kind} = Schemas['${kind}'];
`,
  );
  return `
import type { components } from '../kubernetes/openapi.ts';

type Schemas = components['schemas'];
${custom.join('')}
/** One condition of a status; the same shape in every kind of this group. */
export type Condition = NonNullable<NodeENIStatus['conditions']>[number];

/** One entry of a NodeENI's status.attachments. */
export type NodeENIStatusAttachment = NonNullable<NodeENIStatus['attachments']>[number];
${core.join('')}
/** An event of core/v1 as read from the API. */
export type EventV1 = Schemas['Event'];
`;
}
