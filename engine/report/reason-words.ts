import { unreachable } from '../lib/unreachable.ts';
import type { Reason } from '../model/reason.ts';

/** One reason in one line: `flexure.spec_method: skip -> slitcen`. */
export function reasonWords(reason: Reason): string {
  switch (reason.kind) {
    case 'never-built':
      return 'never built';
    case 'rule-changed':
      return `rule revision ${reason.was} -> ${reason.is}`;
    case 'value-changed':
      return `${reason.name}: ${reason.was ?? '(unset)'} -> ${reason.is ?? '(unset)'}`;
    case 'input-added':
      return `${reason.input} added${counts(reason.is)}`;
    case 'input-removed':
      return `${reason.input} removed`;
    case 'input-changed':
      return `${reason.input} changed${isDigest(reason.was) ? '' : `: ${reason.was} -> ${reason.is}`}${reason.by === 'outside' ? '' : ` (made by ${reason.by})`}`;
    case 'output-missing':
      return `${reason.path} is missing`;
    case 'output-edited':
      return `${reason.path} was edited`;
    case 'output-damaged':
      return `${reason.path} is damaged`;
    case 'forced':
      return 'forced';
    case 'input-remade':
      return `may run: its input ${reason.by} is being remade`;
    default:
      return unreachable(reason);
  }
}

/** The first reason, and how many there are besides. */
export const firstReason = (reasons: readonly Reason[]): string => {
  const first = reasons[0];
  return first === undefined ? '' : `${reasonWords(first)}${reasons.length > 1 ? ` (+${reasons.length - 1})` : ''}`;
};

const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

const counts = (text: string): string => (isDigest(text) || text === '' ? '' : ` (${text})`);
