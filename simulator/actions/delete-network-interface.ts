import { type ActionDefinition, required } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { deleteInterface } from '../interface-lifecycle.ts';
import { requiredText } from '../params.ts';

/** DeleteNetworkInterface: refused while attached, also while attaching or detaching. */
export const deleteNetworkInterface: ActionDefinition = {
  name: 'DeleteNetworkInterface',
  params: ['NetworkInterfaceId'],
  run: (context) => {
    const { world, view, params } = context;
    const item = required(
      view.networkInterfaces,
      'network-interface',
      requiredText(params, 'NetworkInterfaceId'),
    );
    if (item.attachment !== undefined) {
      // aws/amazon-vpc-cni-k8s#1399 quotes this code and message.
      throw new Ec2Error('InvalidParameterValue', `Network interface '${item.id}' is currently in use.`);
    }
    context.confirm();
    deleteInterface(world, item);
    return { return: true };
  },
};
