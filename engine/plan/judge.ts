import type { KeyParts } from '../model/key.ts';
import type { Reason } from '../model/reason.ts';
import type { FailureRecord } from '../model/record.ts';
import type { Flat } from '../model/rule.ts';
import type { Snapshot, State } from '../model/state.ts';

/**
 * The one function that decides whether a target is fresh, and why not. `build`, `build -n`, `why` and `status` call it;
 * it reads nothing, and returns data.
 */
export function judge(now: Snapshot): State {
  const reasons = reasonsOf(now);
  const older = now.record === undefined ? 'none' : 'kept';
  const state = (next: State['next']): State => ({
    verdict: reasons.length === 0 && next.kind === 'nothing' ? 'fresh' : 'stale',
    reasons,
    next,
    older,
  });
  if (now.problems.length > 0) return state({ kind: 'problem', problems: now.problems });
  if (now.held.length > 0) return state({ kind: 'held', problems: now.held });
  if (now.blockedBy.length > 0) return state({ kind: 'blocked', by: now.blockedBy });
  if (now.remade.length > 0) return state({ kind: 'wait', for: now.remade });
  if (reasons.length === 0) return state({ kind: 'nothing' });
  if (now.failure !== undefined && holds(now.failure, now)) return state({ kind: 'failed-before', failure: now.failure });
  const { failure } = now;
  return failure !== undefined && failure.key === now.key ? { ...state({ kind: 'run' }), failedLast: failure } : state({ kind: 'run' });
}

/** A failure holds for its key in its environment, until somebody asks for another try; a poisoned one, until it is named. */
function holds(failure: FailureRecord, { key, environment, wish }: Snapshot): boolean {
  if (failure.after !== 'holds' || failure.key !== key || !sameFlat(failure.environment, environment)) return false;
  return wish === 'none' || (wish === 'retry' && failure.cause === 'poisoned');
}

function reasonsOf(now: Snapshot): Reason[] {
  const reasons: Reason[] = now.wish === 'force' ? [{ kind: 'forced' }] : [];
  if (now.record === undefined) return [...reasons, { kind: 'never-built' }];
  if (now.parts !== undefined) reasons.push(...changes(now.record.parts, now.parts));
  for (const { path, is } of now.observed) {
    if (is === 'missing') reasons.push({ kind: 'output-missing', path });
    if (is === 'edited') reasons.push({ kind: 'output-edited', path });
    if (is === 'damaged') reasons.push({ kind: 'output-damaged', path });
  }
  for (const by of now.remade) reasons.push({ kind: 'input-remade', by });
  return reasons;
}

/** What turned one key into another, one reason per name. */
export function changes(was: KeyParts, is: KeyParts): Reason[] {
  const reasons: Reason[] = [];
  if (was.revision !== is.revision) reasons.push({ kind: 'rule-changed', was: was.revision, is: is.revision });
  for (const name of differing(was.values, is.values)) {
    reasons.push({ kind: 'value-changed', name, was: own(was.values, name), is: own(is.values, name) });
  }
  for (const input of differing(was.inputs, is.inputs)) {
    const before = own(was.inputs, input);
    const after = own(is.inputs, input);
    if (before === undefined) reasons.push({ kind: 'input-added', input, is: after ?? '' });
    else if (after === undefined) reasons.push({ kind: 'input-removed', input, was: before });
    else reasons.push({ kind: 'input-changed', input, by: is.madeBy[input] ?? 'outside', was: before, is: after });
  }
  return reasons;
}

export const sameFlat = (one: Flat, other: Flat): boolean => differing(one, other).length === 0;

function differing(was: Flat, is: Flat): string[] {
  const names = Object.keys(was).filter((name) => own(was, name) !== own(is, name));
  for (const name of Object.keys(is)) if (!Object.hasOwn(was, name)) names.push(name);
  return names.toSorted();
}

/** A name may be `constructor`: people name parameters as they like. */
const own = (flat: Flat, name: string): string | undefined => (Object.hasOwn(flat, name) ? flat[name] : undefined);
