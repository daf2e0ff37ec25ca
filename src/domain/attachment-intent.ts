import type { StalledReason, WaitingReason } from '../../api/v1alpha1/conditions.ts';
import { isTerminating, type Instance, type SecurityGroup, type Subnet } from './ec2-resources.ts';
import { type ClusterNode, matchesSelector } from './node-selection.ts';
import { chooseSecurityGroups } from './security-group-choice.ts';
import { chooseSubnets, type SlotChoice, type SubnetChoice } from './subnet-choice.ts';
import type { EffectiveSpec } from './effective-spec.ts';
import { unwantedVerdict } from './unwanted-attachment.ts';

/** An existing NodeENIAttachment of the NodeENI, as far as intent is concerned. */
export interface ExistingAttachment {
  readonly name: string;
  readonly uid: string;
  readonly nodeName: string;
  readonly instanceId: string;
  readonly slotKey: string;
  readonly subnetId: string;
  readonly deviceIndex: number;
  /** It has a deletionTimestamp: it runs to its end and is never taken back. */
  readonly isReleasing: boolean;
  /** When its node stopped wanting it, epoch milliseconds. */
  readonly unwantedSinceMs?: number;
}

/** What the operator wants of one attachment; everything in its spec but the attempt. */
export interface AttachmentWish {
  readonly node: { readonly name: string; readonly instanceId: string };
  readonly zone: string;
  readonly vpcId: string;
  readonly choice: SlotChoice;
  /** Empty while the groups cannot be resolved. */
  readonly securityGroupIds: readonly string[];
}

/** Why something that the NodeENI asks for does not exist on a node. */
export interface IntentProblem {
  readonly nodeName: string;
  readonly reason: StalledReason | WaitingReason;
  readonly message: string;
}

/** An attachment whose entry means another subnet now. */
interface MovedName {
  readonly nodeName: string;
  readonly message: string;
}

/** What has to happen to the attachments of one NodeENI. Empty lists are the steady state. */
export interface IntentPlan {
  readonly creates: readonly AttachmentWish[];
  /** Existing attachments that stay, with what they should say. */
  readonly keeps: readonly { readonly attachment: ExistingAttachment; readonly wish: AttachmentWish }[];
  readonly marksUnwanted: readonly ExistingAttachment[];
  readonly unmarks: readonly ExistingAttachment[];
  readonly releases: readonly { readonly attachment: ExistingAttachment; readonly cause: string }[];
  readonly problems: readonly IntentProblem[];
  /** Attachments that stay in a subnet which their entry no longer means. */
  readonly movedNames: readonly MovedName[];
  readonly matchingNodes: number;
  readonly desiredAttachments: number;
  /** When a grace ends that nothing else would wake us for, milliseconds from now. */
  readonly recheckAfterMs?: number;
}

/** Everything that the plan depends on, read beforehand. */
export interface IntentInput {
  readonly isDeleting: boolean;
  readonly spec: EffectiveSpec;
  readonly nodes: readonly ClusterNode[];
  readonly attachments: readonly ExistingAttachment[];
  /** Instances by id; an id that is missing does not exist in EC2. */
  readonly instances: ReadonlyMap<string, Instance>;
  readonly subnets: readonly Subnet[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly nowMs: number;
  readonly detachGraceMs: number;
  readonly nodeGoneGraceMs: number;
}

interface NodePlan {
  readonly wishes: readonly AttachmentWish[];
  readonly problems: readonly IntentProblem[];
  readonly movedNames: readonly MovedName[];
}

const NOTHING: NodePlan = { wishes: [], problems: [], movedNames: [] };

/** Nodes that the NodeENI selects. */
export function selectedNodes(spec: EffectiveSpec, nodes: readonly ClusterNode[]): ClusterNode[] {
  return nodes.filter((node) => matchesSelector(spec.nodeSelector, node.labels));
}

/**
 * Decides which attachments the NodeENI needs, keeps and gives up. Graces: none when the NodeENI is deleted or
 * an entry left its subnet list; `detachGraceMs` when a node stopped matching; `nodeGoneGraceMs` when the Node
 * object is gone while its instance still runs.
 */
export function planAttachments(input: IntentInput): IntentPlan {
  const nodes = selectedNodes(input.spec, input.nodes);
  const nodesByInstance = Map.groupBy(input.nodes, (node) => node.instanceId);
  const verdicts = input.attachments
    .filter((attachment) => !attachment.isReleasing)
    .map((attachment) => ({
      attachment,
      verdict: unwantedVerdict(attachment, input, nodesByInstance.get(attachment.instanceId) ?? []),
    }));
  const releases = verdicts.flatMap(({ attachment, verdict }) =>
    verdict.kind === 'release' ? [{ attachment, cause: verdict.cause }] : [],
  );
  const released = new Set(releases.map(({ attachment }) => attachment.uid));
  const staying = input.attachments.filter(
    (attachment) => !attachment.isReleasing && !released.has(attachment.uid),
  );
  const stayingByInstance = Map.groupBy(staying, (attachment) => attachment.instanceId);
  const plans = input.isDeleting
    ? []
    : onePerInstance(nodes).map((node) =>
        planNode(node, input, stayingByInstance.get(node.instanceId ?? '') ?? []),
      );
  const wishes = plans.flatMap((plan) => plan.wishes);
  const problems = plans.flatMap((plan) => plan.problems);
  const recheckAfterMs = verdicts
    .map(({ verdict }) => verdict.recheckAfterMs)
    .filter((ms) => ms !== undefined)
    .toSorted((a, b) => a - b)[0];
  return {
    ...matchWishes(wishes, staying, input.attachments),
    marksUnwanted: verdicts.flatMap(({ attachment, verdict }) =>
      verdict.kind === 'mark' ? [attachment] : [],
    ),
    unmarks: verdicts.flatMap(({ attachment, verdict }) => (verdict.kind === 'unmark' ? [attachment] : [])),
    releases,
    problems,
    movedNames: plans.flatMap((plan) => plan.movedNames),
    matchingNodes: nodes.length,
    desiredAttachments: wishes.length + problems.length,
    ...(recheckAfterMs === undefined ? {} : { recheckAfterMs }),
  };
}

/**
 * Two Node objects of one instance (it registered anew under another name, the old object stayed) want one set of
 * interfaces. A Node that stays goes first, then the name decides, so that the two never take turns.
 */
function onePerInstance(nodes: readonly ClusterNode[]): ClusterNode[] {
  const seen = new Set<string>();
  return nodes
    .toSorted((a, b) => Number(a.isGoing) - Number(b.isGoing) || (a.name < b.name ? -1 : 1))
    .filter(({ instanceId }) => {
      if (instanceId === undefined) return true;
      const isFirst = !seen.has(instanceId);
      seen.add(instanceId);
      return isFirst;
    });
}

function keyOf(instanceId: string, slotKey: string): string {
  return `${instanceId} ${slotKey}`;
}

function keyOfAttachment(attachment: ExistingAttachment): string {
  return keyOf(attachment.instanceId, attachment.slotKey);
}

function keyOfWish(wish: AttachmentWish): string {
  return keyOf(wish.node.instanceId, wish.choice.slot.key);
}

function matchWishes(
  wishes: readonly AttachmentWish[],
  staying: readonly ExistingAttachment[],
  all: readonly ExistingAttachment[],
): Pick<IntentPlan, 'creates' | 'keeps'> {
  const stayingByKey = new Map(staying.map((attachment) => [keyOfAttachment(attachment), attachment]));
  const keys = new Set(all.map(keyOfAttachment));
  const keeps = wishes.flatMap((wish) => {
    const attachment = stayingByKey.get(keyOfWish(wish));
    return attachment === undefined ? [] : [{ attachment, wish }];
  });
  return { keeps, creates: wishes.filter((wish) => !keys.has(keyOfWish(wish))) };
}

function planNode(node: ClusterNode, input: IntentInput, frozen: readonly ExistingAttachment[]): NodePlan {
  if (node.isGoing && frozen.length === 0) return NOTHING;
  if (node.instanceId === undefined) {
    return problem(node, 'NodeNotIdentified', 'the Node has no spec.providerID of an EC2 instance yet');
  }
  const instance = input.instances.get(node.instanceId);
  if (instance === undefined) {
    return problem(node, 'InstanceNotRunning', `EC2 does not know instance ${node.instanceId}`);
  }
  if (isTerminating(instance)) return NOTHING;
  const choice = chooseSubnets({
    slots: input.spec.slots,
    baseDeviceIndex: input.spec.deviceIndex,
    place: instance,
    subnets: input.subnets,
    frozen,
  });
  return {
    wishes: wishesOf({ node, instanceId: node.instanceId, instance, choice, frozen }, input),
    problems: node.isGoing ? [] : subnetProblems(node, instance, choice),
    movedNames: choice.movedNames.map((message) => ({ nodeName: node.name, message })),
  };
}

function wishesOf(
  at: {
    readonly node: ClusterNode;
    readonly instanceId: string;
    readonly instance: Instance;
    readonly choice: SubnetChoice;
    readonly frozen: readonly ExistingAttachment[];
  },
  input: IntentInput,
): AttachmentWish[] {
  const groups = chooseSecurityGroups(input.spec, at.instance.vpcId, input.securityGroups);
  return at.choice.choices
    .filter(
      (choice) => !at.node.isGoing || at.frozen.some((attachment) => attachment.slotKey === choice.slot.key),
    )
    .map((choice) => ({
      node: { name: at.node.name, instanceId: at.instanceId },
      zone: at.instance.zone,
      vpcId: at.instance.vpcId,
      choice,
      securityGroupIds: groups.kind === 'chosen' ? groups.groupIds : [],
    }));
}

function subnetProblems(node: ClusterNode, instance: Instance, choice: SubnetChoice): IntentProblem[] {
  if (choice.choices.length === 0 && choice.problems.length === 0) {
    const message = `no listed subnet is in ${instance.zone} and ${instance.vpcId}: add a subnet of that zone, or narrow nodeSelector`;
    return [{ nodeName: node.name, reason: 'NoSubnetInZone', message }];
  }
  return choice.problems.map(({ reason, message }) => ({ nodeName: node.name, reason, message }));
}

function problem(node: ClusterNode, reason: IntentProblem['reason'], message: string): NodePlan {
  return { ...NOTHING, problems: [{ nodeName: node.name, reason, message }] };
}
