import type { Flat } from '../model/rule.ts';
import type { Inspected } from '../plan/inspector.ts';
import { problemText } from './problem-text.ts';
import { reasonWords } from './reason-words.ts';
import { table } from './table.ts';

/** Why a target is as it is: one line where one reason says it all, else a line each; then the inputs that are being remade, in turn. */
export function whyLines(inspected: Inspected, plan: readonly Inspected[], detail: 'reasons' | 'all'): string[] {
  const lines = [...verdict(inspected), ...chain(inspected, plan, '  ')];
  return detail === 'all' ? [...lines, ...values(inspected)] : lines;
}

function verdict({ target, state, key }: Inspected): string[] {
  const { next, reasons } = state;
  if (next.kind === 'nothing') return [`${target.id} is fresh: key ${(key ?? '').slice(0, 12)}`];
  const words = reasons.map(reasonWords);
  const [only = 'never built'] = words;
  const why = words.length > 1 ? [`${target.id} is stale:`, ...words.map((word) => `  ${word}`)] : [`${target.id} is stale: ${only}`];
  if (next.kind === 'problem') return [`${target.id} cannot be made:`, ...indented(next.problems.map((problem) => problemText(problem)))];
  if (next.kind === 'held') return [`${target.id} is held:`, ...indented(next.problems.map((problem) => problemText(problem)))];
  if (next.kind === 'blocked') return [`${target.id} is blocked by ${next.by.join(', ')}`];
  if (next.kind === 'failed-before') return [...why, `  it failed before: ${next.failure.cause}: ${next.failure.says}`];
  return why;
}

const indented = (texts: readonly string[]): string[] => texts.flatMap((text) => text.split('\n').map((line) => `  ${line}`));

function chain({ target, state }: Inspected, plan: readonly Inspected[], indent: string): string[] {
  if (state.next.kind !== 'wait' && state.next.kind !== 'blocked') return [];
  return target.inputs.flatMap((input) => {
    const found = plan.find((each) => each.target.id === input.id);
    if (found === undefined || found.state.verdict === 'fresh') return [];
    return [...verdict(found).map((line) => `${indent}${line}`), ...chain(found, plan, `${indent}  `)];
  });
}

/** Every value by its class. */
function values({ target, parts }: Inspected): string[] {
  const rows: string[][] = [['  class', 'name', 'value']];
  const add = (kind: string, flat: Flat): void => {
    for (const name of Object.keys(flat).toSorted()) rows.push([`  ${kind}`, name, flat[name] ?? '']);
  };
  rows.push(['  keyed', 'rule revision', String(target.rule.revision)]);
  if (parts !== undefined) {
    add('keyed', parts.values);
    add('keyed', parts.inputs);
  }
  for (const [need, handle] of Object.entries(target.needs)) {
    if (handle.kind === 'recorded') add('recorded', handle.values);
    if (handle.kind === 'ignored') rows.push(['  ignored', need, '']);
  }
  return table(rows);
}
