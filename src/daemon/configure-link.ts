import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { type LinkPlan, planLink } from '../domain/host/link-plan.ts';
import { applySteps } from './apply-steps.ts';
import type { LinkDeps, LinkSubject, Tended } from './link-deps.ts';
import { isClaimed, report } from './report.ts';

/** A link that came with the attachment may show up a moment after EC2 says that it is attached. */
const APPEARS_WITHIN_MS = 10_000;

/** How long EC2 has said that the ENI is attached; undefined while it does not. */
function attachedForMs({ status }: NodeENIAttachment, nowMs: number): number | undefined {
  const attached = (status.conditions ?? []).find(({ type }) => type === 'Attached');
  return attached?.status === 'True' ? nowMs - Date.parse(attached.lastTransitionTime) : undefined;
}

/** A link that is not there is news only once it should be. */
async function tellAbsence(
  subject: LinkSubject,
  plan: LinkPlan,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<Tended> {
  const { attachment } = subject;
  const { recheckAfterMs } = plan;
  const again = recheckAfterMs === undefined ? {} : { recheckAfterMs };
  const forMs = attachedForMs(attachment, deps.clock.now());
  if (!isClaimed(attachment)) {
    if (forMs === undefined) return { attachment, isChanged: false, ...again };
    const leftMs = APPEARS_WITHIN_MS - forMs;
    if (leftMs > 0) return { attachment, isChanged: false, recheckAfterMs: recheckAfterMs ?? leftMs };
  }
  return { attachment: await report(subject, plan, deps, signal), isChanged: false, ...again };
}

/** Claims the link before anything is done to it: from then on the operator waits for its release. */
function claim(
  subject: LinkSubject,
  plan: LinkPlan,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<NodeENIAttachment> {
  if (isClaimed(subject.attachment)) return Promise.resolve(subject.attachment);
  const hindrance = { reason: 'Configuring', message: 'the daemon has found the link' } as const;
  const { link } = plan;
  return report(subject, { hindrance, ...(link === undefined ? {} : { link }) }, deps, signal);
}

/** Brings the link of one attachment to what is wanted of it, as far as one round gets. */
export async function configureLink(
  subject: LinkSubject,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<Tended> {
  const { wish, view } = subject;
  const record = deps.records.ofMac(wish.macAddress);
  const plan = planLink({
    wish,
    ...view,
    rules: deps.rules,
    bootId: deps.bootId,
    ...(record === undefined ? {} : { record }),
  });
  if (wish.host.managedBy === 'OS' && plan.record === undefined && record !== undefined) {
    await deps.records.drop(record);
  }
  if (plan.hindrance?.reason === 'LinkNotFound') return tellAbsence(subject, plan, deps, signal);
  if (plan.record !== undefined) {
    const claimed = await claim(subject, plan, deps, signal);
    await deps.records.keep(plan.record);
    const result = await applySteps(plan.steps, deps, signal);
    if (result.isChanged && result.hindrance === undefined) return { attachment: claimed, isChanged: true };
    return {
      attachment: await report({ attachment: claimed, wish }, { ...plan, ...result }, deps, signal),
      isChanged: false,
    };
  }
  return { attachment: await report(subject, plan, deps, signal), isChanged: false };
}
