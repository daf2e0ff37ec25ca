import { Ec2Error } from './ec2-error.ts';
import type { Attachment, Entity, Instance, NetworkInterface, SecurityGroup, Subnet, Vpc } from './model.ts';
import { type ParamNode, flag } from './params.ts';
import { type ResourceKind, notFoundError, wellFormedId } from './resource-id.ts';
import type { TableReader } from './table.ts';
import type { World } from './world.ts';
import type { XmlObject } from './xml.ts';

/** What a caller can see: new things may be hidden for a while, and Describe calls may look back in time. */
export interface View {
  readonly vpcs: TableReader<Vpc>;
  readonly subnets: TableReader<Subnet>;
  readonly securityGroups: TableReader<SecurityGroup>;
  readonly instances: TableReader<Instance>;
  readonly networkInterfaces: TableReader<NetworkInterface>;
}

/** One call while it runs. */
export interface CallContext {
  readonly world: World;
  readonly view: View;
  readonly params: ParamNode;
  readonly region: string;
  readonly nowMs: number;
  /** When things made by this call become visible. */
  readonly visibleAtMs: number;
  /**
   * Every mutating action calls this between its checks and its first change.
   * @throws Ec2Error DryRunOperation when the call is a dry run (EC2 API reference, CreateNetworkInterface, DryRun)
   */
  confirm(): void;
  /** Notes an id for the audit log. */
  touch(id: string): void;
}

/** One EC2 action. */
export interface ActionDefinition {
  readonly name: string;
  /** Top-level parameters that have an effect here. Others are refused, see {@link ActionDefinition.ignored}. */
  readonly params: readonly string[];
  /** Top-level parameters EC2 knows that make no difference here. */
  readonly ignored?: readonly string[];
  readonly run: (context: CallContext) => XmlObject;
}

/** The dry-run gate of a call. */
export function createConfirm(params: ParamNode): () => void {
  return () => {
    if (flag(params, 'DryRun') === true) {
      throw new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
    }
  };
}

function visible<T extends Entity>(reader: TableReader<T>, nowMs: number): TableReader<T> {
  const isVisible = (entity: T): boolean => entity.visibleAtMs <= nowMs;
  return {
    get: (id) => {
      const entity = reader.get(id);
      return entity !== undefined && isVisible(entity) ? entity : undefined;
    },
    all: () => reader.all().filter(isVisible),
    withKey: (key) => reader.withKey(key).filter(isVisible),
  };
}

/** What a call sees now, or saw `lagMs` ago. */
export function createView(world: World, lagMs: number): View {
  const nowMs = world.clock.nowMs();
  const at = <T extends Entity>(
    table: { asOf(atMs: number): TableReader<T> } & TableReader<T>,
  ): TableReader<T> => visible(lagMs > 0 ? table.asOf(nowMs - lagMs) : table, nowMs);
  return {
    vpcs: at(world.vpcs),
    subnets: at(world.subnets),
    securityGroups: at(world.securityGroups),
    instances: at(world.instances),
    networkInterfaces: at(world.networkInterfaces),
  };
}

/** One thing by id. @throws Ec2Error Malformed or NotFound of its kind */
export function required<T extends Entity>(reader: TableReader<T>, kind: ResourceKind, id: string): T {
  const entity = reader.get(wellFormedId(kind, id));
  if (entity === undefined) throw notFoundError(kind, [id]);
  return entity;
}

/** Several things by id, in the order asked. @throws Ec2Error Malformed or NotFound naming all that are missing */
export function requiredAll<T extends Entity>(
  reader: TableReader<T>,
  kind: ResourceKind,
  ids: readonly string[],
): readonly T[] {
  for (const id of ids) wellFormedId(kind, id);
  const missing = ids.filter((id) => reader.get(id) === undefined);
  if (missing.length > 0) throw notFoundError(kind, missing);
  return [...new Set(ids)].map((id) => required(reader, kind, id));
}

/** An interface and its attachment by attachment id. @throws Ec2Error Malformed or NotFound */
export function requiredAttachment(
  view: View,
  attachmentId: string,
): { readonly networkInterface: NetworkInterface; readonly attachment: Attachment } {
  wellFormedId('attachment', attachmentId);
  const [networkInterface] = view.networkInterfaces.withKey(`attachment.attachment-id=${attachmentId}`);
  const attachment = networkInterface?.attachment;
  if (networkInterface === undefined || attachment === undefined) {
    throw notFoundError('attachment', [attachmentId]);
  }
  return { networkInterface, attachment };
}
