import { type ActionDefinition, requiredAttachment } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { detachInterface } from '../interface-lifecycle.ts';
import { flag, requiredText } from '../params.ts';

/** DetachNetworkInterface. */
export const detachNetworkInterface: ActionDefinition = {
  name: 'DetachNetworkInterface',
  params: ['AttachmentId', 'Force'],
  run: (context) => {
    const { world, view, params } = context;
    const { networkInterface, attachment } = requiredAttachment(view, requiredText(params, 'AttachmentId'));
    const force = flag(params, 'Force') === true;
    if (attachment.deviceIndex === 0 && attachment.networkCardIndex === 0) {
      // redhat-performance/cloud-governance#952 quotes this message.
      throw new Ec2Error(
        'OperationNotPermitted',
        'The network interface at device index 0 and networkCard index 0 cannot be detached.',
      );
    }
    if (attachment.status === 'detaching' && !force) {
      // Assumed: a second plain detach is refused, a forced one ends the first.
      throw new Ec2Error('IncorrectState', `The attachment '${attachment.id}' is currently detaching.`);
    }
    context.confirm();
    context.touch(networkInterface.id);
    detachInterface(world, networkInterface, force);
    return { return: true };
  },
};
