/** The door to the rules, as 'adap/deimos': a DEIMOS archive as a project of adap. */
import type { Project } from 'adap';
import { framesCommand } from './commands/frames.ts';
import { clusterFor } from './cluster.ts';
import { PYPEIT_VERSION } from './config.ts';
import type { DeimosConfig } from './config.ts';
import { framesLeftOut } from './frames/problems.ts';
import { frameIndex } from './frames/source-index.ts';
import { incomplete, raw } from './raw.ts';
import { archive } from './archive.ts';
import { coadds, coaddsIn } from './coadd.ts';
import { unusedCustomCoadds } from './coadds/custom-coadd2d.ts';
import { levelsIn, unusedExceptions } from './coadds/read-levels.ts';
import { archiveCommand } from './commands/archive.ts';
import { customiseCommand } from './commands/customise.ts';
import { openCommand } from './commands/open.ts';
import { reportCommand } from './commands/report.ts';
import { scorecardCommand } from './commands/scorecard.ts';
import { pypeitCheck } from './installed/check.ts';
import { reduce } from './reduce.ts';
import { scorecard, THRESHOLDS_FILE } from './scorecard.ts';
import { unusedThresholds } from './scorecard/thresholds.ts';
import { setup } from './setup.ts';
import { warnings } from './warnings.ts';
import { datasetName, datasets } from './datasets.ts';
import { unusedCustomFiles } from './setup/custom-files.ts';

export type { DeimosConfig } from './config.ts';

/** What an adapfile exports: where things lie, and what is wanted of them. */
export const deimos = (config: DeimosConfig & Pick<Project, 'home' | 'config' | 'machine' | 'redis' | 'cluster'>): Project => ({
  home: config.home,
  config: config.config,
  ...(config.machine === undefined ? {} : { machine: config.machine }),
  ...(config.redis === undefined ? {} : { redis: config.redis }),
  ...(config.cluster === undefined ? {} : { cluster: clusterFor(config.cluster, config.pypeit?.version ?? PYPEIT_VERSION) }),
  source: frameIndex(config),
  settings: config,
  rules: [
    raw(config),
    incomplete(config),
    setup(config),
    reduce(config),
    warnings(config),
    scorecard(config),
    ...coadds(config),
    ...archive(config),
  ],
  warnings: (facts) => {
    const all = datasets(facts, config);
    const names = all.filter((dataset) => dataset.isComplete).map(datasetName);
    const levels = levelsIn(facts);
    return [
      ...(facts.leftOut().length === 0 ? [] : [framesLeftOut(facts.leftOut())]),
      ...unusedCustomFiles({ facts, config }, all),
      ...unusedThresholds(facts.config.text(THRESHOLDS_FILE) ?? '', names, facts.config.shown(THRESHOLDS_FILE)),
      ...(levels.kind === 'problem' ? [] : unusedExceptions(facts, levels.levels, names)),
      ...unusedCustomCoadds(
        facts,
        coaddsIn(facts, config, { dimension: '2D', where: {} }).map(({ of }) => of),
      ),
    ];
  },
  checks: [pypeitCheck(config)],
  commands: [framesCommand(config), customiseCommand(config), scorecardCommand(), archiveCommand(), openCommand(), reportCommand()],
});
