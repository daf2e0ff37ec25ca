import { type IntentInput, selectedNodes } from '../../domain/attachment-intent.ts';
import type { InstanceTypeLimits } from '../../domain/ec2-resources.ts';
import type { Clock } from '../../runtime/clock.ts';
import { asEc2Failure } from '../engine/as-ec2-failure.ts';
import type { Ec2Directories } from '../engine/ec2-directories.ts';

/** Names of the instance types of the nodes that the NodeENI selects. */
export function typesOfMatchingNodes({
  spec,
  nodes,
  instances,
}: Pick<IntentInput, 'spec' | 'nodes' | 'instances'>): string[] {
  const types = selectedNodes(spec, nodes)
    .map(({ instanceId }) => instances.get(instanceId ?? '')?.instanceType)
    .filter((type) => type !== undefined);
  return [...new Set(types)];
}

/** EC2 was asked in vain; who needs the limits for an interface asks, and tells, by itself. */
const AFTER_FAILURE_MS = 600_000;

/**
 * What EC2 tells of instance types, from the memory that the pre-flight uses, too. It informs people: a failure keeps nobody from
 * anything, is asked again no sooner than in ten minutes, and leaves out what is not known.
 */
export function createTypeLimits({
  directories,
  clock,
}: {
  readonly directories: Pick<Ec2Directories, 'limits'>;
  readonly clock: Clock;
}): (types: readonly string[], signal: AbortSignal) => Promise<InstanceTypeLimits[]> {
  let askAgainAtMs = Number.NEGATIVE_INFINITY;
  return async (types, signal) => {
    if (clock.monotonicMs() < askAgainAtMs) return [];
    try {
      const found = await Promise.all(types.map((type) => directories.limits(type, signal)));
      return found.filter((limits) => limits !== undefined);
    } catch (error) {
      if (asEc2Failure(error) === undefined) throw error;
      askAgainAtMs = clock.monotonicMs() + AFTER_FAILURE_MS;
      return [];
    }
  };
}
