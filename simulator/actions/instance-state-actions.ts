import { type ActionDefinition, type CallContext, requiredAll } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { type StateChange, startInstance, stopInstance, terminateInstance } from '../instance-lifecycle.ts';
import type { Instance, InstanceState } from '../model.ts';
import { texts } from '../params.ts';
import { stateView } from '../views/instance-view.ts';
import type { World } from '../world.ts';
import type { XmlObject } from '../xml.ts';

interface StateAction {
  readonly verb: string;
  readonly from: readonly InstanceState[];
  readonly change: (world: World, instance: Instance) => StateChange;
}

function run(context: CallContext, action: StateAction): XmlObject {
  const { world, view, params } = context;
  const ids = texts(params, 'InstanceId');
  if (ids.length === 0)
    throw new Ec2Error('MissingParameter', 'The request must contain the parameter InstanceId');
  const instances = requiredAll(view.instances, 'instance', ids);
  const wrong = instances.find((item) => !action.from.includes(item.state));
  if (wrong !== undefined) {
    // API reference, "Error codes": IncorrectInstanceState.
    throw new Ec2Error(
      'IncorrectInstanceState',
      `The instance '${wrong.id}' is not in a state from which it can be ${action.verb}.`,
    );
  }
  context.confirm();
  return {
    instancesSet: instances.map((item) => {
      const change = action.change(world, item);
      return {
        instanceId: item.id,
        currentState: stateView(change.instance.state),
        previousState: stateView(change.previous),
      };
    }),
  };
}

/** StartInstances: from stopped; running is left alone. */
export const startInstances: ActionDefinition = {
  name: 'StartInstances',
  params: ['InstanceId'],
  ignored: ['AdditionalInfo'],
  run: (context) =>
    run(context, { verb: 'started', from: ['stopped', 'running', 'pending'], change: startInstance }),
};

/** StopInstances: from running; stopped is left alone. */
export const stopInstances: ActionDefinition = {
  name: 'StopInstances',
  params: ['InstanceId'],
  ignored: ['Force', 'Hibernate', 'SkipOsShutdown'],
  run: (context) =>
    run(context, { verb: 'stopped', from: ['running', 'stopping', 'stopped'], change: stopInstance }),
};

/** TerminateInstances: from any state. */
export const terminateInstances: ActionDefinition = {
  name: 'TerminateInstances',
  params: ['InstanceId'],
  ignored: ['Force', 'SkipOsShutdown'],
  run: (context) =>
    run(context, {
      verb: 'terminated',
      from: ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'],
      // API reference, StateReason.
      change: (world, instance) => terminateInstance(world, instance, 'Client.UserInitiatedShutdown'),
    }),
};
