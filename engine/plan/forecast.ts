/** What a plan costs, as far as earlier runs tell. Pure. */
import type { Target, TargetId } from '../model/target.ts';
import type { Expectation } from './expect.ts';
import type { Inspected } from './inspector.ts';

export type Price = {
  /** Targets made by commands that would run, or may. */
  readonly targets: number;
  /** Of these, with an expectation. */
  readonly known: number;
  /** Sum over the known ones: of their time, and of processor time. */
  readonly seconds: number;
  readonly cpuSeconds: number;
};

export type Forecast = {
  /** Targets of which a build will have something to say, by stage: they run, or may run, or cannot. */
  readonly stages: Readonly<Record<string, number>>;
  readonly told: ReadonlySet<TargetId>;
  readonly price: Price;
};

export function forecast(plan: readonly Inspected[], expected: Expectation): Forecast {
  const coming = plan.filter(({ state }) => state.next.kind === 'run' || state.next.kind === 'wait').map(({ target }) => target);
  const told = plan.filter(({ state }) => state.next.kind !== 'nothing' && state.next.kind !== 'failed-before').map(({ target }) => target);
  const stages: Record<string, number> = {};
  for (const { rule } of told) stages[rule.name] = (stages[rule.name] ?? 0) + 1;
  return { stages, told: new Set(told.map(({ id }) => id)), price: priceOf(coming, expected) };
}

function priceOf(coming: readonly Target[], expected: Expectation): Price {
  const commands = coming.filter(({ rule }) => rule.kind === 'runs');
  const known = commands.flatMap((target) => expected(target) ?? []);
  return {
    targets: commands.length,
    known: known.length,
    seconds: known.reduce((sum, { seconds }) => sum + seconds, 0),
    cpuSeconds: known.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}
