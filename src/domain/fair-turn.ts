/** Whose turn it is: among groups the one served longest ago, among its keys the lowest order. */
export interface Turn {
  /** Groups take turns, for example instances. */
  readonly group: string;
  /** Rank within the group, for example the device index; lower ones come first. */
  readonly order: number;
}

/** Who was served, as numbers that grow with every turn; who is absent was never served. */
export interface Served {
  readonly groups: ReadonlyMap<string, number>;
  readonly keys: ReadonlyMap<string, number>;
}

/** Groups that were never served come before all others, in the order they came. */
function groupInTurn(waiting: ReadonlyMap<string, Turn>, { groups }: Served): string | undefined {
  let best: string | undefined;
  let bestServed = Number.POSITIVE_INFINITY;
  for (const { group } of waiting.values()) {
    const served = groups.get(group) ?? 0;
    if (served >= bestServed) continue;
    [best, bestServed] = [group, served];
    if (served === 0) break;
  }
  return best;
}

/**
 * Groups of those who wait, the next one first, each once.
 * @param waiting keys in the order they came
 */
export function groupsInTurn(waiting: ReadonlyMap<string, Turn>, { groups }: Served): string[] {
  const distinct = new Set(Array.from(waiting.values(), ({ group }) => group));
  return [...distinct].toSorted((a, b) => (groups.get(a) ?? 0) - (groups.get(b) ?? 0));
}

/**
 * The key to serve next, or undefined when none waits. Round robin over groups; in a group, keys that were never served
 * come by their order, then those that were, the one served longest ago first: a key that comes back again and again
 * holds nobody up.
 * @param waiting keys in the order they came
 */
export function keyInTurn(waiting: ReadonlyMap<string, Turn>, served: Served): string | undefined {
  const group = groupInTurn(waiting, served);
  let best: { readonly key: string; readonly servedAt: number; readonly order: number } | undefined;
  for (const [key, turn] of waiting) {
    if (turn.group !== group) continue;
    const candidate = { key, servedAt: served.keys.get(key) ?? 0, order: turn.order };
    const isEarlier =
      best === undefined ||
      candidate.servedAt < best.servedAt ||
      (candidate.servedAt === best.servedAt && candidate.order < best.order);
    if (isEarlier) best = candidate;
  }
  return best?.key;
}
