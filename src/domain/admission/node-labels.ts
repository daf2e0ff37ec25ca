import { ZONE_LABEL } from '../../../api/v1alpha1/names.ts';
import { matchesSelector } from '../node-selection.ts';
import type { Finding, JudgedNode } from './admission-view.ts';
import { type Clash, clashesOf } from './clash.ts';
import { commonGround } from './common-ground.ts';
import { claimsMatching, type NodeEniClaim, type PreparedView } from './prepared-view.ts';

/** Warns when new labels bring NodeENIs together that exclude each other, or take interfaces away. */
export function nodeLabelWarnings(node: JudgedNode, old: JudgedNode, view: PreparedView): Finding[] {
  const claims = claimsMatching(node.labels, view)
    .filter(({ object }) => !object.isDeleting)
    .toSorted((a, b) => (a.object.name < b.object.name ? -1 : 1));
  const isNew = ({ spec }: NodeEniClaim): boolean => !matchesSelector(spec.nodeSelector, old.labels);
  const meetings = claims.flatMap((a, position) =>
    claims
      .slice(position + 1)
      .filter((b) => isNew(a) || isNew(b))
      .flatMap((b) => clashesOn(node, a, b).map((clash) => describeMeeting(node, [a, b], clash))),
  );
  return [...meetings, ...lossWarnings(node, old, view)];
}

function clashesOn(node: JudgedNode, a: NodeEniClaim, b: NodeEniClaim): Clash[] {
  const ground = commonGround(a, b);
  if (ground === undefined) return [];
  const zone = node.labels[ZONE_LABEL];
  return clashesOf(a, b, ground).filter(
    (clash) => clash.isCertain && (zone === undefined || (clash.zones?.has(zone) ?? true)),
  );
}

const THINGS: Readonly<Record<Clash['rule'], string>> = {
  deviceIndexConflict: 'device index',
  sharedSubnet: 'subnet',
  pciAddressConflict: 'PCI address',
  resourceNameConflict: 'resource name',
};

function describeMeeting(node: JudgedNode, pair: readonly NodeEniClaim[], clash: Clash): Finding {
  const names = pair.map(({ object }) => `"${object.name}"`).join(' and ');
  return {
    effect: 'warn',
    rule: clash.rule,
    field: 'metadata.labels',
    message: `node ${node.name} matches NodeENIs ${names} now, which both want ${THINGS[clash.rule]} ${clash.contested.join(', ')}`,
  };
}

function lossWarnings(node: JudgedNode, old: JudgedNode, view: PreparedView): Finding[] {
  const onNode = view.attachments.filter(({ nodeName }) => nodeName === node.name);
  const byNodeEni = Map.groupBy(onNode, ({ nodeEniName }) => nodeEniName);
  return claimsMatching(old.labels, view).flatMap(({ object, spec }): Finding[] => {
    const attachments = byNodeEni.get(object.name) ?? [];
    if (attachments.length === 0 || matchesSelector(spec.nodeSelector, node.labels)) return [];
    return [
      {
        effect: 'warn',
        rule: 'nodeLosesInterfaces',
        field: 'metadata.labels',
        message: `node ${node.name} no longer matches NodeENI "${object.name}": ${attachments.length} of its ENIs will be released`,
      },
    ];
  });
}
