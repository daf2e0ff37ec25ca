import { describe, expect, it } from 'vitest';
import { createPodReader } from './pod-reader.ts';

interface PodSketch {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: string;
}

function unused(): never {
  throw new Error('not asked here');
}

/** Names of the pods that are taken for daemons, of those that the API server lists. */
async function daemonsAmong(sketches: readonly PodSketch[]): Promise<readonly string[]> {
  const items = sketches.map(({ name, labels = {}, owner }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'eni-controller-system',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels,
      ...(owner === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: owner, uid: 'u' }] }),
    },
  }));
  const pods = { get: unused, patch: unused, list: async () => ({ items, resourceVersion: '1' }) };
  const reader = createPodReader({ pods }, { request: unused, watch: unused, close: unused });
  const found = await reader.list('node-1', new AbortController().signal);
  return found.filter(({ isDaemon }) => isDaemon).map(({ name }) => name);
}

describe('the pods of the daemon', () => {
  it('are known by the DaemonSet, and by the labels of the manifests where a kustomization renamed it', async () => {
    const ours = { 'app.kubernetes.io/name': 'multi-eni-operator', 'app.kubernetes.io/component': 'daemon' };
    const found = await daemonsAmong([
      { name: 'eni-manager-1', labels: ours, owner: 'eni-manager' },
      { name: 'site-a-eni-manager-1', labels: ours, owner: 'site-a-eni-manager' },
      { name: 'by-owner', owner: 'eni-manager' },
      { name: 'by-name', labels: { 'app.kubernetes.io/name': 'eni-manager' } },
      { name: 'webhook', labels: { ...ours, 'app.kubernetes.io/component': 'webhook' } },
      { name: 'other', labels: { 'app.kubernetes.io/component': 'daemon' }, owner: 'other' },
    ]);
    expect(found).toEqual(['eni-manager-1', 'site-a-eni-manager-1', 'by-owner', 'by-name']);
  });
});
