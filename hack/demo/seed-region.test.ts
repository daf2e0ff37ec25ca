import { describe, expect, it } from 'vitest';
import { nodesOf } from './seed-region.ts';

function instances(zone: string, count: number): Parameters<typeof nodesOf>[0] {
  return Array.from({ length: count }, (_, index) => ({
    instanceId: `i-${zone}${index}`,
    availabilityZone: zone,
    subnetId: `subnet-${zone}`,
    privateIpAddress: '10.0.0.4',
  }));
}

describe('nodesOf', () => {
  it('takes the zones in turn and makes no more nodes than asked for', () => {
    const nodes = nodesOf([...instances('a', 2), ...instances('b', 2), ...instances('c', 2)], 4);
    expect(nodes).toEqual([
      { name: 'node-1', zone: 'a', instanceId: 'i-a0' },
      { name: 'node-2', zone: 'b', instanceId: 'i-b0' },
      { name: 'node-3', zone: 'c', instanceId: 'i-c0' },
      { name: 'node-4', zone: 'a', instanceId: 'i-a1' },
    ]);
  });
});
