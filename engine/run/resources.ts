/** What the executor has to give, and who has taken what. Pure. */
import type { Capacity } from '../executors/executor.ts';
import type { Wants } from '../model/wants.ts';

export type Pool = {
  hasRoomFor(wants: Wants): boolean;
  take(wants: Wants): void;
  give(wants: Wants): void;
};

export function createPool(capacity: Capacity): Pool {
  const used = { cpus: 0, memoryGiB: 0, scratchGiB: 0 };
  const move = (wants: Wants, sign: 1 | -1): void => {
    used.cpus += sign * cpusOf(wants, capacity);
    used.memoryGiB += sign * (wants.memoryGiB ?? 0);
    used.scratchGiB += sign * (wants.scratchGiB ?? 0);
  };
  return {
    hasRoomFor: (wants) =>
      used.cpus + cpusOf(wants, capacity) <= capacity.cpus + TINY &&
      used.memoryGiB + (wants.memoryGiB ?? 0) <= capacity.memoryGiB + TINY &&
      used.scratchGiB + (wants.scratchGiB ?? 0) <= capacity.scratchGiB + TINY,
    take: (wants) => move(wants, 1),
    give: (wants) => move(wants, -1),
  };
}

/** Of sums of fractions. */
const TINY = 1e-9;

/** More processors than there are only make it slow: it then has them all. */
const cpusOf = (wants: Wants, capacity: Capacity): number => Math.min(wants.cpus, capacity.cpus);

/** In words, which figure of a rule is none; undefined where all are. */
export function badWants(wants: Wants): string | undefined {
  const bad = Object.entries(wants).find(([, value]) => value !== undefined && !(Number.isFinite(value) && value > 0));
  return bad === undefined ? undefined : `wants.${bad[0]} is ${String(bad[1])}; a number above 0 is wanted`;
}

/** In words, why it can never run here; undefined where it can. */
export function tooBig(wants: Wants, capacity: Capacity): string | undefined {
  if ((wants.memoryGiB ?? 0) > capacity.memoryGiB + TINY)
    return `it wants ${gib(wants.memoryGiB ?? 0)} of memory; there are ${gib(capacity.memoryGiB)} to give`;
  if ((wants.scratchGiB ?? 0) > capacity.scratchGiB + TINY)
    return `it wants ${gib(wants.scratchGiB ?? 0)} of scratch space; there are ${gib(capacity.scratchGiB)} to give`;
  return undefined;
}

const gib = (number: number): string => `${number < 10 ? number.toFixed(1).replace(/\.0$/, '') : number.toFixed(0)} GiB`;
