import type { NodeENIManifest } from '../../../gen/v1alpha1/nodeeni-manifest.ts';
import type { AdmissionView, Finding, JudgedNodeEni } from '../../domain/admission/admission-view.ts';
import { judgeCreate, judgeUpdate } from '../../domain/admission/judge-admission.ts';
import { judgeSpecChange } from '../../domain/schema-rules/node-eni-change-rules.ts';
import type { JudgeShape } from '../ports.ts';
import { type ManifestObject, nameOf } from './collect-objects.ts';
import { judgeObject, type Remark, toFinding, violationRemark } from './judge-object.ts';
import type { LintFinding } from './lint-finding.ts';
import { instanceTypesOfStatus, subnetsOfStatus } from './exported-status.ts';
import { type InventoriedSubnet, judgeSubnets, resolveSlots } from './subnet-inventory.ts';

/** What the set is judged against. */
export interface LintWorld {
  /** What is there before the first manifest is applied. */
  readonly view: AdmissionView;
  /** The subnets of the account, where they are known. */
  readonly subnets?: readonly InventoriedSubnet[];
}

interface Applied {
  readonly judged: JudgedNodeEni;
  /** Absent for what is in the cluster. */
  readonly object?: ManifestObject;
}

type Stored = ReadonlyMap<string, Applied>;

/** As it is sent: the API server keeps what the operator found out, and drops what a manifest says of it. */
function toAsked(
  { metadata, spec }: NodeENIManifest,
  { subnets }: LintWorld,
  old: JudgedNodeEni | undefined,
): JudgedNodeEni {
  const resolved = subnets === undefined ? [] : resolveSlots(spec, subnets);
  const known = resolved.length > 0 ? resolved : (old?.subnets ?? []);
  const { name, generateName = '', annotations = {} } = metadata;
  const authored = { name: name ?? generateName, annotations, spec, subnets: known };
  return { isDeleting: false, ...old, ...authored };
}

/** As the next manifest finds it: of one that was exported from a cluster, its status and its deletion count. */
function toStored(
  asked: JudgedNodeEni,
  { metadata }: NodeENIManifest,
  object: ManifestObject,
): JudgedNodeEni {
  const exported = subnetsOfStatus(object.root);
  const instanceTypes = instanceTypesOfStatus(object.root);
  return {
    ...asked,
    isDeleting: asked.isDeleting || metadata.deletionTimestamp !== undefined,
    subnets: exported.length > 0 ? exported : asked.subnets,
    ...(instanceTypes.length > 0 ? { instanceTypes } : {}),
  };
}

function findingRemark({ effect, rule, field, message }: Finding): Remark {
  return { severity: effect === 'deny' ? 'error' : 'warning', rule, field, message };
}

/** Said of the second manifest of one name: it would take the place of the first. */
function duplicateRemarks(before: Applied | undefined): readonly Remark[] {
  if (before?.object === undefined) return [];
  const { file, root } = before.object;
  const message = `NodeENI "${before.judged.name}" stands at ${file}:${root.at.line} as well, and this one would take its place: keep one of them`;
  return [{ severity: 'warning', rule: 'duplicateName', field: 'metadata.name', message }];
}

/** What the schema, then the webhook would say to the write; a webhook is not asked when the schema refuses. */
function judgeWrite(
  judged: JudgedNodeEni,
  old: JudgedNodeEni | undefined,
  view: AdmissionView,
): readonly Remark[] {
  if (old === undefined) return judgeCreate(judged, view).map((finding) => findingRemark(finding));
  const changes = judgeSpecChange({ before: old.spec, after: judged.spec });
  if (changes.length > 0) return changes.map((violation) => violationRemark(violation));
  return judgeUpdate(judged, old, view).map((finding) => findingRemark(finding));
}

function judgeNext(
  object: ManifestObject,
  manifest: NodeENIManifest,
  at: { readonly world: LintWorld; readonly stored: Stored },
): { readonly remarks: readonly Remark[]; readonly judged: JudgedNodeEni } {
  const { world, stored } = at;
  const before = stored.get(manifest.metadata.name ?? '');
  const judged = toAsked(manifest, world, before?.judged);
  const view = { ...world.view, nodeEnis: Array.from(stored.values(), (other) => other.judged) };
  return {
    judged,
    remarks: [
      ...duplicateRemarks(before),
      ...(world.subnets === undefined ? [] : judgeSubnets(judged.spec, world.subnets)),
      ...judgeWrite(judged, before?.judged, view),
    ],
  };
}

/**
 * Judges NodeENIs one after the other, as if each were applied to a cluster that holds the world and whatever was
 * accepted before it. So the verdict on a set is that of `kubectl apply` on the same files: what is refused is not
 * there for the next one to clash with.
 */
export function judgeSet(
  objects: readonly ManifestObject[],
  world: LintWorld,
  judgeShape: JudgeShape,
): readonly LintFinding[] {
  const stored = new Map<string, Applied>(world.view.nodeEnis.map((judged) => [judged.name, { judged }]));
  return objects.flatMap((object) => {
    const { findings, accepted } = judgeObject(object, judgeShape);
    if (accepted === undefined) return findings;
    const { remarks, judged } = judgeNext(object, accepted, { world, stored });
    const isRefused = remarks.some(({ severity }) => severity === 'error');
    if (!isRefused && nameOf(object.root) !== undefined) {
      stored.set(judged.name, { judged: toStored(judged, accepted, object), object });
    }
    return [...findings, ...remarks.map((remark) => toFinding(object, remark))];
  });
}
