import { isDeepStrictEqual } from 'node:util';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { type EffectiveSpec, effectiveSpec } from '../../domain/effective-spec.ts';
import { defaultDescription } from '../../domain/eni-defaults.ts';
import { clientTokenText, type ClusterIdentity, eniTags } from '../../domain/ownership.ts';
import type { Attempt, CreateEniInput } from '../ports.ts';

function positive<K extends string>(key: K, count: number): Partial<Record<K, number>> {
  const field: Partial<Record<K, number>> = {};
  if (count > 0) field[key] = count;
  return field;
}

function addressCounts(spec: EffectiveSpec): Partial<Attempt> {
  return {
    ...positive('secondaryPrivateIPCount', spec.secondaryPrivateIPCount),
    ...positive('ipv4PrefixCount', spec.ipv4PrefixCount),
    ...positive('ipv6AddressCount', spec.ipv6AddressCount),
    ...positive('ipv6PrefixCount', spec.ipv6PrefixCount),
  };
}

/** The inputs of CreateNetworkInterface as they would be frozen now. */
export function newAttempt(input: {
  readonly number: number;
  readonly nodeEni: NodeENI;
  readonly attachment: NodeENIAttachment;
  readonly securityGroupIds: readonly string[];
  readonly cluster: ClusterIdentity;
  /** RFC 3339. */
  readonly now: string;
}): Attempt {
  const { attachment, nodeEni, number, now } = input;
  const spec = effectiveSpec(nodeEni.spec);
  const { nodeName, instanceID, slot, subnetID } = attachment.spec;
  const nodeEniName = nodeEni.metadata.name;
  return {
    number,
    createdAt: now,
    subnetID,
    securityGroupIDs: [...input.securityGroupIds],
    description: spec.description ?? defaultDescription(nodeEniName, nodeName),
    tags: eniTags({
      cluster: input.cluster,
      purpose: { nodeEniName, instanceId: instanceID, slotKey: slot },
      nodeName,
      nodeEniUid: nodeEni.metadata.uid,
      attachmentUid: attachment.metadata.uid,
      attempt: number,
      createdAt: now,
      userTags: spec.tags,
    }),
    ...addressCounts(spec),
  };
}

/** Tags that differ between any two attempts. */
const ATTEMPT_TAGS: ReadonlySet<string> = new Set([ENI_TAGS.attempt, ENI_TAGS.createdAt]);

function comparable(attempt: Attempt): unknown {
  const { number: _number, createdAt: _createdAt, tags, ...rest } = attempt;
  return {
    ...rest,
    tags: Object.entries(tags)
      .filter(([key]) => !ATTEMPT_TAGS.has(key))
      .toSorted(([a], [b]) => a.localeCompare(b)),
  };
}

/** Whether two attempts ask EC2 for the same thing. */
export function asksTheSame(a: Attempt, b: Attempt): boolean {
  return isDeepStrictEqual(comparable(a), comparable(b));
}

/** The create call of a frozen attempt; the same attempt always gives the same call. */
export function createInput(
  attempt: Attempt,
  attachmentUid: string,
  deps: { readonly cluster: ClusterIdentity; readonly sha256: (text: string) => string },
): CreateEniInput {
  return {
    clientToken: deps.sha256(clientTokenText(deps.cluster, attachmentUid, attempt.number)),
    subnetId: attempt.subnetID,
    securityGroupIds: attempt.securityGroupIDs,
    description: attempt.description,
    tags: attempt.tags,
    ...(attempt.secondaryPrivateIPCount === undefined
      ? {}
      : { secondaryPrivateIpCount: attempt.secondaryPrivateIPCount }),
    ...(attempt.ipv4PrefixCount === undefined ? {} : { ipv4PrefixCount: attempt.ipv4PrefixCount }),
    ...(attempt.ipv6AddressCount === undefined ? {} : { ipv6AddressCount: attempt.ipv6AddressCount }),
    ...(attempt.ipv6PrefixCount === undefined ? {} : { ipv6PrefixCount: attempt.ipv6PrefixCount }),
  };
}
