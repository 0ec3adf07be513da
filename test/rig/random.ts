/** Numbers that look random and are the same for the same seed (mulberry32). */
export type Random = {
  /** 0 ≤ n < limit */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(among: readonly T[]): T;
};

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    pick: (among) => among[Math.floor(next() * among.length)]!,
  };
}
