/** Seeded pseudo-random numbers: the same seed and stream give the same sequence on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [min, max], both included. */
  integer(min: number, max: number): number;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
}

/** 32-bit FNV-1a, enough to spread seeds. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}

/** Opens one independent stream (ids, latencies, faults…) of a seed, so that drawing from one never shifts another. */
export function createRandom(seed: string, stream: string): Random {
  // splitmix32: https://github.com/bryc/code/blob/master/jshash/PRNGs.md
  let state = hash32(`${seed}\u0000${stream}`);
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    hex: (length) => {
      let digits = '';
      while (digits.length < length) digits += Math.floor(next() * 16).toString(16);
      return digits;
    },
  };
}
