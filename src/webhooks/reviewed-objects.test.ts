import { describe, expect, it } from 'vitest';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { readNode, readNodeEni } from './reviewed-objects.ts';

describe('a NodeENI of a review', () => {
  it('is read with its own annotations and its resolved subnets', () => {
    const nodeEni = aNodeEni(
      {},
      {
        annotations: {
          'networking.k8s.aws/replaces': 'old',
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
        },
      },
      {
        observedGeneration: 1,
        subnets: [{ slot: 'id/subnet-a', subnetID: 'subnet-a', zone: 'us-east-1a', vpcID: 'vpc-1' }],
      },
    );

    expect(readNodeEni(nodeEni)).toEqual({
      kind: 'object',
      object: {
        name: 'tenant-a',
        createdAtMs: Date.parse('2026-01-01T00:00:00Z'),
        isDeleting: false,
        annotations: { 'networking.k8s.aws/replaces': 'old' },
        spec: nodeEni.spec,
        subnets: [{ slot: 'id/subnet-a', subnetID: 'subnet-a', zone: 'us-east-1a' }],
      },
    });
  });

  it('has the prefix for a name while the API server has not made one', () => {
    const result = readNodeEni({
      metadata: { generateName: 'tenant-', creationTimestamp: null },
      spec: { nodeSelector: { a: 'b' } },
    });

    expect(result).toMatchObject({ kind: 'object', object: { name: 'tenant-' } });
    expect(result).not.toHaveProperty('object.createdAtMs');
  });

  it('is read with the limits of instance types that its status tells', () => {
    const networkCards = [{ index: 0, maximumInterfaces: 3 }];
    const status = { observedGeneration: 1, instanceTypes: [{ type: 'm5.large', networkCards }] };

    expect(readNodeEni(aNodeEni({}, {}, status))).toMatchObject({
      object: { instanceTypes: [{ type: 'm5.large', networkCards }] },
    });
  });

  it('may break a bound that it was stored without', () => {
    expect(readNodeEni(aNodeEni({ deviceIndex: 99 }))).toMatchObject({ kind: 'object' });
  });

  it.each([
    [null, 'the object must be object'],
    [{ metadata: {} }, "the object must have required property 'spec'"],
    [{ metadata: {}, spec: {} }, "spec must have required property 'nodeSelector'"],
    [{ ...aNodeEni(), spec: { ...aNodeEni().spec, deviceIndex: '2' } }, 'spec.deviceIndex must be integer'],
    [{ ...aNodeEni(), spec: { ...aNodeEni().spec, subnetIDs: [1] } }, 'spec.subnetIDs.0 must be string'],
  ])('is not guessed at where a type is wrong: %j', (object, problem) => {
    expect(readNodeEni(object)).toEqual({ kind: 'unreadable', problem });
  });
});

describe('a node of a review', () => {
  it('is its name and labels', () => {
    const node = { metadata: { name: 'node-1', labels: { pool: 'a' } }, status: { images: [] } };

    expect(readNode(node)).toEqual({ kind: 'object', object: { name: 'node-1', labels: { pool: 'a' } } });
  });

  it('may have no label', () => {
    expect(readNode({ metadata: { name: 'node-1' } })).toMatchObject({ object: { labels: {} } });
  });

  it('is not guessed at', () => {
    expect(readNode({ metadata: { labels: { pool: 1 } } })).toEqual({
      kind: 'unreadable',
      problem: 'metadata.labels.pool must be string',
    });
  });
});
