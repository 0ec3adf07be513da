import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Asked, Problem, Report, RuleCommand } from 'adap';
import type { DeimosConfig } from '../config.ts';
import { datasetName, datasets } from '../datasets.ts';
import type { Dataset } from '../datasets.ts';
import { writeConfig } from '../pypeit/config-obj.ts';
import { writePypeit } from '../pypeit/write-pypeit.ts';
import { contentOf } from '../setup/content.ts';
import { reduceDirectories } from '../setup/custom-files.ts';
import { asDataset } from './dataset-names.ts';
import { alreadyCustom, noDataset, noPermission, whichReduction } from './problems.ts';

/** Writes a custom file that says what is in force: nothing is stale until it is edited. */
export const customiseCommand = (config: DeimosConfig): RuleCommand => ({
  name: 'customise',
  summary: 'a custom file to begin with, from what is in force',
  examples: ['adap customise HDa06DB/600ZD_8000_GG455/2006-04-27', 'adap customise HDa06DB/600ZD_8000_GG455/2006-04-27 --pypeit'],
  words: 'DATASET',
  options: {
    pypeit: { does: 'a whole .pypeit file, with its table of frames, in place of parameters' },
    reduce: { value: 'NAME', does: 'of the reduce directory NAME; default: reduce, or the only one' },
  },
  run(asked) {
    const written = asked.subjects.map((subject) => customise(config, asked, subject));
    const problems = written.flatMap((each) => (typeof each === 'string' ? [] : [each]));
    const lines = written.flatMap((each) => (typeof each === 'string' ? [each] : []));
    const none = asked.subjects.length === 0 ? [noDataset('nothing')] : [];
    return {
      rows: lines.map((wrote) => ({ wrote })),
      lines: lines.flatMap((wrote) => [`wrote ${wrote}`, 'next: edit it, then adap build -n']),
      problems: [...none, ...problems],
    } satisfies Report;
  },
});

/** The file that it wrote, as the user would type it. */
function customise(config: DeimosConfig, { facts, options, config: folder }: Asked, subject: string): string | Problem {
  const dataset = datasetNamed(asDataset(subject), datasets(facts, config));
  if (dataset === undefined) return noDataset(subject);
  const directories = reduceDirectories(facts, dataset);
  const wanted = options['reduce'] ?? (directories.length === 1 ? directories[0]?.reduce : 'reduce');
  const directory = directories.find(({ reduce }) => reduce === wanted);
  if (directory === undefined && options['reduce'] === undefined)
    return whichReduction(
      subject,
      directories.map(({ reduce }) => reduce),
    );
  if (directory?.custom !== undefined) return alreadyCustom(facts.config.shown(directory.custom.name));
  const content = contentOf({ facts, config }, dataset, undefined);
  if (content.kind === 'problem') return content.problem;
  const isWhole = options['pypeit'] !== undefined;
  const name = `${isWhole ? 'custom_pypeit' : 'custom_params'}/${datasetName(dataset).replaceAll('/', '_')}_${wanted ?? 'reduce'}.${isWhole ? 'pypeit' : 'ini'}`;
  const head = [`of ${datasetName(dataset)}, begun by adap customise from what was in force`];
  const raw = `${facts.home}/${datasetName(dataset)}/complete/raw`;
  const text = isWhole ? writePypeit({ ...content, paths: [raw] }, head) : `# ${head[0]}\n${writeConfig(content.parameters)}\n`;
  try {
    mkdirSync(dirname(`${folder}/${name}`), { recursive: true });
    writeFileSync(`${folder}/${name}`, text, { flag: 'wx' });
  } catch (error) {
    return noPermission(facts.config.shown(name), error);
  }
  return facts.config.shown(name);
}

const datasetNamed = (name: string, all: readonly Dataset[]): Dataset | undefined =>
  all.find((each) => each.isComplete && datasetName(each) === name);
