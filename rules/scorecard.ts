import type { Rule } from 'adap';
import type { DeimosConfig } from './config.ts';
import { PYPEIT_VERSION } from './config.ts';
import { layout } from './layout.ts';
import { readPypeit } from './pypeit/pypeit-file.ts';
import { readRows, writeBadSlits, writeRows } from './scorecard/rows.ts';
import { scorecard as scorecardOf } from './scorecard/scorecard.ts';
import { thresholdsMeaning, thresholdsOf } from './scorecard/thresholds.ts';
import type { Thresholds } from './scorecard/thresholds.ts';
import { findingOf } from './scorecard/verdict.ts';
import { setup } from './setup.ts';

const CONFIG = 'scorecard_config.txt';

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
      const found = thresholdsOf(facts.config.text(CONFIG) ?? '', subject(at), facts.config.shown(CONFIG));
      if (found.kind === 'problem') return { thresholds: { kind: 'problem', problem: found.problem } };
      return {
        pypeit: { kind: 'output', rule: 'setup', at, output: 'file', by: 'meaning' },
        science: { kind: 'output', rule: 'reduce', at, output: 'science', by: 'bytes' },
        log: { kind: 'output', rule: 'reduce', at, output: 'log', by: 'bytes' },
        thresholds: { kind: 'keyed', values: thresholdsMeaning(found.thresholds) },
        limits: { kind: 'ignored', value: found.thresholds },
        dataset: { kind: 'ignored', value: { dataset: subject(at), reduce: at['reduce'] ?? '' } },
      };
    },
    async writes(given) {
      const pypeit = readPypeit(text(given.bytes('pypeit')), 'keck_deimos_A.pypeit');
      if (pypeit.kind === 'problem') throw new Error(`bug: a .pypeit file that was published cannot be read: ${pypeit.problem.says}`);
      const made = given.made('science');
      const science = given.path('science').replace(/\/$/, '');
      const { rows, badSlits } = await scorecardOf({
        ...given.value<{ dataset: string; reduce: string }>('dataset'),
        pypeit,
        products: (made?.members ?? [])
          .map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
          .map((name) => ({ name, path: `${science}/${name}` })),
        log: text(given.bytes('log')),
        thresholds: given.value<Thresholds>('limits'),
        run: {
          date: new Date(made?.publishedAtMs ?? 0).toISOString().slice(0, 10),
          memoryKb: Math.round((made?.evidence?.peakMemoryBytes ?? 0) / 1024),
          version: config.pypeit?.version ?? PYPEIT_VERSION,
        },
      });
      return { file: writeRows(rows), badSlits: writeBadSlits(badSlits) };
    },
    finds(contents) {
      const read = readRows(String(contents['file'] ?? ''), CONFIG);
      return read.kind === 'problem' ? { word: 'failed', weight: 'bad', says: [read.problem.says] } : findingOf(read.rows);
    },
  };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
