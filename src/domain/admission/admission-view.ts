import type { LinkNames } from '../host/link-users.ts';
import type { NodeEniFields } from '../effective-spec.ts';

/** What the operator resolved for one entry of the subnet list, from `status.subnets`. */
export interface ResolvedSlot {
  readonly slot: string;
  readonly subnetID: string;
  readonly zone: string;
}

/** What EC2 told of an instance type, from `status.instanceTypes`. */
export interface JudgedInstanceType {
  readonly type: string;
  readonly networkCards: readonly { readonly index: number; readonly maximumInterfaces: number }[];
}

/** A NodeENI as the rules across objects read it: from the cluster, from an admission review or from a file. */
export interface JudgedNodeEni {
  readonly name: string;
  /** Epoch milliseconds; absent before the object is stored. */
  readonly createdAtMs?: number;
  readonly isDeleting: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: NodeEniFields;
  /** Empty until the operator has resolved the subnets. */
  readonly subnets: readonly ResolvedSlot[];
  /** Of the nodes that it selects; absent until the operator has asked EC2. */
  readonly instanceTypes?: readonly JudgedInstanceType[];
}

/** A live node as the rules across objects read it. */
export interface JudgedNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An ENI in use, from a NodeENIAttachment. */
export interface JudgedAttachment {
  readonly name: string;
  readonly nodeEniName: string;
  readonly nodeName: string;
  readonly eniId?: string;
  /** By which names pods mean its link, once it has one. */
  readonly link?: LinkNames;
}

/** How many interfaces an instance type takes on each network card, by card index. */
export type CardLimits = ReadonlyMap<number, number>;

/** Everything that a verdict across objects depends on. It is cached: no verdict waits for EC2 or for the API server. */
export interface AdmissionView {
  /** Every NodeENI, the judged one possibly among them. */
  readonly nodeEnis: readonly JudgedNodeEni[];
  readonly nodes: readonly JudgedNode[];
  readonly attachments: readonly JudgedAttachment[];
}

/** One thing that a rule has to say about an object. */
export interface Finding {
  /** `deny` refuses the write; `warn` lets it pass and tells. */
  readonly effect: 'deny' | 'warn';
  /** Stable name of the rule, lower camel case, such as `deviceIndexConflict`. */
  readonly rule: string;
  /** Path of the field that is at fault, such as `spec.deviceIndex`. */
  readonly field: string;
  /** One sentence that names the value, the other object, the nodes and the way out. */
  readonly message: string;
  /** Name of the NodeENI that it conflicts with, where it is about a conflict. */
  readonly conflictsWith?: string;
}
