import { effectiveSpec, type NodeEniFields } from '../effective-spec.ts';

/** One operation of a JSON Patch (RFC 6902); nothing but additions is ever made. */
export interface AddOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: string | number | boolean;
}

/** Fields whose value is the same whatever else the spec says. */
const CONSTANTS = [
  'deviceIndex',
  'networkCardIndex',
  'deleteOnTermination',
  'sourceDestCheck',
  'deletionPolicy',
] as const;

/** What the rules take where a spec says nothing. */
const DEFAULTS = effectiveSpec({ nodeSelector: {} });

/**
 * The patch that writes absent defaults into a NodeENI spec. A field that is present, even as null, is never touched:
 * its writer owns it. A default that depends on another field (`dpdkDriver`), on the alias, or on the node
 * (`description`) is never written, because it would outlive what it came from. Applied to its own result it gives an
 * empty patch, and to an object of the API server as well: the schema has the same defaults. It needs no valid spec:
 * defaulting comes before validation.
 */
export function defaultNodeEni(fields: Partial<NodeEniFields> | undefined): AddOperation[] {
  if (fields === undefined) return [];
  return CONSTANTS.filter((field) => fields[field] === undefined).map((field) => ({
    op: 'add',
    path: `/spec/${field}`,
    value: DEFAULTS[field],
  }));
}
