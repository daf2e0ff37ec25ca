import type { Lease } from '../../../gen/v1alpha1/stored.ts';
import type { LeaseRecord, LeaseStore, StoredLease } from '../../runtime/lease.ts';
import type { ApiTransport } from './api-transport.ts';
import { createTypedClient } from './typed-client.ts';

/** Which Lease. */
export interface LeaseStoreOptions {
  /** Best one of its own, so that no burst of other calls delays a renewal. */
  readonly transport: ApiTransport;
  readonly namespace: string;
  readonly name: string;
}

function toStoredLease({ metadata, spec = {} }: Lease): StoredLease {
  return {
    resourceVersion: metadata.resourceVersion,
    record: {
      holderIdentity: spec.holderIdentity ?? '',
      leaseDurationSeconds: spec.leaseDurationSeconds ?? 0,
      acquireTime: spec.acquireTime ?? '',
      renewTime: spec.renewTime ?? '',
      leaseTransitions: spec.leaseTransitions ?? 0,
    },
  };
}

/** Times that a foreign holder left out stay out: an empty text is no MicroTime. */
function toSpec({ acquireTime, renewTime, ...rest }: LeaseRecord): NonNullable<Lease['spec']> {
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
  const leases = createTypedClient(transport).leases(namespace);
  return {
    async get(signal) {
      const lease = await leases.get(name, { signal });
      return lease && toStoredLease(lease);
    },
    async create(record, signal) {
      return toStoredLease(await leases.create({ metadata: { name }, spec: toSpec(record) }, { signal }));
    },
    async update(resourceVersion, record, signal) {
      const body = { metadata: { resourceVersion }, spec: toSpec(record) };
      return toStoredLease(await leases.patch(name, { type: 'merge', body }, { signal }));
    },
  };
}
