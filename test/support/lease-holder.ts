import { kubectl } from './component-cluster.ts';

/** Who holds a Lease of namespace default; empty when nobody does. */
export function leaseHolder(name: string): Promise<string> {
  return kubectl(['get', 'lease', name, '-n', 'default', '-o', 'jsonpath={.spec.holderIdentity}']);
}
