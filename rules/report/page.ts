import type { Verdict } from '../scorecard/verdict.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { bars, dots } from './plots.ts';
import { grouped } from './signature.ts';

export const STATES = ['fresh', 'stale', 'failed', 'held', 'blocked'] as const;

export type ReportData = {
  readonly title: string;
  /** When it was made, `2026-11-25 10:58 UTC`. */
  readonly made: string;
  readonly targets: readonly {
    readonly subject: string;
    readonly stage: string;
    readonly state: (typeof STATES)[number];
    readonly says: string;
  }[];
  readonly failures: readonly {
    readonly rule: string;
    readonly cause: string;
    readonly says: string;
    readonly target: string;
    readonly lastLines: readonly string[];
  }[];
  /** Worst first. */
  readonly frames: readonly {
    readonly dataset: string;
    readonly frame: string;
    readonly verdict: Verdict['word'];
    readonly reasons: readonly string[];
    readonly slits: number;
    readonly badSlits: number;
    readonly objects: number;
    /** Slits by what is wrong with them. */
    readonly faults: Readonly<Record<string, number>>;
  }[];
  readonly badSlits: readonly { readonly slit: string; readonly dataset: string; readonly frame: string }[];
  /** Of targets made by commands. */
  readonly runs: readonly { readonly target: string; readonly stage: string; readonly seconds: number; readonly memoryGiB: number }[];
};

/** Rows of a table on the page; the rest is counted. */
const MOST_ROWS = 400;
const MOST_SLITS = 100;

/** One page that needs nothing else: no script, no style and no picture from elsewhere. */
export function reportPage(data: ReportData): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${data.title}</title>
        <style>
          ${{ html: STYLE }}
        </style>
      </head>
      <body>
        <h1>${data.title}</h1>
        <p>${data.made}</p>
        <p>${sums(data)}</p>
        <label hidden>show rows with <input id="filter" type="search" /></label>
        ${states(data)}${failures(data)}${scorecards(data)}${worstSlits(data)}${resources(data)}
        <script>
          ${{ html: SCRIPT }};
        </script>
      </body>
    </html> `.html;
}

function sums({ targets }: ReportData): Html {
  const counted = STATES.map((state) => ({ state, count: targets.filter((each) => each.state === state).length }));
  return html`<b>${targets.length} targets</b>:
    ${counted
      .filter(({ count }) => count > 0)
      .map(({ state, count }) => html`<span class="${state}">${count} ${state}</span>`)
      .map(withComma)}`;
}

/** But for the last. */
const withComma = (each: Html, index: number, { length }: readonly Html[]): Html => html`${each}${index + 1 < length ? ',' : ''}`;

function states({ targets }: ReportData): Html {
  const stages = [...new Set(targets.map(({ stage }) => stage))];
  const bySubject = Map.groupBy(targets, ({ subject }) => subject);
  const open = [...bySubject].filter(([, those]) => those.some(({ state }) => state !== 'fresh')).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return html`<h2>States</h2>
    ${table(
      'states by stage',
      ['stage', ...STATES],
      stages.map((stage) => [
        stage,
        ...STATES.map((state) => targets.filter((each) => each.stage === stage && each.state === state).length),
      ]),
    )}
    <h3>Not fresh: ${open.length} of ${bySubject.size}</h3>
    ${table(
      'what is not fresh',
      ['dataset', ...stages, 'why'],
      open.map(([subject, those]) => [
        subject,
        ...stages.map((stage) => {
          const own = those.filter((each) => each.stage === stage);
          // Several reduce directories of one dataset may be in several states.
          return Array.from(new Set(own.map(({ state }) => state)), (state) => html`<span class="${state}">${state}</span>`).map(withComma);
        }),
        whyOf(those),
      ]),
    )}`;
}

/** What is blocked says nothing of its own: what blocks it does. */
const whyOf = (those: ReportData['targets']): string =>
  [...new Set(those.flatMap(({ state, says }) => (state === 'fresh' || state === 'blocked' || says === '' ? [] : [says])))].join('; ');

function failures({ failures: all, targets }: ReportData): Html {
  const names = targets.flatMap(({ subject }) => [subject, ...subject.split('/')]);
  return html`<h2>Failures: ${all.length}</h2>
    ${grouped(all, names).map(
      ({ signature, count, example }) =>
        html`<details>
          <summary><b>${count}</b> ${signature}</summary>
          <p>for example ${example.target}: ${example.says}</p>
          <pre>${example.lastLines.join('\n')}</pre>
        </details>`,
    )}`;
}

function scorecards({ frames }: ReportData): Html {
  const shares = Array.from({ length: 10 }, (_, index) => ({
    name: `${index * 10}`,
    count: frames.filter(({ slits, badSlits }) => slits > 0 && Math.min(9, Math.floor((badSlits / slits) * 10)) === index).length,
  }));
  const faults = new Map<string, number>();
  for (const frame of frames)
    for (const [name, count] of Object.entries(frame.faults)) if (count > 0) faults.set(name, (faults.get(name) ?? 0) + count);
  const counts = (['failed', 'poor', 'good'] as const).map((word) => `${frames.filter(({ verdict }) => verdict === word).length} ${word}`);
  return html`<h2>Scorecards: ${counts.join(', ')}</h2>
    <div class="plots">
      ${bars('frames by share of bad slits, from … %', shares)}${bars(
        'slits by what is wrong with them',
        Array.from(faults, ([name, count]) => ({ name, count })),
      )}
    </div>
    ${table(
      'scorecards, the worst first',
      ['verdict', 'dataset', 'frame', 'bad slits', 'objects', 'why'],
      frames.map(({ verdict, dataset, frame, badSlits, slits, objects, reasons }) => [
        html`<span class="${verdict}">${verdict}</span>`,
        dataset,
        frame,
        `${badSlits}/${slits}`,
        objects,
        reasons.join('; '),
      ]),
    )}`;
}

/** Slits that are bad in most frames. */
function worstSlits({ badSlits }: ReportData): Html {
  const bySlit = Map.groupBy(badSlits, ({ slit, dataset }) => `${dataset}\n${slit}`);
  const rows = [...bySlit.values()]
    .toSorted((a, b) => b.length - a.length)
    .map((those) => [those[0]?.slit ?? '', those[0]?.dataset ?? '', those.length, those.map(({ frame }) => frame).join(', ')]);
  return html`<h2>Worst slits</h2>
    ${table('slits that are bad in most frames', ['slit', 'dataset', 'frames', 'which'], rows.slice(0, MOST_SLITS))}`;
}

function resources({ runs }: ReportData): Html {
  const stages = [...Map.groupBy(runs, ({ stage }) => stage)];
  const minutes = (seconds: number): number => Number((seconds / 60).toFixed(1));
  const gibibytes = (value: number): number => Number(value.toFixed(value < 1 ? 2 : 1));
  return html`<h2>Times and memory</h2>
    ${table(
      'times and memory by stage',
      ['stage', 'runs', 'minutes, median', 'minutes, most', 'GiB, median', 'GiB, most'],
      stages.map(([stage, those]) => {
        const [seconds, memory] = [
          those.map((run) => run.seconds).toSorted((a, b) => a - b),
          those.map((run) => run.memoryGiB).toSorted((a, b) => a - b),
        ];
        return [
          stage,
          those.length,
          minutes(median(seconds)),
          minutes(seconds.at(-1) ?? 0),
          gibibytes(median(memory)),
          gibibytes(memory.at(-1) ?? 0),
        ];
      }),
    )}
    <div class="plots">
      ${stages.map(([stage, those]) =>
        dots(
          stage,
          { x: 'minutes', y: 'GiB' },
          those.map(({ target, seconds, memoryGiB }) => ({ name: target, x: seconds / 60, y: memoryGiB })),
        ),
      )}
    </div>`;
}

/** Of numbers in order. */
const median = (sorted: readonly number[]): number => ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;

type Cell = string | number | Html | readonly Html[];

function table(name: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const isNumber = (cell: Cell | undefined): boolean => typeof cell === 'number';
  if (rows.length === 0) return html`<p>none</p>`;
  const more = rows.length - MOST_ROWS;
  return html`<div class="wide" role="region" aria-label="${name}" tabindex="0">
      <table>
        <thead>
          <tr>
            ${head.map((cell, column) => (isNumber(rows[0]?.[column]) ? html`<th scope="col" class="n">${cell}</th>` : html`<th scope="col">${cell}</th>`))}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MOST_ROWS).map(
            (row) =>
              html`<tr>
                ${row.map((cell) => (isNumber(cell) ? html`<td class="n">${cell}</td>` : html`<td>${cell}</td>`))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p>and ${more} more</p>` : ''}`;
}

const STYLE = `:root{color-scheme:light dark;--bad:#a93226;--doubt:#8a5a00;--fine:#1e6b41;--mark:#2f74b5}
@media(prefers-color-scheme:dark){:root{--bad:#ff8a80;--doubt:#f0b04a;--fine:#6fcf97;--mark:#6aaee6}}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}h1,h2,h3{line-height:1.2}
table{border-collapse:collapse}td,th{padding:.15rem .9rem .15rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #8884;white-space:nowrap}
td:last-child:not(.n){white-space:normal;min-width:16rem;overflow-wrap:anywhere}.n{text-align:right;font-variant-numeric:tabular-nums}
summary{overflow-wrap:anywhere}.wide{overflow-x:auto}.plots{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:.5rem 0;flex:1 1 20rem;max-width:30rem}
svg{width:100%}svg text{font-size:11px;fill:currentColor}svg rect,svg circle{fill:var(--mark)}svg line{stroke:currentColor}
svg path{stroke:var(--mark);stroke-width:6;stroke-linecap:round;opacity:.6}pre{overflow-x:auto;font-size:13px}
.failed{color:var(--bad);font-weight:bold}.poor,.held,.blocked{color:var(--doubt);font-weight:bold}.good,.fresh{color:var(--fine)}.stale{font-style:italic}`;

/** Without it the page says the same, and the filter is not shown. */
const SCRIPT = `var filter=document.getElementById('filter');filter.parentNode.hidden=false;filter.addEventListener('input',function(){
var text=filter.value.toLowerCase();document.querySelectorAll('tbody tr').forEach(function(row){row.hidden=text!==''&&row.textContent.toLowerCase().indexOf(text)<0})})`;
