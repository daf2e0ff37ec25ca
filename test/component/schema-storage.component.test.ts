import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { NodeENIManifest } from '../../gen/v1alpha1/nodeeni-manifest.ts';
import type { NodeENI } from '../../gen/v1alpha1/stored.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { nodeENI, valid } from './schema-api.ts';

const root = join(import.meta.dirname, '..', '..');
const samples = join(root, 'test', 'fixtures', 'reference');
const bases = join(root, 'config', 'crd', 'bases');

afterEach(wipeCluster);

async function stored(name: string): Promise<NodeENI> {
  return JSON.parse(await kubectl(['get', 'nodeeni', name, '-o', 'json']));
}

async function apply(manifest: object): Promise<void> {
  await kubectl(['apply', '-f', '-'], JSON.stringify(manifest));
}

function attachment(name: string, nodeName: string): object {
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENIAttachment',
    metadata: { name },
    spec: {
      nodeENI: { name: 'a', uid: '4f3b1b0e-0000-4000-8000-000000000000' },
      nodeName,
      instanceID: 'i-0123456789abcdef0',
      zone: 'us-east-1a',
      slot: 'id/subnet-a',
      subnetID: 'subnet-a',
      securityGroupIDs: ['sg-a'],
      networkCardIndex: 0,
      deviceIndex: 2,
      deleteOnTermination: true,
      sourceDestCheck: true,
    },
  };
}

describe('manifests written for the reference controller', () => {
  it.each(readdirSync(samples))('apply unchanged, group %s', async (file) => {
    const path = join(samples, file);
    const manifests: NodeENIManifest[] = parseAllDocuments(readFileSync(path, 'utf8')).map((document) =>
      document.toJS(),
    );

    await kubectl(['apply', '-f', path]);

    expect(manifests.length).toBeGreaterThan(0);
    for (const { metadata, spec } of manifests) {
      expect((await stored(metadata.name ?? '')).spec).toMatchObject(spec);
    }
  });

  it('apply server-side as well, as Flux and Argo CD do', async () => {
    await kubectl(['apply', '--server-side', '-f', join(samples, 'dpdk-driver.yaml')]);

    expect((await stored('dpdk-eni')).spec.dpdkEnabled).toBe(true);
  });

  it('keep dpdkEnabled and do not gain enableDPDK', async () => {
    await kubectl(['apply', '-f', join(samples, 'dpdk-alias.yaml')]);

    const { spec } = await stored('dpdk-enabled-eni');
    expect(spec.dpdkEnabled).toBe(true);
    expect(spec).not.toHaveProperty('enableDPDK');
  });
});

describe('a stored NodeENI', () => {
  it('has its defaults', async () => {
    await apply(nodeENI('a', valid));

    expect((await stored('a')).spec).toEqual({
      ...valid,
      deviceIndex: 2,
      networkCardIndex: 0,
      deleteOnTermination: true,
      sourceDestCheck: true,
      deletionPolicy: 'Delete',
    });
  });

  it('keeps an explicit false through apply and get', async () => {
    await apply(nodeENI('a', { ...valid, deleteOnTermination: false, sourceDestCheck: false }));

    expect((await stored('a')).spec).toMatchObject({ deleteOnTermination: false, sourceDestCheck: false });
  });

  it('says that no controller has seen it yet', async () => {
    await apply(nodeENI('a', valid));

    expect((await stored('a')).status).toEqual({ observedGeneration: -1 });
  });

  it('is found by its device index', async () => {
    await apply(nodeENI('second', { ...valid, deviceIndex: 2 }));
    await apply(nodeENI('third', { ...valid, deviceIndex: 3 }));

    expect(await kubectl(['get', 'neni', '--field-selector=spec.deviceIndex=3', '-o', 'name'])).toBe(
      'nodeeni.networking.k8s.aws/third\n',
    );
  });

  it('loses an unknown field that kubectl was told not to mind', async () => {
    const body = JSON.stringify(nodeENI('a', { ...valid, unheardOf: 1 }));
    await kubectl(['create', '--validate=false', '-f', '-'], body);

    expect((await stored('a')).spec).not.toHaveProperty('unheardOf');
  });

  it('explains its fields to kubectl explain', async () => {
    const explained = await kubectl(['explain', 'nodeeni.spec.deviceIndex']);

    expect(explained.replaceAll(/\s+/g, ' ')).toContain(
      'The index is a promise: a taken index is reported, never moved.',
    );
  });
});

describe('a stored NodeENIAttachment', () => {
  it('is found by its node and says that no controller has seen it yet', async () => {
    await apply(attachment('one', 'node-1'));
    await apply(attachment('two', 'node-2'));

    const found = await kubectl(['get', 'nea', '--field-selector=spec.nodeName=node-2', '-o', 'json']);
    expect(JSON.parse(found).items).toMatchObject([
      { metadata: { name: 'two' }, status: { observedGeneration: -1 } },
    ]);
  });
});

describe('the CRDs', () => {
  it.each(readdirSync(bases))('%s fits the annotation of a client-side apply', async (file) => {
    const path = join(bases, file);
    const asJson = await kubectl(['create', '--dry-run=client', '-o', 'json', '-f', path]);
    expect(asJson.length).toBeLessThan(262_144);

    await expect(kubectl(['apply', '-f', path])).resolves.toContain('customresourcedefinition');
  });
});
