import { ENI_TAGS, MANAGED_BY } from '../../api/v1alpha1/names.ts';
import { asEc2Failure } from '../../src/operator/engine/as-ec2-failure.ts';
import type { CreateEniInput, Ec2Gateway } from '../../src/operator/ports.ts';
import type { Eni } from '../../src/domain/ec2-resources.ts';

/** Cluster whose tags the cases' ENIs bear. */
export const CASE_CLUSTER = { name: 'demo', uid: 'uid-of-kube-system' } as const;

/** A seeded region behind a gateway: two zones with a subnet `nodes` and a subnet `tenant-a` each, one group `nodes`. */
export interface GatewayPlace {
  readonly gateway: Ec2Gateway;
  readonly subnetId: string;
  /** Node subnet of the second zone. */
  readonly elsewhereSubnetId: string;
  /** Subnet of four addresses that are free. */
  readonly smallSubnetId: string;
  readonly groupId: string;
  /** A running m5.large in the first zone. */
  newInstance(): Promise<string>;
  terminate(instanceId: string): Promise<void>;
}

/** One promise of the gateway. */
export interface GatewayCase {
  readonly name: string;
  readonly expected: unknown;
  readonly observe: (place: GatewayPlace) => Promise<unknown>;
}

/** A signal that never aborts. */
export const signal: AbortSignal = new AbortController().signal;
/** End of an id that nothing has. */
export const ABSENT = '0123456789abcdef0';
/** Tags of an ENI of the cluster. */
export const OWNED: Readonly<Record<string, string>> = {
  [ENI_TAGS.managedBy]: MANAGED_BY,
  [ENI_TAGS.cluster]: CASE_CLUSTER.name,
  [ENI_TAGS.clusterUid]: CASE_CLUSTER.uid,
};

/** `OK`, or kind, reason and code of the failure. */
export async function verdictOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'OK';
  } catch (error) {
    const failure = asEc2Failure(error);
    return failure === undefined
      ? `no EC2 failure: ${String(error)}`
      : `${failure.kind} ${failure.reason} ${failure.code}`;
  }
}

let tokens = 0;

/** Inputs of a create with a token of its own. */
export function newInput(place: GatewayPlace, overrides: Partial<CreateEniInput> = {}): CreateEniInput {
  tokens += 1;
  return {
    clientToken: `case-${tokens}`,
    subnetId: place.subnetId,
    securityGroupIds: [place.groupId],
    description: 'a case',
    tags: OWNED,
    ...overrides,
  };
}

/** Creates an ENI of the cluster. */
export function create(place: GatewayPlace, overrides: Partial<CreateEniInput> = {}): Promise<Eni> {
  return place.gateway.createEni(newInput(place, overrides), signal);
}

/** The ENI as the next read shows it. */
export async function look({ gateway }: GatewayPlace, eniId: string): Promise<Eni | undefined> {
  return (await gateway.describeEnis([eniId], signal))[0];
}

/** An ENI at index 1 of an instance. */
export interface Attached {
  readonly eniId: string;
  readonly instanceId: string;
  readonly attachmentId: string;
}

/** Attaches a new ENI to a new instance. */
export async function attached(place: GatewayPlace): Promise<Attached> {
  const instanceId = await place.newInstance();
  const { eniId } = await create(place);
  const reply = await place.gateway.attachEni(
    { eniId, instanceId, deviceIndex: 1, networkCardIndex: 0 },
    signal,
  );
  return { eniId, instanceId, ...reply };
}
