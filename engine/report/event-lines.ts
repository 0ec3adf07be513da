import { styleText } from 'node:util';
import { unreachable } from '../lib/unreachable.ts';
import type { Event } from '../model/event.ts';
import type { Problem } from '../model/problem.ts';
import { duration } from './durations.ts';
import { problemText } from './problem-text.ts';
import { firstReason } from './reason-words.ts';
import { warningLines } from './warning-lines.ts';

type Colour = 'green' | 'red' | 'yellow' | 'dim';

/**
 * What each event prints, in turn; nothing for those that only a footer shows. A problem that many targets share (a mistake
 * in the defaults) is told in full once. `styleText` minds NO_COLOR and pipes.
 */
export function createEventLines(now: () => number): (event: Event) => string[] {
  const told = new Set<string>();
  const once = (problem: Problem): string[] => {
    const text = problemText(problem);
    if (told.has(text)) return [`  error[${problem.code}]: as above`];
    told.add(text);
    return text.split('\n').map((part) => `  ${part}`);
  };
  return (event) => eventLines(event, once, now);
}

function eventLines(event: Event, once: (problem: Problem) => string[], now: () => number): string[] {
  switch (event.kind) {
    case 'planned':
    case 'fresh':
      return [];
    case 'started':
      if (event.by === 'started') return [];
      return [line(['adopted', 'dim'], event.target, `of an earlier build, running for ${duration((now() - event.sinceMs) / 1000)}`)];
    case 'built':
      return [line(['built', 'green'], event.target, builtWords(event)), ...event.caveats.map((caveat) => `  caveat: ${caveat}`)];
    case 'failed':
      return [
        line(
          ['failed', 'red'],
          event.target,
          `${event.failure.cause}: ${event.failure.says}${event.older === 'kept' ? '; older result kept' : ''}`,
        ),
      ];
    case 'again':
      return [line(['again', 'yellow'], event.target, `${event.failure.cause}: ${event.failure.says}; ${nextTry(event)}`)];
    case 'left-running':
      return [line(['left', 'yellow'], event.target, 'goes on without a builder; the next adap build takes it over')];
    case 'stopped':
      return [line(['stopped', 'red'], `${event.stage}: ${stoppedWords(event)}`, '')];
    case 'failed-before':
      return [
        line(['failed', 'red'], event.target, `${event.failure.cause}: ${event.failure.says} (not tried again; ${retryHint(event)})`),
      ];
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

/** From here on a person would have looked at the clock. */
const LONG_SECONDS = 10;

const builtWords = ({ reasons, seconds }: Event & { kind: 'built' }): string =>
  [firstReason(reasons), seconds >= LONG_SECONDS ? duration(seconds) : ''].filter((part) => part !== '').join('  ');

/** `try 2 with 48 GiB in 4 s` */
const nextTry = ({ tries, asks, waitSeconds }: Event & { kind: 'again' }): string =>
  [`try ${tries}`, ...(asks === '' ? [] : [`with ${asks}`]), ...(waitSeconds > 0 ? [`in ${duration(waitSeconds)}`] : [])].join(' ');

const stoppedWords = ({ count, cause, says }: Event & { kind: 'stopped' }): string =>
  `${count === 1 ? '1 target' : `${count} targets in a row`} ended as ${cause} (${says}); nothing more of it is begun`;

/** One that failed too often is passed over by `--retry`. */
const retryHint = ({ target, failure }: Extract<Event, { kind: 'failed-before' }>): string =>
  failure.cause === 'poisoned' ? `adap build '${target}' does` : '--retry does';

const RECOVERED = {
  'rolled-forward': 'an interrupted publication was completed',
  'rolled-back': 'an interrupted publication was undone',
  stuck: 'an interrupted publication can be neither completed nor undone: something is in the way of its outputs',
} as const;

const line = ([word, colour]: readonly [string, Colour], target: string, rest: string): string =>
  `${styleText(colour, word.padEnd(9))} ${target}${rest === '' ? '' : `  ${rest}`}`;
