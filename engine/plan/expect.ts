/** How long targets take, from what their records say: their own last time, else the median of their stage. */
import type { Graph, Target } from '../model/target.ts';
import type { Wants } from '../model/wants.ts';
import { PLAIN_WANTS } from '../model/wants.ts';
import type { Facts } from '../model/rule.ts';
import type { Records } from '../records/records.ts';

export type Expected = { readonly seconds: number; readonly cpuSeconds: number };

/** Undefined for what is made in adap's own process, and for stages of which nothing was ever made. */
export type Expectation = (target: Target) => Expected | undefined;

export function createExpectation({ targets }: Graph, records: Records): Expectation {
  const medians = new Map<string, Expected | undefined>();
  const own = ({ id }: Target): Expected | undefined => records.get(id)?.evidence;
  const medianOf = (stage: string): Expected | undefined => {
    if (!medians.has(stage)) {
      const known = targets.flatMap((target) => (target.rule.name === stage ? (own(target) ?? []) : []));
      medians.set(stage, known.toSorted((a, b) => a.seconds - b.seconds)[known.length >> 1]);
    }
    return medians.get(stage);
  };
  return (target) => (target.rule.kind === 'runs' ? (own(target) ?? medianOf(target.rule.name)) : undefined);
}

/** What is undefined is as good as not said. */
export function wantsOf({ rule, at }: Target, facts: Facts): Wants {
  const said = rule.kind === 'runs' ? (rule.wants?.(at, facts) ?? {}) : {};
  return { ...PLAIN_WANTS, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) };
}
