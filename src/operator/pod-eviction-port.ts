/** What became of a wish to evict a pod. */
export type EvictionAnswer =
  | { readonly kind: 'evicted' }
  /** A PodDisruptionBudget does not allow it now; `message` is the API server's. */
  | { readonly kind: 'held'; readonly message: string }
  /** No pod of that uid is there. */
  | { readonly kind: 'gone' };

/** The Eviction API. Methods throw errors with a `kind`. */
export interface PodEvictions {
  evict(
    pod: { readonly namespace: string; readonly name: string; readonly uid: string },
    signal: AbortSignal,
  ): Promise<EvictionAnswer>;
}
