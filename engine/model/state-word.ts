/** A state as one word, for tables. */
import type { State } from './state.ts';

export const STATE_WORDS = ['fresh', 'stale', 'failed', 'held', 'blocked'] as const;

export function wordOf(state: State): (typeof STATE_WORDS)[number] {
  if (state.verdict === 'fresh') return 'fresh';
  switch (state.next.kind) {
    case 'problem':
    case 'failed-before':
      return 'failed';
    case 'held':
    case 'blocked':
      return state.next.kind;
    case 'run':
    case 'wait':
    case 'nothing':
      return 'stale';
  }
}
