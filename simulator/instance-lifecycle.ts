import { deleteInterface, finishDetach, interfacesOf } from './interface-lifecycle.ts';
import type { Instance, InstanceState } from './model.ts';
import type { World } from './world.ts';

/** A change of state as StartInstances and its like report it. */
export interface StateChange {
  readonly instance: Instance;
  readonly previous: InstanceState;
}

interface Transition {
  readonly via: InstanceState;
  readonly to: InstanceState;
  readonly latencyMs: number;
  readonly onArrival?: (instance: Instance) => void;
}

function transition(world: World, instance: Instance, plan: Transition): StateChange {
  const moving: Instance = { ...instance, state: plan.via };
  world.instances.put(moving);
  world.timeline.schedule(world.clock.nowMs() + plan.latencyMs, () => {
    const current = world.instances.get(instance.id);
    if (current?.state !== plan.via) return;
    world.instances.put({ ...current, state: plan.to });
    plan.onArrival?.(current);
  });
  return { instance: moving, previous: instance.state };
}

/** pending → running; also what a new instance does. */
export function startInstance(world: World, instance: Instance): StateChange {
  if (
    instance.state === 'running' ||
    (instance.state === 'pending' && world.instances.get(instance.id) !== undefined)
  ) {
    return { instance, previous: instance.state };
  }
  return transition(world, instance, {
    via: 'pending',
    to: 'running',
    latencyMs: world.draw(world.knobs().instanceStartLatency),
  });
}

/** stopping → stopped; attachments stay (EC2 user guide, "Stop and start instances"). */
export function stopInstance(world: World, instance: Instance): StateChange {
  if (instance.state === 'stopped' || instance.state === 'stopping')
    return { instance, previous: instance.state };
  return transition(world, instance, {
    via: 'stopping',
    to: 'stopped',
    latencyMs: world.draw(world.knobs().instanceStopLatency),
  });
}

// API reference, NetworkInterfaceAttachment.DeleteOnTermination: true deletes the interface with the instance, else it becomes available.
function releaseInterfaces(world: World, instance: Instance): void {
  for (const item of interfacesOf(world, instance.id)) {
    if (item.attachment === undefined) continue;
    const isDeleted = item.attachment.deleteOnTermination;
    finishDetach(world, item.id, item.attachment.id);
    const detached = world.networkInterfaces.get(item.id);
    if (isDeleted && detached !== undefined) deleteInterface(world, detached);
  }
}

/** shutting-down → terminated → gone after a while (EC2 user guide, "Terminate instances"). */
export function terminateInstance(world: World, instance: Instance, reason: string): StateChange {
  if (instance.state === 'terminated' || instance.state === 'shutting-down') {
    return { instance, previous: instance.state };
  }
  const knobs = world.knobs();
  return transition(
    world,
    { ...instance, stateReason: reason },
    {
      via: 'shutting-down',
      to: 'terminated',
      latencyMs: world.draw(knobs.instanceTerminateLatency),
      onArrival: (terminated) => {
        releaseInterfaces(world, terminated);
        world.timeline.schedule(world.clock.nowMs() + knobs.terminatedVisibleMs, () =>
          world.instances.remove(terminated.id),
        );
      },
    },
  );
}
