import { targetOf } from './dishes.ts';
import type { Dishes } from './dishes.ts';
import type { Random } from './random.ts';

/** What is done at random moments, spread over the whole work. */
export const ACTS = {
  'kill builder': 20,
  'kill builder as it publishes': 8,
  'kill attempt and builder': 4,
  'kill attempt': 8,
  'kill child': 8,
  'leave (SIGTERM)': 5,
} as const;
export type Act = keyof typeof ACTS;
/** So many recipes have begun, and then so much time has gone by. */
export type Moment = { readonly begun: number; readonly delayMs: number; readonly act: Act };

export function momentsOf(random: Random, dishes: Dishes): Moment[] {
  const begin = dishes.all.filter((dish) => dish.rule !== 'label' && dishes.standings.get(targetOf(dish))?.[0] !== 'blocked').length;
  const acts = Object.entries(ACTS).flatMap(([act, times]) => Array<Act>(times).fill(act as Act));
  return acts.map((act) => ({ begun: random.below(begin * 0.97), delayMs: random.below(300), act })).toSorted((a, b) => a.begun - b.begun);
}
