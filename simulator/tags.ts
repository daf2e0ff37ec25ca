import { Ec2Error } from './ec2-error.ts';
import type { Tags } from './model.ts';
import { type ParamNode, requiredText, structures, text } from './params.ts';
import type { XmlValue } from './xml.ts';

// EC2 user guide, "Tag restrictions": key 128, value 256 characters, no aws: prefix.
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

function checkTag(key: string, value: string): void {
  if (key.toLowerCase().startsWith('aws:')) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Tag keys starting with 'aws:' are reserved for internal use`,
    );
  }
  if (key.length > MAX_KEY_LENGTH) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Tag key exceeds the maximum length of ${MAX_KEY_LENGTH} characters`,
    );
  }
  if (value.length > MAX_VALUE_LENGTH) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Tag value exceeds the maximum length of ${MAX_VALUE_LENGTH} characters`,
    );
  }
}

/** Reads `Tag.N.Key` and `Tag.N.Value` of a node. @throws Ec2Error InvalidParameterValue */
export function parseTags(node: ParamNode): Tags {
  const entries: [string, string][] = [];
  for (const tag of structures(node, 'Tag')) {
    const key = requiredText(tag, 'Key');
    const value = text(tag, 'Value') ?? '';
    checkTag(key, value);
    if (entries.some(([other]) => other === key)) {
      throw new Ec2Error('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    }
    entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

/** Adds tags to those a thing has. @throws Ec2Error TagLimitExceeded */
export function mergeTags(present: Tags, added: Tags, maxTags: number): Tags {
  const merged = { ...present, ...added };
  if (Object.keys(merged).length > maxTags) {
    throw new Ec2Error('TagLimitExceeded', `The maximum number of Tags for a resource has been reached.`);
  }
  return merged;
}

/**
 * Reads the tags of a create call for one resource type; specifications of the types in `others` are left for another reader.
 * @throws Ec2Error InvalidParameterValue for any other type (API reference, TagSpecification), TagLimitExceeded
 */
export function parseTagSpecifications(
  params: ParamNode,
  type: { readonly resourceType: string; readonly others?: readonly string[] },
  maxTags: number,
): Tags {
  let tags: Tags = {};
  for (const specification of structures(params, 'TagSpecification')) {
    const resourceType = requiredText(specification, 'ResourceType');
    if (resourceType === type.resourceType) tags = mergeTags(tags, parseTags(specification), maxTags);
    else if (type.others?.includes(resourceType) !== true) {
      throw new Ec2Error(
        'InvalidParameterValue',
        `'${resourceType}' is not a valid taggable resource type for this operation.`,
      );
    }
  }
  return tags;
}

/** The `tagSet` of a thing; left out when it has no tag, as EC2 does. */
export function tagSet(tags: Tags): XmlValue {
  const entries = Object.entries(tags);
  return entries.length === 0 ? undefined : entries.map(([key, value]) => ({ key, value }));
}
