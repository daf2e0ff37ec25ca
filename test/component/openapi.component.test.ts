import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCustomResource } from '../../hack/gen/custom-resource.ts';
import {
  schemaName,
  synthesizeOpenapi,
  type KubernetesFacts,
  type OpenapiDocument,
} from '../../hack/gen/openapi-document.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { kubectl } from '../support/component-cluster.ts';

const root = join(import.meta.dirname, '..', '..');
const resources = ['nodeeni', 'nodeeniattachment'].map((name) =>
  readCustomResource(readFileSync(join(root, 'api', 'v1alpha1', `${name}.crd.yaml`), 'utf8')),
);
const facts: KubernetesFacts = JSON.parse(
  readFileSync(join(root, 'hack', 'gen', 'kubernetes-openapi.json'), 'utf8'),
);
const synthesized = synthesizeOpenapi(resources, facts);

/** A kind of another vendor in the same group, as Amazon's network policy controller has one. */
const neighbour = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'policyendpoints.networking.k8s.aws' },
  spec: {
    group: 'networking.k8s.aws',
    scope: 'Namespaced',
    names: { kind: 'PolicyEndpoint', listKind: 'PolicyEndpointList', plural: 'policyendpoints' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } },
      },
    ],
  },
};

async function fetchPublished(path: string): Promise<OpenapiDocument> {
  return JSON.parse(await kubectl(['get', '--raw', `/openapi/v3/${path}`]));
}

function isComplete({ components }: OpenapiDocument): boolean {
  return ['NodeENI', 'NodeENIAttachment', 'PolicyEndpoint'].every(
    (kind) => `aws.k8s.networking.v1alpha1.${kind}` in components.schemas,
  );
}

let published: OpenapiDocument;
beforeAll(async () => {
  await kubectl(['apply', '-f', '-'], JSON.stringify(neighbour));
  published = await waitUntil(
    async () => {
      const document = await fetchPublished('apis/networking.k8s.aws/v1alpha1');
      return isComplete(document) ? document : undefined;
    },
    { what: 'published OpenAPI of the group', deadlineMs: 60_000 },
  );
});
afterAll(() => kubectl(['delete', 'crd', neighbour.metadata.name, '--ignore-not-found']));

describe('the OpenAPI document that types are generated from', () => {
  it.each(Object.keys(synthesized.paths))('serves %s as the API server does', (path) => {
    expect(synthesized.paths[path]).toEqual(published.paths[path]);
  });

  it.each(Object.keys(synthesized.components.schemas))('describes %s as the API server does', (name) => {
    expect(synthesized.components.schemas[name]).toEqual(published.components.schemas[name]);
  });

  it('misses no path of ours', () => {
    const ours = Object.keys(published.paths).filter((path) => !path.includes('policyendpoints'));
    expect(Object.keys(synthesized.paths).sort()).toEqual(ours.sort());
  });

  it('has a schema for each of our kinds and its list', () => {
    const names = resources.flatMap((resource) => [
      schemaName(resource, resource.kind),
      schemaName(resource, resource.listKind),
    ]);
    expect(Object.keys(synthesized.components.schemas)).toEqual(expect.arrayContaining(names));
  });
});

describe('the core kinds', () => {
  it.each(Object.keys(facts.core.paths))('are served at %s as the committed facts say', async (path) => {
    const document = path.startsWith('/api/v1/') ? 'api/v1' : 'apis/coordination.k8s.io/v1';
    expect((await fetchPublished(document)).paths[path]).toMatchObject(facts.core.paths[path] ?? {});
  });
});
