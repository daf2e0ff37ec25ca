import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NodeENIStatus } from '../../../gen/v1alpha1/stored.ts';
import { aNewNodeENI } from '../../../test/builders/new-node-eni.ts';
import { openComponentTransport } from '../../../test/support/component-transport.ts';
import { wipeCluster } from '../../../test/support/component-cluster.ts';
import { failureOf } from '../../../test/support/failure-of.ts';
import type { ApiTransport } from './api-transport.ts';
import { createTypedClient, type TypedClient } from './typed-client.ts';

const fieldManager = 'test';
let transport: ApiTransport;
let client: TypedClient;
beforeAll(() => {
  transport = openComponentTransport();
  client = createTypedClient(transport);
});
afterAll(() => transport.close());
afterEach(wipeCluster);

function trueCondition(type: string): NonNullable<NodeENIStatus['conditions']>[number] {
  return {
    type,
    status: 'True',
    reason: 'Tested',
    message: '',
    observedGeneration: 1,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
}

describe('custom resources', () => {
  it('come back with their defaults when created', async () => {
    const created = await client.nodeENIs.create(aNewNodeENI('a'));

    expect(created).toMatchObject({
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'NodeENI',
      metadata: { name: 'a', generation: 1 },
      spec: { deviceIndex: 2, deleteOnTermination: true },
      status: { observedGeneration: -1 },
    });
    expect(await client.nodeENIs.get('a')).toEqual(created);
  });

  it('are undefined when absent', async () => {
    expect(await client.nodeENIs.get('absent')).toBeUndefined();
  });

  it('are not stored by a dry run', async () => {
    const checked = await client.nodeENIs.create(aNewNodeENI('a'), { dryRun: true });
    await client.nodeENIs.apply(aNewNodeENI('a'), { fieldManager, dryRun: true });

    expect(checked).toMatchObject({ metadata: { resourceVersion: '' }, spec: { deviceIndex: 2 } });

    expect(await client.nodeENIs.get('a')).toBeUndefined();
  });

  it('cannot be created twice', async () => {
    await client.nodeENIs.create(aNewNodeENI('a'));

    expect(await failureOf(client.nodeENIs.create(aNewNodeENI('a')))).toEqual({
      kind: 'conflict',
      reason: 'AlreadyExists',
    });
  });

  it('say which field is wrong', async () => {
    await expect(client.nodeENIs.create(aNewNodeENI('a', { mtu: 1 }))).rejects.toMatchObject({
      kind: 'rejected',
      status: 422,
      causes: [{ field: 'spec.mtu' }],
    });
  });

  it('come in pages', async () => {
    for (const name of ['a', 'b', 'c']) await client.nodeENIs.create(aNewNodeENI(name));

    const first = await client.nodeENIs.list({ limit: 2 });
    const second = await client.nodeENIs.list({ limit: 2, continueToken: first.continueToken ?? '' });

    expect(first.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['c']);
    expect(second).not.toHaveProperty('continueToken');
    expect(second.resourceVersion).toBe(first.resourceVersion);
  });

  it('are selected by field and by label', async () => {
    await client.nodeENIs.create(aNewNodeENI('a', { deviceIndex: 3 }));
    await client.nodeENIs.create({ ...aNewNodeENI('b'), metadata: { name: 'b', labels: { team: 'core' } } });

    const byField = await client.nodeENIs.list({ fieldSelector: 'spec.deviceIndex=3' });
    const byLabel = await client.nodeENIs.list({ labelSelector: 'team=core' });

    expect(byField.items.map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(byLabel.items.map(({ metadata }) => metadata.name)).toEqual(['b']);
  });

  it('are created and changed by server-side apply', async () => {
    await client.nodeENIs.apply(aNewNodeENI('a', { mtu: 1500 }), { fieldManager });
    const applied = await client.nodeENIs.apply(aNewNodeENI('a'), { fieldManager });

    expect(applied.metadata.generation).toBe(2);
    expect(applied.spec).not.toHaveProperty('mtu');
  });

  it('keep their spec when only metadata is applied', async () => {
    const created = await client.nodeENIs.create(aNewNodeENI('a'));
    const finalizers = ['nodeeni.networking.k8s.aws/finalizer'];
    const applied = await client.nodeENIs.apply({ metadata: { name: 'a', finalizers } }, { fieldManager });

    expect(applied.metadata.finalizers).toEqual(finalizers);
    expect(applied.spec).toEqual(created.spec);
  });

  it('refuse the field of another manager until it is taken over', async () => {
    await client.nodeENIs.apply(aNewNodeENI('a', { mtu: 1500 }), { fieldManager: 'git' });
    const other = aNewNodeENI('a', { mtu: 9001 });

    expect(await failureOf(client.nodeENIs.apply(other, { fieldManager }))).toEqual({
      kind: 'conflict',
      reason: 'Conflict',
    });
    const taken = await client.nodeENIs.apply(other, { fieldManager, force: true });
    expect(taken.spec.mtu).toBe(9001);
  });

  it('have their status applied apart from their spec', async () => {
    await client.nodeENIs.create(aNewNodeENI('a'));

    const applied = await client.nodeENIs.applyStatus(
      { metadata: { name: 'a' }, status: { observedGeneration: 1, matchingNodes: 3 } },
      { fieldManager },
    );

    expect(applied.status).toEqual({ observedGeneration: 1, matchingNodes: 3 });
    expect(applied.metadata.generation).toBe(1);
  });

  it('merge the conditions that two managers apply', async () => {
    await client.nodeENIs.create(aNewNodeENI('a'));
    for (const type of ['Ready', 'Released']) {
      const status = { conditions: [trueCondition(type)] };
      await client.nodeENIs.applyStatus({ metadata: { name: 'a' }, status }, { fieldManager: type });
    }

    const read = await client.nodeENIs.get('a');
    expect(read?.status.conditions?.map(({ type }) => type)).toEqual(['Ready', 'Released']);
  });

  it('get no status when they are absent or were made anew since they were read', async () => {
    const status = { observedGeneration: 1 };
    expect(
      await failureOf(client.nodeENIs.applyStatus({ metadata: { name: 'a' }, status }, { fieldManager })),
    ).toMatchObject({ kind: 'absent' });

    const { metadata } = await client.nodeENIs.create(aNewNodeENI('a'));
    await client.nodeENIs.delete('a');
    await client.nodeENIs.create(aNewNodeENI('a'));
    const { name, resourceVersion } = metadata;

    expect(
      await failureOf(
        client.nodeENIs.applyStatus({ metadata: { name, resourceVersion }, status }, { fieldManager }),
      ),
    ).toMatchObject({ kind: 'conflict' });
    expect((await client.nodeENIs.get('a'))?.status).toEqual({ observedGeneration: -1 });
  });

  it('are neither made anew nor changed by an apply that means another uid', async () => {
    const uid = '4f3b1b0e-0000-4000-8000-000000000000';
    const meant = { ...aNewNodeENI('a'), metadata: { name: 'a', uid } };

    expect(await failureOf(client.nodeENIs.apply(meant, { fieldManager }))).toMatchObject({
      kind: 'conflict',
    });
    await client.nodeENIs.create(aNewNodeENI('a'));
    expect(await failureOf(client.nodeENIs.apply(meant, { fieldManager, force: true }))).toMatchObject({
      kind: 'rejected',
    });
  });

  it('are not replaced by a stale copy', async () => {
    const created = await client.nodeENIs.create(aNewNodeENI('a'));
    const spec = { ...created.spec, mtu: 1500 };
    await client.nodeENIs.update({ ...created, spec });

    expect(await failureOf(client.nodeENIs.update({ ...created, spec: { ...spec, mtu: 9001 } }))).toEqual({
      kind: 'conflict',
      reason: 'Conflict',
    });
    expect((await client.nodeENIs.get('a'))?.spec.mtu).toBe(1500);
  });

  it('lose a finalizer by merge patch, unless they changed since', async () => {
    const finalizers = ['nodeeni.networking.k8s.aws/finalizer', 'example.com/other'];
    const created = await client.nodeENIs.create({
      ...aNewNodeENI('a'),
      metadata: { name: 'a', finalizers },
    });
    const { resourceVersion } = created.metadata;
    const body = { metadata: { resourceVersion, finalizers: ['example.com/other'] } };
    const patch = { type: 'merge', body } as const;

    const patched = await client.nodeENIs.patch('a', patch, { fieldManager });

    expect(patched.metadata.finalizers).toEqual(['example.com/other']);
    expect(await failureOf(client.nodeENIs.patch('a', patch))).toMatchObject({
      kind: 'conflict',
    });
  });

  it('are changed by JSON Patch', async () => {
    await client.nodeENIs.create(aNewNodeENI('a'));

    const patched = await client.nodeENIs.patch('a', {
      type: 'json',
      body: [
        { op: 'test', path: '/metadata/name', value: 'a' },
        { op: 'add', path: '/spec/mtu', value: 9001 },
        { op: 'remove', path: '/spec/subnetID' },
        { op: 'add', path: '/spec/subnetIDs', value: ['subnet-a'] },
      ],
    });

    expect(patched.spec).toMatchObject({ mtu: 9001, subnetIDs: ['subnet-a'] });
  });

  it('are not changed by a JSON Patch that carries a stale version: a conflict, not a refusal', async () => {
    const { metadata } = await client.nodeENIs.create(aNewNodeENI('a'));
    const patch = (mtu: number): ReturnType<typeof client.nodeENIs.patch> =>
      client.nodeENIs.patch('a', {
        type: 'json',
        body: [
          { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
          { op: 'add', path: '/spec/mtu', value: mtu },
        ],
      });

    expect((await patch(9001)).spec.mtu).toBe(9001);
    expect(await failureOf(patch(1500))).toMatchObject({ kind: 'conflict' });
    expect((await client.nodeENIs.get('a'))?.spec.mtu).toBe(9001);
  });

  it('are deleted once, and only if they are the ones meant', async () => {
    const { metadata } = await client.nodeENIs.create(aNewNodeENI('a'));
    const other = '4f3b1b0e-0000-4000-8000-000000000000';

    expect(await failureOf(client.nodeENIs.delete('a', { preconditions: { uid: other } }))).toEqual({
      kind: 'conflict',
      reason: 'Conflict',
    });
    expect(await client.nodeENIs.delete('a', { dryRun: true })).toBe(true);
    expect(await client.nodeENIs.delete('a', { preconditions: { uid: metadata.uid } })).toBe(true);
    expect(await client.nodeENIs.delete('a')).toBe(false);
  });

  it('stay while a finalizer holds them', async () => {
    await client.nodeENIs.create({
      ...aNewNodeENI('a'),
      metadata: { name: 'a', finalizers: ['example.com/held'] },
    });

    expect(await client.nodeENIs.delete('a', { propagationPolicy: 'Background' })).toBe(true);

    expect((await client.nodeENIs.get('a'))?.metadata.deletionTimestamp).toBeDefined();
  });
});
