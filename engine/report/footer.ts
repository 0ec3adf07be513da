import type { Event } from '../model/event.ts';
import type { TargetId } from '../model/target.ts';
import { duration } from './durations.ts';
import { doneOf, listenToProgress } from './progress.ts';
import type { Running, StageProgress } from './progress.ts';
import { timeLeft } from './time-left.ts';

/** Lines about running targets, the last of which may say how many there are besides. */
const RUNNING = 8;
const BAR = 16;

/** What a person sees below the lines of a build while it runs: bars by stage, what runs and for how long, and the sum. */
export type Footer = {
  hear(event: Event): void;
  /** None while nothing runs and nothing is to come. None is longer than `columns`. */
  lines(columns: number): readonly string[];
  isLive(): boolean;
  /** What runs. */
  running(): readonly TargetId[];
};

/** `says` has more words about a target that runs. */
export function createFooter({
  now,
  says = () => '',
}: {
  readonly now: () => number;
  readonly says?: (target: TargetId) => string;
}): Footer {
  const progress = listenToProgress(now);
  const isLive = (): boolean => {
    const { stages, running } = progress.now();
    return running.size > 0 || [...stages.values()].some((stage) => doneOf(stage) < stage.planned);
  };
  const lines = (columns: number): readonly string[] => {
    if (!isLive()) return [];
    const { stages, running } = progress.now();
    const left = timeLeft(progress.now(), now());
    const rows = [...stageLines([...stages], columns), ...runningLines([...running], { columns, nowMs: now(), says })];
    return [...rows, sumLine([...stages.values()], running.size, left)].map((row) => cut(row, columns));
  };
  return { hear: progress.hear, lines, isLive, running: () => [...progress.now().running.keys()] };
}

/** Without their bars where these leave no room for figures. */
function stageLines(stages: readonly (readonly [name: string, stage: StageProgress])[], columns: number): readonly string[] {
  const rows = stages.map(([name, stage]) => ({
    name,
    bar: barOf(doneOf(stage) / stage.planned),
    count: `${grouped(doneOf(stage))}/${grouped(stage.planned)}`,
    ends: (['failed', 'held', 'blocked'] as const)
      .filter((end) => stage.ended[end] > 0)
      .map((end) => `${grouped(stage.ended[end])} ${end}`),
  }));
  const name = widest(rows.map((row) => row.name));
  const count = widest(rows.map((row) => row.count));
  const said = (row: (typeof rows)[number], bar: string): string =>
    [`${row.name.padEnd(name)}  ${bar}${row.count.padStart(count)}`, ...(row.ends.length > 0 ? [row.ends.join(', ')] : [])].join('   ');
  const full = rows.map((row) => said(row, `[${row.bar}]   `));
  return widest(full) <= columns ? full : rows.map((row) => said(row, ''));
}

const barOf = (share: number): string => '#'.repeat(Math.floor(share * BAR)).padEnd(BAR, '-');

type Place = { readonly columns: number; readonly nowMs: number; readonly says: (target: TargetId) => string };

/** The longest running first. What does not fit is said in fewer words, and then of the names the middle is left out. */
function runningLines(running: readonly (readonly [target: TargetId, run: Running])[], { columns, nowMs, says }: Place): readonly string[] {
  const all = running.toSorted(([, one], [, other]) => one.sinceMs - other.sinceMs);
  const shown = all.length > RUNNING ? all.slice(0, RUNNING - 1) : all;
  const targets = shown.map(([target]) => target);
  const ages = shown.map(([, { sinceMs }]) => duration(Math.floor((nowMs - sinceMs) / 1000)));
  const age = widest(ages);
  const timesIn = (words: Words): string[] =>
    shown.map(([, run], index) => `${ages[index]?.padStart(age)}${expectation(run, { words, nowMs })}`);
  const room = columns - HEAD.length - GAP.length;
  const times = timesIn(WORDS.find((words) => widest(targets) + widest(timesIn(words)) <= room) ?? 'none');
  const width = Math.min(widest(targets), Math.max(NARROWEST, room - widest(times)));
  const more = targets.map((target) => says(target));
  const last = widest(times);
  const rows = targets.map((target, index) => {
    const row = `${shorten(target, width).padEnd(width)}${GAP}${times[index]}`;
    return more[index] === '' ? row : `${row.padEnd(width + GAP.length + last)}${GAP}${more[index]}`;
  });
  const others = all.length > shown.length ? [`and ${grouped(all.length - shown.length)} more`] : [];
  return [...rows, ...others].map((row, index) => `${index === 0 ? HEAD : ' '.repeat(HEAD.length)}${row}`);
}

const HEAD = '  running  ';
const GAP = '  ';
const NARROWEST = 12;
const WORDS = ['many', 'few', 'none'] as const;

type Words = (typeof WORDS)[number];

function expectation({ sinceMs, expectedSeconds }: Running, { words, nowMs }: { readonly words: Words; readonly nowMs: number }): string {
  if (expectedSeconds === undefined || words === 'none') return '';
  const expected = duration(expectedSeconds);
  if (words === 'few') return ` of ${expected}`;
  return (nowMs - sinceMs) / 1000 > expectedSeconds ? `, expected ${expected}` : ` of about ${expected}`;
}

function sumLine(stages: readonly StageProgress[], running: number, left: number | undefined): string {
  const sum = (of: (stage: StageProgress) => number): number => stages.reduce((total, stage) => total + of(stage), 0);
  const planned = sum((stage) => stage.planned);
  const failed = sum((stage) => stage.ended.failed);
  return [
    ...(planned > 0 ? [`${grouped(sum(doneOf))}/${grouped(planned)} done`] : []),
    ...(running > 0 ? [`${grouped(running)} running`] : []),
    ...(failed > 0 ? [`${grouped(failed)} failed`] : []),
    ...(left === undefined ? [] : [`about ${duration(left)} left`]),
  ].join(', ');
}

/** `2,204` */
const grouped = (count: number): string => count.toLocaleString('en-US');

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => Array.from(text).length));

/** A name tells itself by its beginning and its end. */
function shorten(text: string, width: number): string {
  const points = Array.from(text);
  if (points.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${points.slice(0, head).join('')}…${points.slice(points.length - (width - 1 - head)).join('')}`;
}

const cut = (text: string, columns: number): string => Array.from(text).slice(0, Math.max(0, columns)).join('');
