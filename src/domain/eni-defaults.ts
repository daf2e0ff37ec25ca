/** EC2 refuses longer descriptions (EC2 API, CreateNetworkInterface). */
const MAX_DESCRIPTION = 255;
/** EC2 refuses longer tag values (EC2 User Guide, Tag restrictions). */
const MAX_TAG_VALUE = 256;

/** Description of an ENI whose NodeENI gives none. */
export function defaultDescription(nodeEniName: string, nodeName: string): string {
  return `NodeENI ${nodeEniName} on ${nodeName}`.slice(0, MAX_DESCRIPTION);
}

/** Name tag of an ENI whose NodeENI gives none. */
export function defaultNameTag(nodeEniName: string, nodeName: string): string {
  return `${nodeEniName}/${nodeName}`.slice(0, MAX_TAG_VALUE);
}
