import type { LastAttempt } from '../records/last-attempt.ts';
import { duration } from './durations.ts';
import { sizeWords } from './size-words.ts';
import { table } from './table.ts';

type Shown = {
  readonly log: { readonly text: string } | undefined;
  readonly detail: 'end' | 'all';
  readonly matters: ((line: string) => boolean) | undefined;
  readonly nowMs: number;
};

const END_LINES = 20;
const MATTERING_LINES = 20;

/** How an attempt ended, what it used and ran, the lines that matter, and the end of its log, or all of it. */
export function logLines(target: string, last: LastAttempt, { log, detail, matters, nowMs }: Shown): string[] {
  const lines = plainLines(log?.text ?? '');
  const mattering = matters === undefined ? [] : lines.filter(matters).slice(-MATTERING_LINES);
  const shown = detail === 'all' ? lines : lines.slice(-END_LINES);
  const left = lines.length - shown.length;
  return [
    `${target}: ${endWords(last, nowMs)}`,
    ...usedWords(last, nowMs).map((line) => `  ${line}`),
    ...commandRows(last).map((line) => `  ${line}`),
    ...(mattering.length === 0 ? [] : ['', 'lines that matter:', ...mattering.map((line) => `  ${line}`)]),
    '',
    ...(left > 0 ? [`... ${left} lines before (adap log --all) ...`] : []),
    ...shown,
  ];
}

function endWords({ manifest, isLive, claim }: LastAttempt, nowMs: number): string {
  if (isLive) return `running for ${duration((nowMs - (claim?.startedAtMs ?? nowMs)) / 1000)}`;
  if (manifest === undefined) return 'it died before it could say how it ended';
  if (manifest.kind === 'failed') return `failed: ${manifest.failure.cause}: ${manifest.failure.says}`;
  return ['made', ...manifest.evidence.caveats.map((caveat) => `with a caveat: ${caveat}`)].join(', ');
}

function usedWords({ manifest, claim, usage, order }: LastAttempt, nowMs: number): string[] {
  const used = manifest?.evidence ?? usage;
  const startedAtMs = claim?.startedAtMs ?? manifest?.evidence.startedAtMs ?? nowMs;
  const tries = manifest?.order.tries ?? order?.tries ?? 1;
  const head = `began ${new Date(startedAtMs).toISOString().replace('T', ' ').slice(0, 19)} UTC${claim === undefined ? '' : ` on ${claim.host}, pid ${claim.pid}`}${tries > 1 ? `, try ${tries}` : ''}`;
  if (used === undefined) return [head];
  const cgroup = used.cgroupPeakBytes === undefined ? '' : ` (${sizeWords(used.cgroupPeakBytes)} by its control group, cache included)`;
  return [
    head,
    `used ${duration(used.seconds)}, ${duration(used.cpuSeconds)} of processor, ${sizeWords(used.peakMemoryBytes)} of memory${cgroup}, ${sizeWords(used.peakScratchBytes)} of scratch space`,
  ];
}

const commandRows = ({ manifest }: LastAttempt): string[] =>
  table(
    (manifest?.evidence.commands ?? []).map(({ command, exit, signal, seconds }) => [
      `$ ${command.split('\n')[0] ?? ''}`,
      signal ?? `exit ${exit ?? '?'}`,
      duration(seconds),
    ]),
  );

/** As a terminal would show them at the end: without colours, and of what overwrote itself only the last. */
const plainLines = (text: string): string[] =>
  text
    // eslint-disable-next-line no-control-regex
    .replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, '').split('\r').at(-1) ?? line)
    .filter((line, index, all) => line !== '' || index < all.length - 1);
