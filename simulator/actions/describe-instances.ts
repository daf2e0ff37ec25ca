import { type ActionDefinition, type CallContext, type View, requiredAll } from '../call-context.ts';
import { type FilterFields, TAG_FIELDS, parseFilters, passes, select } from '../filters.ts';
import { interfacesOf } from '../interface-lifecycle.ts';
import type { Instance } from '../model.ts';
import { type Page, paginate } from '../pagination.ts';
import { flag, texts } from '../params.ts';
import { reservationViews, stateView } from '../views/instance-view.ts';

// API reference, DescribeInstances, Filters.
function fieldsOf(view: View): FilterFields<Instance> {
  return {
    ...TAG_FIELDS,
    'availability-zone': (item) => [item.availabilityZone],
    'client-token': (item) => [item.clientToken],
    'image-id': (item) => [item.imageId],
    'instance-id': (item) => [item.id],
    'instance-state-name': (item) => [item.state],
    'instance-type': (item) => [item.instanceType],
    'network-interface.network-interface-id': (item) => interfacesOf(view, item.id).map((eni) => eni.id),
    'private-ip-address': (item) => [item.privateIpAddress],
    'reservation-id': (item) => [item.reservationId],
    'subnet-id': (item) => [item.subnetId],
    'vpc-id': (item) => [item.vpcId],
  };
}

const INDEXED = ['instance-id', 'subnet-id', 'vpc-id'];

function selectInstances({ view, params }: CallContext): readonly Instance[] {
  const fields = fieldsOf(view);
  const ids = texts(params, 'InstanceId');
  const filters = parseFilters(params, Object.keys(fields));
  return ids.length === 0
    ? select(view.instances, filters, { fields, indexed: INDEXED })
    : requiredAll(view.instances, 'instance', ids).filter((item) => passes(item, filters, fields));
}

function pageOf(context: CallContext, items: readonly Instance[]): Page<Instance> {
  return paginate(items, context.params, { min: 5, max: 1000, idParam: 'InstanceId' });
}

/** DescribeInstances: pages of 5 to 1000 instances. */
export const describeInstances: ActionDefinition = {
  name: 'DescribeInstances',
  params: ['Filter', 'InstanceId', 'MaxResults', 'NextToken'],
  ignored: ['IncludeManagedResources'],
  run: (context) => {
    const page = pageOf(context, selectInstances(context));
    return { reservationSet: reservationViews(context, page.items), nextToken: page.nextToken };
  },
};

function summary(item: Instance): string {
  return item.state === 'running' ? 'ok' : 'not-applicable';
}

/** DescribeInstanceStatus: only running instances unless all are asked for (API reference). */
export const describeInstanceStatus: ActionDefinition = {
  name: 'DescribeInstanceStatus',
  params: ['Filter', 'InstanceId', 'IncludeAllInstances', 'MaxResults', 'NextToken'],
  ignored: ['IncludeManagedResources'],
  run: (context) => {
    const isAll = flag(context.params, 'IncludeAllInstances') === true;
    const items = selectInstances(context).filter((item) => isAll || item.state === 'running');
    const page = pageOf(context, items);
    return {
      instanceStatusSet: page.items.map((item) => ({
        instanceId: item.id,
        availabilityZone: item.availabilityZone,
        instanceState: stateView(item.state),
        instanceStatus: { status: summary(item) },
        systemStatus: { status: summary(item) },
      })),
      nextToken: page.nextToken,
    };
  },
};
