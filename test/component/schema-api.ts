import { inject } from 'vitest';
import { kubeconfigCredentials } from '../../src/adapters/kubernetes/kubeconfig-credentials.ts';
import { isApiError } from '../../src/adapters/kubernetes/api-error.ts';
import { type ApiTransport, createApiTransport } from '../../src/adapters/kubernetes/api-transport.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import type { Logger } from '../../src/runtime/logger.ts';
import { seededRandom } from '../../src/runtime/random.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** A transport to the shared control plane as administrator; close it when done. */
export function connectToControlPlane(): ApiTransport {
  return createApiTransport({
    credentials: kubeconfigCredentials({ path: inject('kubeconfig'), clock: systemClock, logger: silent }),
    clock: systemClock,
    random: seededRandom(1),
    userAgent: 'multi-eni-operator/component-test',
    queriesPerSecond: 1_000,
    burst: 1_000,
  });
}

/** What the API server says to a write: nothing when it accepts it, else one line per cause as kubectl shows it. */
export async function refusals(write: Promise<unknown>): Promise<readonly string[]> {
  try {
    await write;
    return [];
  } catch (error) {
    if (!isApiError(error, 'rejected') || error.causes.length === 0) throw error;
    return error.causes.map(({ field, message }) => `${field ?? ''}: ${message ?? ''}`);
  }
}

/** Where NodeENIs are served. */
export const nodeENIs = '/apis/networking.k8s.aws/v1alpha1/nodeenis';

/** Any valid subnet. */
export const subnet = 'subnet-0123456789abcdef0';

/** The smallest valid NodeENI spec. */
export const valid: Readonly<Record<string, unknown>> = {
  nodeSelector: { role: 'edge' },
  subnetID: subnet,
  securityGroupIDs: ['sg-0123456789abcdef0'],
};

/** The smallest valid spec without some of its fields. */
export function without(...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(valid).filter(([name]) => !names.includes(name)));
}

/** A list of `count` entries. */
export function many(count: number, entry: (index: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => entry(index));
}

/** A map of `count` pairs. */
export function manyPairs(count: number): Record<string, string> {
  return Object.fromEntries(many(count, (index) => `key-${index}`).map((key) => [key, 'value']));
}

/** A NodeENI as it is sent, whatever its spec. */
export function nodeENI(name: string, spec: unknown, metadata: object = {}): Record<string, unknown> {
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name, ...metadata },
    spec,
  };
}

/** What the API server says to a new NodeENI; nothing is stored. */
export function dryRunCreate(transport: ApiTransport, spec: unknown, name = 'a'): Promise<readonly string[]> {
  const query = { dryRun: 'All', fieldValidation: 'Strict' };
  return refusals(transport.request({ method: 'POST', path: nodeENIs, query, body: nodeENI(name, spec) }));
}
