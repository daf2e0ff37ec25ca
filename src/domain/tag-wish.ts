import { CNI_OPT_OUT_TAGS, ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { Eni } from './ec2-resources.ts';
import { defaultNameTag } from './eni-defaults.ts';
import { type ClusterIdentity, type EniPurpose, identityTags } from './ownership.ts';

type Tags = Readonly<Record<string, string>>;

/** What is wanted of an ENI's tags; tags that it does not name belong to others. */
export interface TagWish {
  /** To be there with these values. */
  readonly required: Tags;
  /** Put there by us and wanted no more: to be taken off where the value is still ours. */
  readonly obsolete: Tags;
}

/** What the wish for the tags of an attachment's ENI depends on. */
export interface TagFacts {
  readonly cluster: ClusterIdentity;
  readonly purpose: EniPurpose;
  readonly nodeName: string;
  readonly attachmentUid: string;
  /** The frozen attempt. */
  readonly attempt?: { readonly number: number; readonly tags: Tags };
  /** What the user wants now; absent: whatever is there. */
  readonly userTags?: Tags;
  /** What the attachment's status remembers. */
  readonly stored: { readonly eniID?: string; readonly attempt?: number; readonly tags?: Tags };
}

const OURS: ReadonlySet<string> = new Set([...Object.values(ENI_TAGS), ...Object.keys(CNI_OPT_OUT_TAGS)]);

function split(tags: Tags, isChosen: (key: string, value: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => isChosen(key, value)));
}

/** Whether the frozen attempt made the ENI: its tags say so, or the status does in case somebody changed them. */
function isOfAttempt(eni: Eni, { attempt, attachmentUid, stored }: TagFacts): boolean {
  if (attempt === undefined) return false;
  const isTagged =
    eni.tags[ENI_TAGS.attachment] === attachmentUid && eni.tags[ENI_TAGS.attempt] === String(attempt.number);
  return isTagged || (stored.eniID === eni.eniId && stored.attempt === attempt.number);
}

/** The user's tags that the operator last put on the ENI: as remembered, else as created. */
function lastUserTags(eni: Eni, facts: TagFacts): Tags {
  const { stored, attempt, purpose, nodeName } = facts;
  if (stored.eniID === eni.eniId && stored.tags !== undefined) return stored.tags;
  if (attempt === undefined || !isOfAttempt(eni, facts)) return {};
  const name = defaultNameTag(purpose.nodeEniName, nodeName);
  return split(attempt.tags, (key, value) => !OURS.has(key) && !(key === 'Name' && value === name));
}

/** The wish for the tags of an ENI that is wanted. */
export function tagWish(eni: Eni, facts: TagFacts): TagWish {
  const last = lastUserTags(eni, facts);
  const userTags = facts.userTags ?? {};
  const frozen = facts.attempt !== undefined && isOfAttempt(eni, facts) ? facts.attempt.tags : {};
  const required = {
    ...userTags,
    ...split(frozen, (key) => OURS.has(key)),
    ...CNI_OPT_OUT_TAGS,
    ...identityTags(facts.cluster, facts.purpose),
  };
  const gone = facts.userTags === undefined ? {} : split(last, (key) => required[key] === undefined);
  const name = defaultNameTag(facts.purpose.nodeEniName, facts.nodeName);
  const isNameless = eni.tags['Name'] === undefined || eni.tags['Name'] === gone['Name'];
  return {
    // A name that somebody gave by hand stays; without any, lists of ENIs are of little use.
    required: isNameless ? { Name: name, ...required } : required,
    obsolete: { ...split(gone, (key) => key !== 'Name'), [ENI_TAGS.retained]: 'true' },
  };
}

/**
 * The user's tags on the ENI that the operator put there, to be remembered; undefined while there never was one. What
 * somebody changed is not ours any more, until it is put right.
 */
export function appliedUserTags(eni: Eni, facts: TagFacts): Record<string, string> | undefined {
  const last = lastUserTags(eni, facts);
  const applied = split(
    eni.tags,
    (key, value) => facts.userTags?.[key] === value || (last[key] === value && last[key] !== undefined),
  );
  const isRemembered = facts.stored.eniID === eni.eniId && facts.stored.tags !== undefined;
  return isRemembered || Object.keys({ ...last, ...applied }).length > 0 ? applied : undefined;
}
