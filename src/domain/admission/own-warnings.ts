import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import type { EffectiveSpec, NodeEniFields } from '../effective-spec.ts';
import type { Finding, JudgedNodeEni } from './admission-view.ts';

/** What one object alone should be told: lawful, but seldom meant. */
export function ownWarnings(object: JudgedNodeEni, spec: EffectiveSpec): Finding[] {
  const fields = object.spec;
  return [
    ...idWarnings('spec.subnetID', fields.subnetID === undefined ? [] : [fields.subnetID]),
    ...idWarnings('spec.subnetIDs', fields.subnetIDs ?? []),
    ...idWarnings('spec.securityGroupIDs', fields.securityGroupIDs ?? []),
    ...retainWarnings(spec),
    ...dpdkWarnings(fields, spec),
    ...annotationWarnings(object),
  ];
}

/** EC2 ids end in 8 or 17 hexadecimal digits (EC2 User Guide, Resource IDs). */
const EC2_ID = /^[a-z]+-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

function idWarnings(field: string, ids: readonly string[]): Finding[] {
  return [...new Set(ids)]
    .filter((id) => !EC2_ID.test(id))
    .map((id) => ({
      effect: 'warn',
      rule: 'idFormat',
      field,
      message: `"${id}" does not look like an EC2 id: 8 or 17 hexadecimal digits follow the prefix`,
    }));
}

function retainWarnings({ deletionPolicy, deleteOnTermination }: EffectiveSpec): Finding[] {
  if (deletionPolicy !== 'Retain' || !deleteOnTermination) return [];
  return [
    {
      effect: 'warn',
      rule: 'retainWithDeleteOnTermination',
      field: 'spec.deleteOnTermination',
      message:
        'deletionPolicy is Retain, but EC2 still deletes the ENI with its instance: set deleteOnTermination: false',
    },
  ];
}

function dpdkWarnings(fields: NodeEniFields, { dpdk }: EffectiveSpec): Finding[] {
  const alias: Finding = {
    effect: 'warn',
    rule: 'dpdkAlias',
    field: 'spec.dpdkEnabled',
    message: 'dpdkEnabled is an alias for manifests of the reference controller: write enableDPDK',
  };
  const notImplemented: Finding = {
    effect: 'warn',
    rule: 'dpdkNotImplemented',
    field: dpdk?.enabled === true ? 'spec.enableDPDK' : 'spec.dpdkResourceName',
    message:
      'DPDK and SR-IOV devices are not implemented yet: the ENI is attached, Ready is False/NotImplemented',
  };
  return [
    ...(fields.dpdkEnabled === undefined ? [] : [alias]),
    ...(dpdk === undefined ? [] : [notImplemented]),
  ];
}

const SWITCHES = [ADMISSION_ANNOTATIONS.allowSharedSubnet, ADMISSION_ANNOTATIONS.deletionProtection];

function annotationWarnings({ name, annotations }: JudgedNodeEni): Finding[] {
  const messages = [
    ...SWITCHES.filter((key) => !['true', 'false'].includes(annotations[key] ?? 'false')).map(
      (key) => `annotation ${key} is "${annotations[key]}" and has no effect: only "true" counts`,
    ),
    ...(annotations[ADMISSION_ANNOTATIONS.replaces] === name
      ? [`annotation ${ADMISSION_ANNOTATIONS.replaces} names this object itself and has no effect`]
      : []),
  ];
  return messages.map((message) => ({
    effect: 'warn',
    rule: 'annotationValue',
    field: 'metadata.annotations',
    message,
  }));
}
