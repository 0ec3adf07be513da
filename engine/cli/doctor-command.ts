import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Problem } from '../model/problem.ts';
import type { TargetRecord } from '../model/record.ts';
import { isFailed, survey } from '../plan/survey.ts';
import type { Survey } from '../plan/survey.ts';
import { networkFileSystem } from '../records/cache-file.ts';
import { leaseHolder } from '../run/lease.ts';
import { foldersOf } from '../records/folders.ts';
import { problemText } from '../report/problem-text.ts';
import { homeUnwritable } from '../run/problems.ts';
import { EXIT } from './command.ts';
import type { Command, InProject } from './command.ts';
import { attemptsCheck, clockCheck, leftoversCheck, recordsCheck } from './doctor-home.ts';
import { machineChecks } from './doctor-machine.ts';
import type { Found } from './doctor-machine.ts';
import { diskLow, homeOnNetwork } from './problems.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  usage: 'adap doctor',
  summary: 'is everything here that a build needs?',
  optionHelp: [],
  examples: [['adap doctor', 'before a long build']],
  options: {},
  needs: 'project',
  run(context) {
    const here = { world: context.world, home: context.site.home };
    const problems: Problem[] = [];
    const check = (name: string, found: Found): void => {
      if ('code' in found) problems.push(found);
      context.print(`${'code' in found ? 'bad ' : 'ok  '} ${name}: ${'code' in found ? `${found.says} [${found.code}]` : found.says}`);
    };
    check('node', { says: process.version });
    check('home', homeCheck(context));
    check('disk', diskCheck(context));
    check('clock', clockCheck(here));
    for (const [name, found] of machineChecks()) check(name, found);
    const surveyed = survey(context, { words: [], stages: [] });
    if (isFailed(surveyed)) check('raw and config', surveyed.problem);
    else {
      check('raw', { says: `${surveyed.site.project.source.roots.join(', ')}; ${surveyed.facts.leftOut().length} files cannot be used` });
      check('config', { says: `${surveyed.site.config}; ${surveyed.facts.config.files().length} files` });
      check('graph', { says: `${surveyed.graph.targets.length} targets` });
      check('records', recordsCheck(here, recordsIn(surveyed)));
      for (const each of surveyed.site.project.checks ?? []) for (const found of each.check(surveyed.facts)) check(each.name, found);
      for (const problem of surveyed.warnings) context.complain(problemText(problem, 'warning'));
    }
    check('builder', { says: holder(context) });
    check('attempts', attemptsCheck(here));
    check('leftovers', leftoversCheck(here));
    for (const problem of problems) context.complain(problemText(problem));
    return problems.length > 0 ? EXIT.failed : EXIT.ok;
  },
};

const recordsIn = ({ graph, records }: Survey): readonly TargetRecord[] =>
  graph.targets.flatMap(({ id }) => {
    const record = records.get(id);
    return record === undefined ? [] : [record];
  });

function homeCheck({ site, world }: InProject): Found {
  if (world.bucket !== undefined) return { says: `${site.named}; caches in ${site.home}/.adap/cache` };
  const nearest = existing(site.home);
  try {
    accessSync(nearest, constants.W_OK);
  } catch {
    return homeUnwritable(site.home, 'EACCES');
  }
  const kind = networkFileSystem(nearest);
  return kind === undefined ? { says: site.home } : homeOnNetwork(site.home, kind);
}

function diskCheck({ site }: InProject): Found {
  const { bavail, bsize, ffree } = statfsSync(existing(site.home));
  const freeGiB = (bavail * bsize) / 2 ** 30;
  return freeGiB < 1 || (ffree < 10_000 && ffree > 0) ? diskLow(site.home, freeGiB, ffree) : { says: `${freeGiB.toFixed(0)} GiB free` };
}

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));

function holder({ site, world }: InProject): string {
  if (world.bucket !== undefined) {
    const by = leaseHolder(world.bucket);
    return by === undefined ? 'none at work' : `the lock says pid ${by.pid} on ${by.host}, since ${by.since}, builds ${by.builds}`;
  }
  const { lock } = foldersOf(site.home);
  try {
    return `the lock says ${readFileSync(lock, 'utf8')}`;
  } catch {
    return 'none at work';
  }
}
