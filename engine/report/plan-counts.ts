import type { Price } from '../plan/forecast.ts';
import type { Inspected } from '../plan/inspector.ts';
import { retiring } from '../plan/orphans.ts';
import type { Orphan } from '../plan/orphans.ts';
import { duration } from './durations.ts';

/** How many targets a plan found in which state. */
export type PlanCounts = {
  readonly run: number;
  readonly wait: number;
  readonly failed: number;
  readonly held: number;
  readonly blocked: number;
  readonly retire: number;
  readonly fresh: number;
};

export const ALL_FRESH: Omit<PlanCounts, 'fresh'> = { run: 0, wait: 0, failed: 0, held: 0, blocked: 0, retire: 0 };

export function countPlan(plan: readonly Inspected[], orphans: readonly Orphan[]): PlanCounts {
  const count = (kinds: readonly string[]): number => plan.filter(({ state }) => kinds.includes(state.next.kind)).length;
  return {
    run: count(['run']),
    wait: count(['wait']),
    failed: count(['problem', 'failed-before']),
    held: count(['held']),
    blocked: count(['blocked']),
    retire: retiring(orphans, plan).length,
    fresh: count(['nothing']),
  };
}

/** `1 to build, 7 fresh; about 2 h 10 min of computing` */
export function planSum(counts: PlanCounts, price?: Price): string {
  const parts: [number, string][] = [
    [counts.run, 'to build'],
    [counts.wait, 'may be rebuilt'],
    [counts.failed, 'failed'],
    [counts.held, 'held'],
    [counts.blocked, 'blocked'],
    [counts.retire, 'to retire'],
    [counts.fresh, 'fresh'],
  ];
  const said = parts.filter(([number, word]) => number > 0 || word === 'to build' || word === 'fresh');
  return `${said.map(([number, word]) => `${number} ${word}`).join(', ')}${priceWords(price)}`;
}

/** Nothing where nothing is known. */
function priceWords(price: Price | undefined): string {
  if (price === undefined || price.known === 0) return '';
  const unknown = price.targets - price.known;
  return `; about ${duration(price.seconds)} of computing${unknown === 0 ? '' : `, and ${unknown} that never ran before`}`;
}

export const planSummary = (counts: PlanCounts, price?: Price): string =>
  JSON.stringify({
    kind: 'summary',
    stale: counts.run + counts.wait + counts.failed + counts.held + counts.blocked,
    ...counts,
    ...(price === undefined ? {} : { price }),
  });
