import type { ApiObject } from './list-watch.ts';

/** The object without metadata.managedFields, which are as big as all the rest and of no use to a reader. */
export function withoutManagedFields<T extends ApiObject>(object: T): T {
  const { managedFields: _, ...metadata } = { managedFields: undefined, ...object.metadata };
  return { ...object, metadata };
}
