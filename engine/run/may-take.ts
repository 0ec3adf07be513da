import type { TargetId } from '../model/target.ts';
import { plan, wishOf } from '../plan/plan.ts';
import { isFailed, survey } from '../plan/survey.ts';
import type { Workplace } from '../plan/survey.ts';

/**
 * May a build still take a sealed attempt at this target? Not where the target is fresh, or nothing asks for it any more;
 * where that cannot be told, it may. Everything is surveyed at the first question, and not where there is none.
 */
export function mayTakeOf(workplace: Workplace): (target: TargetId) => boolean {
  let answer: ((target: TargetId) => boolean) | undefined;
  return (target) => {
    answer ??= staleIn(workplace);
    return answer(target);
  };
}

function staleIn(workplace: Workplace): (target: TargetId) => boolean {
  const surveyed = survey(workplace, { words: [], stages: [] });
  if (isFailed(surveyed)) return () => true;
  const planned = plan(surveyed, wishOf(surveyed, { words: [], force: 'no', retry: 'no' }));
  const stale = new Set(planned.flatMap(({ target, state }) => (state.verdict === 'stale' ? [target.id] : [])));
  return (target) => stale.has(target);
}
