import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { originOf } from '../../domain/takeover.ts';
import type { AttachmentControllerDeps } from './deps.ts';
import { type Ec2Step, isDriftStep } from './execute.ts';
import { newsOfDrift } from './execute-drift.ts';
import { tell } from './report.ts';

const ORIGINS = { reference: 'aws-multi-eni-controller', 'launch-template': 'the launch template' } as const;

function adoptionMessage(
  { eni }: Extract<Ec2Step, { kind: 'adopt' }>,
  { spec }: NodeENIAttachment,
  { cluster }: AttachmentControllerDeps,
): string {
  const origin = originOf(eni, cluster)?.kind ?? 'reference';
  const index = eni.attachment?.deviceIndex;
  return `${eni.eniId} of ${ORIGINS[origin]}, attached to ${spec.nodeName} at device index ${index}, was taken over`;
}

/** Tells people of a step that was carried out, where it is news. */
export function tellStep(step: Ec2Step, attachment: NodeENIAttachment, deps: AttachmentControllerDeps): void {
  if (isDriftStep(step)) {
    const news = newsOfDrift(step);
    if (news !== undefined) tell(attachment, 'ENIUpdated', news, deps);
    return;
  }
  switch (step.kind) {
    case 'adopt':
      tell(attachment, 'ENIAdopted', adoptionMessage(step, attachment, deps), deps);
      return;
    case 'delete':
      tell(attachment, 'ENIDeleted', `${step.eniId} was deleted`, deps);
      return;
    case 'detach': {
      const how = step.force === true ? ' by force' : '';
      const { nodeName } = attachment.spec;
      tell(attachment, 'ENIDetached', `${step.eniId} is being detached${how} from ${nodeName}`, deps);
      return;
    }
    case 'create':
    case 'attach':
  }
}
