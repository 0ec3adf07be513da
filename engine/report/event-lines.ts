import { styleText } from 'node:util';
import { unreachable } from '../lib/unreachable.ts';
import type { Event } from '../model/event.ts';
import type { Problem } from '../model/problem.ts';
import { problemText } from './problem-text.ts';
import { firstReason } from './reason-words.ts';
import { warningLines } from './warning-lines.ts';

type Colour = 'green' | 'red' | 'yellow' | 'dim';

/**
 * What each event prints, in turn; nothing for those that only a footer shows. A problem that many targets share (a mistake
 * in the defaults) is told in full once. `styleText` minds NO_COLOR and pipes.
 */
export function createEventLines(): (event: Event) => string[] {
  const told = new Set<string>();
  const once = (problem: Problem): string[] => {
    const text = problemText(problem);
    if (told.has(text)) return [`  error[${problem.code}]: as above`];
    told.add(text);
    return text.split('\n').map((part) => `  ${part}`);
  };
  return (event) => eventLines(event, once);
}

function eventLines(event: Event, once: (problem: Problem) => string[]): string[] {
  switch (event.kind) {
    case 'started':
      return [];
    case 'built':
      return [line(['built', 'green'], event.target, firstReason(event.reasons))];
    case 'failed':
      return [line(['failed', 'red'], event.target, `${event.failure.cause}: ${event.failure.says}`)];
    case 'failed-before':
      return [line(['failed', 'red'], event.target, `${event.failure.cause}: ${event.failure.says} (not tried again; --retry does)`)];
    case 'problem':
      return [line(['failed', 'red'], event.target, ''), ...event.problems.flatMap(once)];
    case 'held':
      return [line(['held', 'yellow'], event.target, ''), ...event.problems.flatMap(once)];
    case 'blocked':
      return [line(['blocked', 'yellow'], event.target, `by ${event.by.join(', ')}`)];
    case 'retired':
      return [line(['retired', 'dim'], event.target, `replaced by ${event.by.join(', ')}; kept in .adap/retired`)];
    case 'not-asked-for':
      return [line(['kept', 'dim'], event.target, 'nothing asks for it any more')];
    case 'recovered':
      return [line(['recovered', 'yellow'], event.target, RECOVERED[event.by])];
    case 'warnings':
      return warningLines(event.problems);
    default:
      return unreachable(event);
  }
}

const RECOVERED = {
  'rolled-forward': 'an interrupted publication was completed',
  'rolled-back': 'an interrupted publication was undone',
  stuck: 'an interrupted publication can be neither completed nor undone: something is in the way of its outputs',
} as const;

const line = ([word, colour]: readonly [string, Colour], target: string, rest: string): string =>
  `${styleText(colour, word.padEnd(9))} ${target}${rest === '' ? '' : `  ${rest}`}`;
