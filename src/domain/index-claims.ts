/** Where an interface is to be: a device index of a card, and perhaps a PCI address. */
export interface ClaimedPlace {
  readonly networkCardIndex: number;
  readonly deviceIndex: number;
  readonly pciAddress?: string;
}

/** A NodeENI's place in the line; lists of steps are compared step by step, a shorter one that agrees goes first. */
export type Rank = readonly { readonly createdAtMs: number; readonly name: string }[];

/** A NodeENI as far as its rank goes. */
export interface Ranked {
  readonly name: string;
  readonly createdAtMs: number;
  /** Name of the NodeENI in whose place it comes. */
  readonly replaces?: string;
}

/** One interface that a NodeENI wants on an instance. */
export interface Claim {
  readonly nodeEniName: string;
  readonly rank: Rank;
  readonly keys: readonly string[];
}

/** Why a claim is not granted. */
export interface Loss {
  readonly key: string;
  /** NodeENI that has the key, or goes first. */
  readonly winner: string;
}

/** Places as text, on any instance: how NodeENIs that may want one place find each other. */
export function placeKeys({ networkCardIndex, deviceIndex, pciAddress }: ClaimedPlace): string[] {
  return [
    `card ${networkCardIndex} index ${deviceIndex}`,
    ...(pciAddress === undefined ? [] : [`pci ${pciAddress}`]),
  ];
}

/** What only one interface of an instance can have. */
export function claimKeys(instanceId: string, place: ClaimedPlace): string[] {
  return placeKeys(place).map((key) => `${instanceId} ${key}`);
}

/**
 * The line of NodeENIs that nothing else decides between: the older creationTimestamp, else the name. A NodeENI that
 * replaces another stands right behind it, however old either is. It depends on nothing but the NodeENIs named, so everybody
 * agrees on it.
 */
export function rankOf(nodeEni: Ranked, find: (name: string) => Ranked | undefined): Rank {
  const line = [nodeEni];
  for (let ahead = aheadOf(nodeEni, find); ahead !== undefined; ahead = aheadOf(ahead, find)) {
    const { name } = ahead;
    if (line.some((known) => known.name === name)) break;
    line.unshift(ahead);
  }
  return line.map(({ name, createdAtMs }) => ({ name, createdAtMs }));
}

function aheadOf({ replaces }: Ranked, find: (name: string) => Ranked | undefined): Ranked | undefined {
  return replaces === undefined ? undefined : find(replaces);
}

/** Negative when `a` goes first; 0 only for one and the same NodeENI. */
export function compareRanks(a: Rank, b: Rank): number {
  for (const [at, step] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    if (step.createdAtMs !== other.createdAtMs) return step.createdAtMs - other.createdAtMs;
    if (step.name !== other.name) return step.name < other.name ? -1 : 1;
  }
  return a.length - b.length;
}

/**
 * Grants claims in the order of their ranks: one whose keys are all free takes them all, any other takes none. `held` names
 * by key the NodeENI that has an attachment there already; what it holds itself stands in nobody's own way.
 */
export function settleClaims<C extends Claim>(
  claims: readonly C[],
  held: ReadonlyMap<string, string>,
): ReadonlyMap<C, Loss> {
  const taken = new Map(held);
  const losses = new Map<C, Loss>();
  for (const claim of claims.toSorted((a, b) => compareRanks(a.rank, b.rank))) {
    const loss = lossOf(claim, taken);
    if (loss !== undefined) losses.set(claim, loss);
    else for (const key of claim.keys) taken.set(key, claim.nodeEniName);
  }
  return losses;
}

function lossOf({ keys, nodeEniName }: Claim, taken: ReadonlyMap<string, string>): Loss | undefined {
  for (const key of keys) {
    const winner = taken.get(key);
    if (winner !== undefined && winner !== nodeEniName) return { key, winner };
  }
  return undefined;
}

/** An attachment that exists, as far as its right to its keys goes. */
export interface ClaimHolder {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly nodeEniName: string;
  readonly createdAtMs: number;
  readonly keys: readonly string[];
  /** EC2 may have been called for it: its attempt is frozen, or its ENI is known. */
  readonly isEngaged: boolean;
  /** It is going, and claims nothing any more. */
  readonly isReleasing: boolean;
}

/** What two attachments of one key come to; `rivals` are those that have to give way first. */
export type HolderVerdict =
  | { readonly kind: 'sole' }
  | { readonly kind: 'first'; readonly rivals: readonly ClaimHolder[] }
  | { readonly kind: 'beaten'; readonly by: ClaimHolder };

/**
 * Judges an attachment that EC2 was not called for yet. What is engaged stays; else the older attachment does, else that of
 * the NodeENI whose name comes first.
 */
export function judgeHolder(self: ClaimHolder, all: readonly ClaimHolder[]): HolderVerdict {
  const rivals = all.filter(
    (other) =>
      other.uid !== self.uid && !other.isReleasing && other.keys.some((key) => self.keys.includes(key)),
  );
  const better = rivals.find((rival) => compareHolders(rival, self) < 0);
  if (better !== undefined) return { kind: 'beaten', by: better };
  return rivals.length === 0 ? { kind: 'sole' } : { kind: 'first', rivals };
}

function compareHolders(a: ClaimHolder, b: ClaimHolder): number {
  if (a.isEngaged !== b.isEngaged) return a.isEngaged ? -1 : 1;
  if (a.createdAtMs !== b.createdAtMs) return a.createdAtMs - b.createdAtMs;
  if (a.nodeEniName !== b.nodeEniName) return a.nodeEniName < b.nodeEniName ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
