import type { Rule } from 'adap';
import type { DeimosConfig } from './config.ts';
import { PYPEIT_VERSION } from './config.ts';
import { layout } from './layout.ts';
import { readPypeit } from './pypeit/pypeit-file.ts';
import { badSlitsCsv, scorecardCsv } from './scorecard/scorecard-csv.ts';
import { scorecard as scorecardOf } from './scorecard/scorecard.ts';
import { thresholdsFlat, thresholdsOf, thresholdsOfFlat } from './scorecard/thresholds.ts';
import { findingOf } from './scorecard/verdict.ts';
import { setup } from './setup.ts';

export const THRESHOLDS_FILE = 'scorecard_config.txt';

/** How good a reduction is, slit by slit and object by object. */
export function scorecard(config: DeimosConfig): Rule {
  const { each, subject, title, successors } = setup(config);
  return {
    name: 'scorecard',
    revision: 1,
    kind: 'writes',
    makes: { file: { path: layout.scorecard }, badSlits: { path: layout.badSlits } },
    each,
    subject,
    ...(title === undefined ? {} : { title }),
    successors: (at, facts) => (successors?.(at, facts) ?? []).map((next) => ({ ...next, rule: 'scorecard' })),
    needs: (at, facts) => {
      const found = thresholdsOf(facts.config.text(THRESHOLDS_FILE) ?? '', subject(at), facts.config.shown(THRESHOLDS_FILE));
      if (found.kind === 'problem') return { thresholds: found };
      return {
        pypeit: { kind: 'output', rule: 'setup', at, output: 'file', by: 'meaning' },
        science: { kind: 'output', rule: 'reduce', at, output: 'science', by: 'bytes' },
        log: { kind: 'output', rule: 'reduce', at, output: 'log', by: 'bytes' },
        thresholds: { kind: 'keyed', values: thresholdsFlat(found.thresholds) },
        of: { kind: 'ignored', value: { dataset: subject(at), reduce: at['reduce'] ?? '' } },
      };
    },
    async writes(given, found) {
      const pypeit = readPypeit(text(given.bytes('pypeit')), 'keck_deimos_A.pypeit');
      if (pypeit.kind === 'problem') throw new Error(`bug: a .pypeit file that was published cannot be read: ${pypeit.problem.says}`);
      const made = given.made('science');
      const science = given.path('science').replace(/\/$/, '');
      const names = (made?.members ?? []).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
      const { rows, badSlits, verdict } = await scorecardOf({
        ...given.value<{ dataset: string; reduce: string }>('of'),
        pypeit,
        products: names.map((name) => ({ name, path: `${science}/${name}` })),
        log: text(given.bytes('log')),
        thresholds: thresholdsOfFlat(given.value('thresholds')),
        run: {
          date: new Date(made?.publishedAtMs ?? 0).toISOString().slice(0, 10),
          status: 'COMPLETE',
          memoryKb: Math.round((made?.evidence?.peakMemoryBytes ?? 0) / 1024),
          commit: config.pypeit?.version ?? PYPEIT_VERSION,
        },
      });
      found(findingOf(verdict));
      return { file: scorecardCsv(rows), badSlits: badSlitsCsv(badSlits) };
    },
  };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
