import { type ActionDefinition, type CallContext, required } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import type { NetworkInterface } from '../model.ts';
import { flag, requiredText, text, texts } from '../params.ts';
import { notFoundError, wellFormedId } from '../resource-id.ts';
import { groupsForInterface } from './security-group-actions.ts';

type Change = (context: CallContext, item: NetworkInterface) => NetworkInterface;

function changeAttachment({ params }: CallContext, item: NetworkInterface): NetworkInterface {
  const node = params.children.get('Attachment');
  if (node === undefined) return item;
  const attachmentId = wellFormedId('attachment', requiredText(node, 'AttachmentId'));
  if (item.attachment?.id !== attachmentId) throw notFoundError('attachment', [attachmentId]);
  const deleteOnTermination = flag(node, 'DeleteOnTermination');
  if (deleteOnTermination === undefined) {
    throw new Ec2Error(
      'MissingParameter',
      'The request must contain the parameter Attachment.DeleteOnTermination',
    );
  }
  return { ...item, attachment: { ...item.attachment, deleteOnTermination } };
}

function changeSourceDestCheck({ params }: CallContext, item: NetworkInterface): NetworkInterface {
  const node = params.children.get('SourceDestCheck');
  const value = node === undefined ? undefined : flag(node, 'Value');
  if (value === undefined) {
    throw new Ec2Error('MissingParameter', 'The request must contain the parameter SourceDestCheck.Value');
  }
  return { ...item, sourceDestCheck: value };
}

// API reference, ModifyNetworkInterfaceAttribute: "You can specify only one attribute at a time."
const CHANGES: Readonly<Record<string, Change>> = {
  Attachment: changeAttachment,
  Description: ({ params }, item) => {
    const node = params.children.get('Description');
    return { ...item, description: (node === undefined ? undefined : text(node, 'Value')) ?? '' };
  },
  SecurityGroupId: (context, item) => ({
    ...item,
    groupIds: groupsForInterface(context, item.vpcId, texts(context.params, 'SecurityGroupId')),
  }),
  SourceDestCheck: changeSourceDestCheck,
};

/** ModifyNetworkInterfaceAttribute: exactly one attribute per call. */
export const modifyNetworkInterfaceAttribute: ActionDefinition = {
  name: 'ModifyNetworkInterfaceAttribute',
  params: ['NetworkInterfaceId', ...Object.keys(CHANGES)],
  run: (context) => {
    const { world, view, params } = context;
    const item = required(
      view.networkInterfaces,
      'network-interface',
      requiredText(params, 'NetworkInterfaceId'),
    );
    const given = Object.keys(CHANGES).filter((name) => params.children.has(name));
    const [name, second] = given;
    if (name === undefined) throw new Ec2Error('MissingParameter', 'No attributes specified.');
    if (second !== undefined) {
      throw new Ec2Error('InvalidParameterCombination', 'Fields for multiple attribute types specified');
    }
    const changed = CHANGES[name]?.(context, item) ?? item;
    context.confirm();
    world.networkInterfaces.put(changed);
    return { return: true };
  },
};
