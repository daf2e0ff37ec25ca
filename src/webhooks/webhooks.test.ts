import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { anAdmissionRequest } from '../../test/builders/admission-request.ts';
import { aView } from '../../test/builders/judged-node-eni.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import type { AdmissionRequest } from '../../gen/admission/admission-review.ts';
import { createWebhooks } from './webhooks.ts';

interface Entry {
  readonly name: string;
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly clientConfig: { readonly service: { readonly path: string } };
  readonly rules: readonly { readonly operations: readonly AdmissionRequest['operation'][] }[];
}

const config = join(import.meta.dirname, '..', '..', 'config');
const webhooks = createWebhooks({ view: () => aView() });

/** One pair of entry and operation a row. */
const rows = [
  'webhook/validating-webhooks.yaml',
  'webhook/mutating-webhooks.yaml',
  'components/node-label-warnings/validating-webhooks.yaml',
].flatMap((path) =>
  parseAllDocuments(readFileSync(join(config, path), 'utf8')).flatMap((document) => {
    const configuration: { readonly webhooks: readonly Entry[] } = document.toJS();
    return configuration.webhooks.flatMap((entry) =>
      entry.rules.flatMap(({ operations }) =>
        operations.map((operation) => ({ ...entry, operation, path: entry.clientConfig.service.path })),
      ),
    );
  }),
);

describe('the manifests', () => {
  it.each(rows)('agree with the program on $name, $operation', ({ path, operation, failurePolicy }) => {
    const webhook = webhooks.find((candidate) => candidate.path === path);

    expect(webhook?.failsOpen(anAdmissionRequest({ operation }))).toBe(failurePolicy === 'Ignore');
  });
});

describe('a review that is not about a NodeENI', () => {
  it.each([
    [{ resource: { group: 'networking.k8s.aws', version: 'v1alpha1', resource: 'policyendpoints' } }],
    [{ resource: { group: '', version: 'v1', resource: 'pods' } }],
    [{ subResource: 'status' }],
  ])('passes: %j', (overrides) => {
    for (const { review } of webhooks) {
      expect(review(anAdmissionRequest(overrides)).response.allowed).toBe(true);
    }
  });

  it('of a version that is not known is a bad request', () => {
    const resource = { group: 'networking.k8s.aws', version: 'v1beta1', resource: 'nodeenis' };
    const request = anAdmissionRequest({ resource, object: { ...aNodeEni() } });

    expect(webhooks[0]?.review(request)).toMatchObject({
      verdict: 'invalid',
      response: { status: { message: 'resource.version is "v1beta1": use v1alpha1' } },
    });
  });
});
