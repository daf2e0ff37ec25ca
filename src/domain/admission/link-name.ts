import { type EffectiveSpec, effectiveSpec } from '../effective-spec.ts';
import { baseAltName } from '../host-wish.ts';
import type { Finding, JudgedNodeEni } from './admission-view.ts';

/** Bytes of a name that the kernel takes for a link itself, less the closing zero (IFNAMSIZ, linux/if.h). */
const LONGEST_LINK_NAME = 15;

/** By which name the daemon would make a link known; undefined where it gives none. */
function linkName(object: JudgedNodeEni, { hostInterface }: EffectiveSpec): string | undefined {
  return hostInterface.managedBy === 'OS' ? undefined : baseAltName(object.name, hostInterface);
}

/**
 * Warns of an alternative name that CNI plugins refuse as `master` or `device`. On an update it is told only where the
 * name is new.
 */
export function linkNameWarnings(
  object: JudgedNodeEni,
  spec: EffectiveSpec,
  old: JudgedNodeEni | undefined,
): Finding[] {
  const name = linkName(object, spec);
  if (name === undefined || name.length <= LONGEST_LINK_NAME) return [];
  if (old !== undefined && linkName(old, effectiveSpec(old.spec)) === name) return [];
  const what = spec.hostInterface.altName === undefined ? 'the default alternative name' : 'the name';
  return [
    {
      effect: 'warn',
      rule: 'linkNameTooLong',
      field: 'spec.hostInterface.altName',
      message: `${what} "${name}" has ${name.length} characters, CNI plugins take at most ${LONGEST_LINK_NAME} for a master or device: set hostInterface.altName to a shorter one where networks of pods name the link`,
    },
  ];
}
