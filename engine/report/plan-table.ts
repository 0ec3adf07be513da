import type { Price } from '../plan/forecast.ts';
import type { Inspected } from '../plan/inspector.ts';
import type { Orphan } from '../plan/orphans.ts';
import { countPlan, planSum } from './plan-counts.ts';
import { problemLine } from './problem-text.ts';
import { firstReason } from './reason-words.ts';
import { table } from './table.ts';

/** The dry run: stale subjects down, stages across, one reason each; then what is retired, and the sum. */
export function planTable(plan: readonly Inspected[], orphans: readonly Orphan[], price: Price): string[] {
  const stale = plan.filter(({ state }) => state.verdict === 'stale');
  const stages = [...new Set(plan.map(({ target }) => target.rule.name))].filter((stage) =>
    stale.some(({ target }) => target.rule.name === stage),
  );
  const bySubject = new Map<string, Map<string, string[]>>();
  for (const inspected of stale) {
    const { target } = inspected;
    const cells = bySubject.get(target.subject) ?? new Map<string, string[]>();
    cells.set(target.rule.name, [...(cells.get(target.rule.name) ?? []), cell(inspected)]);
    bySubject.set(target.subject, cells);
  }
  const rows = [...bySubject.keys()].toSorted().flatMap((subject) => {
    const cells = bySubject.get(subject);
    const height = Math.max(...stages.map((stage) => cells?.get(stage)?.length ?? 0));
    return Array.from({ length: height }, (_, index) => [
      index === 0 ? subject : '',
      ...stages.map((stage) => cells?.get(stage)?.[index] ?? '-'),
    ]);
  });
  return [
    ...(rows.length === 0 ? [] : table([['', ...stages], ...rows])),
    ...table(stale.filter(isCut).map((inspected) => [inspected.target.id, stateWords(inspected)])),
    ...orphans.map(orphanLine),
    planSum(countPlan(plan, orphans), price),
  ];
}

function cell({ target, state }: Inspected): string {
  const which =
    target.id === `${target.rule.name} ${target.subject}`
      ? ''
      : `${target.id.slice(target.rule.name.length + target.subject.length + 2)}: `;
  return `${which}${shortWords({ state })}`;
}

/** A cell is no wider; what is cut stands below the table in full. */
const WIDEST = 60;

const isCut = (inspected: Inspected): boolean =>
  ['run', 'problem', 'held', 'failed-before'].includes(inspected.state.next.kind) && stateWords(inspected).length > WIDEST;

/** Of what waits for others the row of those tells more. */
function shortWords({ state }: Pick<Inspected, 'state'>): string {
  if (state.next.kind === 'wait' && state.reasons.every(({ kind }) => kind === 'input-remade')) return 'may run';
  if (state.next.kind === 'blocked') return 'blocked';
  const words = stateWords({ state });
  return words.length > WIDEST ? `${words.slice(0, WIDEST - 1)}…` : words;
}

/** What stands in the way, or else the first reason. */
export function stateWords({ state }: Pick<Inspected, 'state'>): string {
  const older = state.older === 'kept' ? '; older result kept' : '';
  switch (state.next.kind) {
    case 'problem':
      return `failed: ${state.next.problems.map(problemLine).join('; ')}${older}`;
    case 'held':
      return `held: ${state.next.problems.map(problemLine).join('; ')}${older}`;
    case 'blocked':
      return `blocked by ${state.next.by.join(', ')}${older}`;
    case 'failed-before':
      return `failed: ${state.next.failure.cause}: ${state.next.failure.says}${older}`;
    case 'nothing':
      return 'fresh';
    case 'run':
    case 'wait':
      return firstReason(state.reasons);
  }
}

const orphanLine = ({ target, successors }: Orphan): string =>
  successors.length === 0 ? `kept: ${target}: nothing asks for it any more` : `retire: ${target}: replaced by ${successors.join(', ')}`;
