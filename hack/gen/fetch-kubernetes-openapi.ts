/**
 * Refreshes hack/gen/kubernetes-openapi.json from a running API server (`npm run control-plane`):
 *
 *     KUBECONFIG=… node hack/gen/fetch-kubernetes-openapi.ts [path of kubectl]
 *
 * The file holds facts that Kubernetes publishes: the schemas and paths of the core kinds that the
 * operator uses, and the paths that an API server adds for any cluster-scoped CRD (read from a probe CRD
 * that is installed for the moment).
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { format } from 'prettier';
import { keepOperations, pruneToReachable } from './openapi-pruning.ts';
import type { OpenapiDocument } from './openapi-document.ts';

const kubectl = process.argv[2] ?? 'kubectl';
const probe = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'probes.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { kind: 'Probe', listKind: 'ProbeList', plural: 'probes', singular: 'probe' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              apiVersion: { type: 'string' },
              kind: { type: 'string' },
              metadata: { type: 'object' },
            },
          },
        },
      },
    ],
  },
};

const probePath = 'apis/example.com/v1';

const corePaths = {
  'api/v1': {
    '/api/v1/nodes': ['get'],
    '/api/v1/nodes/{name}': ['get', 'patch'],
    '/api/v1/namespaces/{name}': ['get'],
    '/api/v1/pods': ['get'],
    '/api/v1/namespaces/{namespace}/events': ['post'],
    '/api/v1/namespaces/{namespace}/events/{name}': ['get', 'patch'],
  },
  'apis/coordination.k8s.io/v1': {
    '/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases': ['get', 'post'],
    '/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}': ['get', 'put', 'patch', 'delete'],
  },
} as const;

// Pods are only read, to find what uses an interface; their full schema would pull in every volume kind.
const keptProperties = {
  'io.k8s.api.core.v1.PodSpec': ['nodeName', 'hostNetwork', 'serviceAccountName', 'terminationGracePeriodSeconds'],
  'io.k8s.api.core.v1.PodStatus': ['phase', 'reason', 'message', 'conditions', 'hostIP', 'podIP', 'podIPs', 'startTime'],
};

function getRaw(path: string): string {
  return execFileSync(kubectl, ['get', '--raw', path], { maxBuffer: 64 * 1024 * 1024 }).toString();
}

function fetchDocument(path: string): OpenapiDocument {
  return JSON.parse(getRaw(`/openapi/v3/${path}`));
}

async function fetchProbe(): Promise<OpenapiDocument> {
  const input = JSON.stringify(probe);
  execFileSync(kubectl, ['apply', '-f', '-'], { input });
  try {
    for (let attempt = 0; attempt < 60; attempt++) {
      const { paths } = JSON.parse(getRaw('/openapi/v3'));
      if (probePath in paths) return fetchDocument(probePath);
      await delay(500);
    }
    throw new Error(`the API server published no OpenAPI of ${probe.metadata.name} within 30 s`);
  } finally {
    execFileSync(kubectl, ['delete', '-f', '-'], { input });
  }
}

const customResource = await fetchProbe();
const core = Object.entries(corePaths).map(([document, paths]) =>
  pruneToReachable(keepOperations(fetchDocument(document), paths), keptProperties),
);
const isOfProbe = (name: string): boolean => name.startsWith('com.example.v1.');
const schemas = Object.entries(customResource.components.schemas);
const facts = {
  source: '/openapi/v3 of kube-apiserver; refreshed by hack/gen/fetch-kubernetes-openapi.ts',
  customResource: {
    paths: customResource.paths,
    schemas: Object.fromEntries(schemas.filter(([name]) => isOfProbe(name))),
  },
  meta: Object.fromEntries(schemas.filter(([name]) => !isOfProbe(name))),
  core: {
    paths: Object.assign({}, ...core.map((document) => document.paths)),
    schemas: Object.assign({}, ...core.map((document) => document.components.schemas)),
  },
};
writeFileSync(
  new URL('kubernetes-openapi.json', import.meta.url),
  await format(JSON.stringify(facts), { parser: 'json', printWidth: 110 }),
);
