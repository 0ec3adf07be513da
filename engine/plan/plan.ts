import type { Target, TargetId } from '../model/target.ts';
import { createInspector } from './inspector.ts';
import type { Inspected, Wish } from './inspector.ts';
import type { Standing } from './standing.ts';
import type { Survey } from './survey.ts';

/** Judges every target of a survey as it stands, inputs first. Nothing is changed. */
export function plan(survey: Survey, wish: Wish): readonly Inspected[] {
  const inspector = inspectorOf(survey, wish);
  const standings = new Map<TargetId, Standing>();
  return survey.graph.targets.map((target) => {
    const inspected = inspector.inspect(target, (id) => standings.get(id) ?? { kind: 'coming' });
    standings.set(target.id, inspector.standingOf(inspected));
    return inspected;
  });
}

export const inspectorOf = ({ world, look, site, records }: Survey, wish: Wish): ReturnType<typeof createInspector> =>
  createInspector({ disk: world.disk, look, home: site.home, named: site.named, root: site.root, records, wish });

/** What was asked for beyond being fresh. */
export type Wishes = { readonly words: readonly string[]; readonly force: 'no' | 'yes'; readonly retry: 'no' | 'yes' };

/** Targets named exactly are tried again though they failed; `--force` and `--retry` are for what was asked, not for what it needs. */
export function wishOf({ asked }: Pick<Survey, 'asked'>, { words, force, retry }: Wishes): Wish {
  const isNamed = (target: Target): boolean => words.some((word) => target.id === word || target.outputs.some(({ path }) => path === word));
  return (target) => {
    if (force === 'yes' && asked.has(target.id)) return 'force';
    if (isNamed(target)) return 'named';
    return retry === 'yes' && asked.has(target.id) ? 'retry' : 'none';
  };
}
