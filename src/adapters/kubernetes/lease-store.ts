import type { LeaseRecord, LeaseStore, StoredLease } from '../../runtime/lease.ts';
import { isApiError } from './api-error.ts';
import type { ApiTransport } from './api-transport.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** Which Lease. */
export interface LeaseStoreOptions {
  /** Best one of its own, so that no burst of other calls delays a renewal. */
  readonly transport: ApiTransport;
  readonly namespace: string;
  readonly name: string;
}

const apiVersion = 'coordination.k8s.io/v1';

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function toStoredLease(reply: unknown): StoredLease {
  const lease: JsonObject = isJsonObject(reply) ? reply : {};
  const metadata: JsonObject = isJsonObject(lease['metadata']) ? lease['metadata'] : {};
  const spec: JsonObject = isJsonObject(lease['spec']) ? lease['spec'] : {};
  const resourceVersion = textOf(metadata['resourceVersion']);
  if (resourceVersion === '') throw new Error('lease without metadata.resourceVersion');
  return {
    resourceVersion,
    record: {
      holderIdentity: textOf(spec['holderIdentity']),
      leaseDurationSeconds: numberOf(spec['leaseDurationSeconds']),
      acquireTime: textOf(spec['acquireTime']),
      renewTime: textOf(spec['renewTime']),
      leaseTransitions: numberOf(spec['leaseTransitions']),
    },
  };
}

/** Times that a foreign holder left out stay out: an empty text is no MicroTime. */
function toSpec({ acquireTime, renewTime, ...rest }: LeaseRecord): JsonObject {
  return {
    ...rest,
    ...(acquireTime === '' ? {} : { acquireTime }),
    ...(renewTime === '' ? {} : { renewTime }),
  };
}

/**
 * The Lease `namespace/name`. Updates are merge patches that carry the resourceVersion, so labels and fields of others
 * survive and a stale one is refused. Needs the verbs get, create and patch.
 */
export function createLeaseStore({ transport, namespace, name }: LeaseStoreOptions): LeaseStore {
  const collection = `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/leases`;
  const path = `${collection}/${encodeURIComponent(name)}`;
  return {
    async get(signal) {
      try {
        return toStoredLease(await transport.request({ method: 'GET', path, signal }));
      } catch (error) {
        if (isApiError(error, 'absent')) return undefined;
        throw error;
      }
    },
    async create(record, signal) {
      const body = { apiVersion, kind: 'Lease', metadata: { namespace, name }, spec: toSpec(record) };
      return toStoredLease(await transport.request({ method: 'POST', path: collection, body, signal }));
    },
    async update(resourceVersion, record, signal) {
      const body = { metadata: { resourceVersion }, spec: toSpec(record) };
      const contentType = 'application/merge-patch+json';
      return toStoredLease(await transport.request({ method: 'PATCH', path, body, contentType, signal }));
    },
  };
}
