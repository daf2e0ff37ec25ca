import { Ec2Error } from './ec2-error.ts';
import type { Random } from './random.ts';

/** The kinds of things that carry an EC2 id here. */
export type ResourceKind =
  'vpc' | 'subnet' | 'security-group' | 'instance' | 'network-interface' | 'attachment';

interface KindFacts {
  readonly prefix: string;
  readonly malformed: string;
  readonly notFound: string;
  readonly noun: string;
}

// EC2 API reference, "Error codes", client errors: the codes are not regular (ID in one, Id in another).
const FACTS: Readonly<Record<ResourceKind, KindFacts>> = {
  vpc: {
    prefix: 'vpc',
    malformed: 'InvalidVpcID.Malformed',
    notFound: 'InvalidVpcID.NotFound',
    noun: 'vpc ID',
  },
  subnet: {
    prefix: 'subnet',
    malformed: 'InvalidSubnetID.Malformed',
    notFound: 'InvalidSubnetID.NotFound',
    noun: 'subnet ID',
  },
  'security-group': {
    prefix: 'sg',
    malformed: 'InvalidGroupId.Malformed',
    notFound: 'InvalidGroup.NotFound',
    noun: 'security group',
  },
  instance: {
    prefix: 'i',
    malformed: 'InvalidInstanceID.Malformed',
    notFound: 'InvalidInstanceID.NotFound',
    noun: 'instance ID',
  },
  'network-interface': {
    prefix: 'eni',
    malformed: 'InvalidNetworkInterfaceId.Malformed',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    noun: 'networkInterface ID',
  },
  attachment: {
    prefix: 'eni-attach',
    malformed: 'InvalidNetworkInterfaceAttachmentId.Malformed',
    notFound: 'InvalidAttachmentID.NotFound',
    noun: 'attachment ID',
  },
};

/** The kinds whose things can be tagged. */
export type TaggableKind = Exclude<ResourceKind, 'attachment'>;

const TAGGABLE: readonly TaggableKind[] = [
  'vpc',
  'subnet',
  'security-group',
  'instance',
  'network-interface',
];

const DIGITS = '([0-9a-f]{8}|[0-9a-f]{17})';

/** Whether the text has the form of an id: prefix and 8 or 17 lower-case hexadecimal digits (EC2 user guide, "Resource IDs"). */
function isWellFormedId(kind: ResourceKind, id: string): boolean {
  return new RegExp(`^${FACTS[kind].prefix}-${DIGITS}$`).test(id);
}

/** Returns the id unchanged. @throws Ec2Error the kind's Malformed code */
export function wellFormedId(kind: ResourceKind, id: string): string {
  if (isWellFormedId(kind, id)) return id;
  const facts = FACTS[kind];
  throw new Ec2Error(facts.malformed, `Invalid id: "${id}" (expecting "${facts.prefix}-...")`);
}

/** The kind's NotFound error for one or more ids. */
export function notFoundError(kind: ResourceKind, ids: readonly string[]): Ec2Error {
  const facts = FACTS[kind];
  const plural = ids.length > 1;
  return new Ec2Error(
    facts.notFound,
    `The ${facts.noun}${plural ? 's' : ''} '${ids.join(', ')}' do${plural ? '' : 'es'} not exist`,
  );
}

/** The kind of a taggable id by its prefix. @throws Ec2Error InvalidID when no kind fits (API reference CreateTags) */
export function kindOfId(id: string): TaggableKind {
  const kind = TAGGABLE.find((candidate) => isWellFormedId(candidate, id));
  if (kind === undefined) throw new Ec2Error('InvalidID', `The ID '${id}' is not valid`);
  return kind;
}

/** Makes a new id of 17 hexadecimal digits, with the leading 0 real ids have. */
export function newResourceId(random: Random, kind: ResourceKind | 'reservation'): string {
  const prefix = kind === 'reservation' ? 'r' : FACTS[kind].prefix;
  return `${prefix}-0${random.hex(16)}`;
}
