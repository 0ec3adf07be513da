import type { Entry, Facts, Flat, Handle, Params, Rule } from 'adap';
import type { DeimosConfig } from './config.ts';
import { PYPEIT_VERSION } from './config.ts';
import { datasetOf } from './datasets.ts';
import type { Frame } from './frames/frame.ts';
import { isPlaced } from './frames/usable.ts';
import { installedHandles } from './installed/handles.ts';
import { layout } from './layout.ts';
import { matters } from './pypeit-log/matters.ts';
import { pypeitProgress } from './pypeit-log/progress.ts';
import { isWhole } from './reduce/whole.ts';
import { runPypeit } from './reduce/run-pypeit.ts';
import { keptFrames } from './pypeit/meaning.ts';
import { contentAt, setup } from './setup.ts';

/** The reduction of one .pypeit file by PypeIt, in an empty folder: it would take calibrations that it finds there, whatever made them. */
export function reduce(config: DeimosConfig): Rule {
  const version = config.pypeit?.version ?? PYPEIT_VERSION;
  const options = config.pypeit?.arguments ?? ['-o'];
  const { each, subject, title, successors } = setup(config);
  return {
    name: 'reduce',
    revision: 1,
    kind: 'runs',
    makes: {
      science: { path: layout.science },
      calibrations: { path: layout.calibrations },
      qa: { path: layout.qa, is: 'qa' },
      log: { path: layout.log, is: 'log' },
      calib: { path: layout.calib },
      par: { path: layout.par },
      printed: { path: layout.printed, mayBeEmpty: true, is: 'log' },
    },
    each,
    subject,
    ...(title === undefined ? {} : { title }),
    successors: (at, facts) => (successors?.(at, facts) ?? []).map((next) => ({ ...next, rule: 'reduce' })),
    needs: (at, facts) => ({
      pypeit: { kind: 'output', rule: 'setup', at, output: 'file', by: 'meaning' },
      frames: framesOf(facts, config, at),
      wanted: { kind: 'keyed', values: { 'pypeit.version': version, 'run_pypeit.arguments': options.join(' ') } },
      arguments: { kind: 'ignored', value: options },
      version: { kind: 'ignored', value: version },
      ...installedHandles(config, facts),
    }),
    wants: (at, facts) => ({
      cpus: 1,
      memoryGiB: 32,
      scratchGiB: (datasetOf(facts, config, at)?.frames.length ?? 0) > 40 ? 150 : 50,
      hours: 48,
      ...config.reduce,
    }),
    matters,
    progress: pypeitProgress,
    complete: (made) => isWhole(made, { version, standIn: config.pypeit?.standIn }),
    runs: runPypeit,
  };
}

/** The raw frames that the .pypeit file keeps, by what their headers and sizes say. */
function framesOf(facts: Facts, config: DeimosConfig, at: Params): Handle {
  const dataset = datasetOf(facts, config, at);
  const content = contentAt(facts, config, at);
  const kept = content === undefined ? {} : keptFrames(content);
  const members: Record<string, string> = {};
  const paths: Record<string, string> = {};
  for (const { path, digest, size, about } of byPath(dataset?.frames ?? [])) {
    if (!isPlaced(about) || !Object.hasOwn(kept, about.filename) || Object.hasOwn(paths, about.filename)) continue;
    members[about.filename] = `${digest} ${size}`;
    paths[about.filename] = path;
  }
  return { kind: 'members', noun: 'raw', members: members satisfies Flat, paths };
}

const byPath = (frames: readonly Entry<Frame>[]): readonly Entry<Frame>[] => frames.toSorted((a, b) => (a.path < b.path ? -1 : 1));
