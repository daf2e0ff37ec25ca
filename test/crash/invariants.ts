import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { RecordedCall } from '../../simulator/audit-log.ts';
import type { NetworkInterface } from '../../simulator/model.ts';
import { isOwned } from '../../src/domain/ownership.ts';
import { type CrashWorld, WORLD_CLUSTER } from './crash-world.ts';
import { OPERATOR_IDENTITY } from './operator-life.ts';

/** What every ENI of a NodeENI has to be like. */
export interface WantedEnis {
  readonly instanceIds: readonly string[];
  /** Subnet ids in listed order; the device index counts up from {@link firstDeviceIndex}. */
  readonly subnetIds: readonly string[];
  readonly firstDeviceIndex: number;
  readonly deleteOnTermination: boolean;
}

const MUTATING = /^(?:Create|Attach|Detach|Delete|Modify)/;

/** All ENIs that bear the ownership tag and both cluster tags, from the simulator's state. */
export function ownedEnis(world: CrashWorld): NetworkInterface[] {
  const { networkInterfaces } = world.region.simulator.state();
  return networkInterfaces.filter(({ tags }) => isOwned(tags, WORLD_CLUSTER));
}

/** The operator's calls after a sequence number, from the audit log. */
export function operatorCalls(world: CrashWorld, since = 0): RecordedCall[] {
  const { calls } = world.region.simulator.auditLog.read({ since, action: undefined });
  return calls.filter(({ identity }) => identity === OPERATOR_IDENTITY);
}

/** Those that change something in EC2. */
export function mutatingCalls(world: CrashWorld, since = 0): RecordedCall[] {
  return operatorCalls(world, since).filter(({ action }) => MUTATING.test(action));
}

/** The sequence number of the last call. */
export function lastSequence(world: CrashWorld): number {
  return world.region.simulator.auditLog.read({ since: 0, action: undefined }).lastSequence;
}

/** ENIs of one purpose that are more than one. */
export function doubles(world: CrashWorld): string[] {
  const seen = new Map<string, number>();
  for (const { tags } of ownedEnis(world)) {
    const purpose = [tags[ENI_TAGS.nodeEni], tags[ENI_TAGS.instance], tags[ENI_TAGS.slot]].join(' ');
    seen.set(purpose, (seen.get(purpose) ?? 0) + 1);
  }
  return [...seen]
    .filter(([, count]) => count > 1)
    .map(([purpose, count]) => `${count} owned ENIs for ${purpose}`);
}

function problemOf(eni: NetworkInterface | undefined, place: string, wanted: WantedEnis): string[] {
  if (eni?.attachment === undefined) return [`no ENI is attached at ${place}`];
  const { attachment } = eni;
  return [
    ...(attachment.status === 'attached' ? [] : [`${eni.id} at ${place} is ${attachment.status}`]),
    ...(attachment.deleteOnTermination === wanted.deleteOnTermination
      ? []
      : [`deleteOnTermination of ${eni.id} at ${place} is ${attachment.deleteOnTermination}`]),
    ...(eni.sourceDestCheck ? [] : [`sourceDestCheck of ${eni.id} at ${place} is off`]),
  ];
}

/** What the wanted ENIs lack, and what there is besides them. */
export function deviations(world: CrashWorld, wanted: WantedEnis): string[] {
  const owned = ownedEnis(world);
  const missing = wanted.instanceIds.flatMap((instanceId) =>
    wanted.subnetIds.flatMap((subnetId, offset) => {
      const deviceIndex = wanted.firstDeviceIndex + offset;
      const eni = owned.find(
        ({ attachment, subnetId: itsSubnet }) =>
          attachment?.instanceId === instanceId &&
          attachment.deviceIndex === deviceIndex &&
          itsSubnet === subnetId,
      );
      return problemOf(eni, `${instanceId} index ${deviceIndex}`, wanted);
    }),
  );
  const surplus = owned.length - wanted.instanceIds.length * wanted.subnetIds.length;
  return surplus > 0 ? [...missing, `${surplus} owned ENIs too many`] : missing;
}

/** What an id of these actions' own making begins with. */
const MADE: Readonly<Record<string, string>> = {
  CreateNetworkInterface: 'eni-',
  AttachNetworkInterface: 'eni-attach-',
};

/** ENIs that the operator's own creates made, and their attachments. */
function madeByOperator(calls: readonly RecordedCall[]): ReadonlySet<string> {
  return new Set(
    calls
      .filter(({ code }) => code === 'OK')
      .flatMap(({ action, ids }) => {
        const prefix = MADE[action];
        return prefix === undefined ? [] : ids.filter((id) => id.startsWith(prefix));
      }),
  );
}

/** Mutating calls on an ENI, or an attachment of one, that the operator neither made nor had to take over. */
export function foreignCalls(world: CrashWorld, takenOver: readonly string[] = []): string[] {
  const calls = mutatingCalls(world);
  const made = new Set([...madeByOperator(calls), ...takenOver]);
  return calls
    .filter(({ action }) => action !== 'CreateNetworkInterface')
    .flatMap(({ action, params }) =>
      [params['NetworkInterfaceId'], params['AttachmentId'], params['Attachment.AttachmentId']]
        .filter((id) => id !== undefined && !made.has(id))
        .map((id) => `${action} on ${String(id)}, which is not owned`),
    );
}

/** ENIs made with each token, in order. */
function enisByToken(world: CrashWorld): ReadonlyMap<string, ReadonlySet<string>> {
  const made = new Map<string, Set<string>>();
  for (const { action, code, ids, params } of operatorCalls(world)) {
    if (action !== 'CreateNetworkInterface' || code !== 'OK') continue;
    const token = params['ClientToken'] ?? 'no token';
    const enis = made.get(token) ?? new Set();
    for (const id of ids) if (/^eni-[0-9a-f]+$/.test(id)) enis.add(id);
    made.set(token, enis);
  }
  return made;
}

/**
 * Tokens that made a second ENI although the first one's id was stored in Kubernetes. An ENI that somebody else deletes
 * before anybody could store its id cannot be told from one that was never made; its token is sent again then.
 */
export function spentTokens(world: CrashWorld): string[] {
  const stored = new Set(world.cluster.attachments.history().map(({ status }) => status.eniID));
  const problems: string[] = [];
  for (const [token, enis] of enisByToken(world)) {
    const [first, ...more] = enis;
    if (token === 'no token') problems.push('a create without a ClientToken');
    else if (more.length > 0 && stored.has(first)) {
      problems.push(`one ClientToken made ${String(first)}, which was known, and ${more.join(', ')}`);
    }
  }
  return problems;
}
