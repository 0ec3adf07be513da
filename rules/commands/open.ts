import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Asked, Problem, RuleCommand } from 'adap';
import { noBrowser, notBuilt } from './problems.ts';

/** The QA pages that PypeIt made of a reduction. */
export const openCommand = (): RuleCommand => ({
  name: 'open',
  summary: 'the QA pages of a reduction in the browser',
  examples: ['adap open HDa06DB/600ZD_8000_GG455/2006-04-27', 'adap open HDa06DB/600ZD_8000_GG455/2006-04-27 --print'],
  words: 'DATASET',
  options: {
    reduce: { value: 'NAME', does: 'of the reduce directory NAME; default: reduce, or the only one' },
    print: { does: 'only say where they are' },
  },
  run(asked) {
    const [subject = 'nothing'] = asked.subjects;
    const page = pageOf(asked, subject.split('/').slice(0, 3).join('/'));
    if (typeof page !== 'string') return { rows: [], lines: [], problems: [page] };
    const why = asked.options['print'] === undefined ? browse(page) : undefined;
    return { rows: [{ page }], lines: [page], problems: why === undefined ? [] : [noBrowser(page, why)] };
  },
});

/** Unpacked once for each tarball, beside what else adap may make anew at any time. */
function pageOf({ facts, options, targets }: Asked, subject: string): string | Problem {
  const reductions = targets().filter((target) => target.rule === 'reduce' && target.subject === subject && target.record !== undefined);
  const wanted = options['reduce'] ?? (reductions.length === 1 ? reductions[0]?.at['reduce'] : 'reduce');
  const qa = reductions.find(({ at }) => at['reduce'] === wanted)?.record?.outputs.find(({ name }) => name === 'qa');
  if (qa === undefined) return notBuilt(subject, 'reduction');
  const place = `${facts.home}/.adap/cache/qa/${qa.digest.slice(0, 16)}`;
  const page = `${place}/QA/MF_A.html`;
  if (existsSync(page)) return page;
  mkdirSync(dirname(place), { recursive: true });
  const making = mkdtempSync(`${place}-`);
  const { status, stderr } = spawnSync('tar', ['-xzf', `${facts.home}/${qa.path}`, '-C', making], { encoding: 'utf8' });
  if (status !== 0) {
    rmSync(making, { recursive: true });
    return noBrowser(`${facts.home}/${qa.path}`, stderr.trim());
  }
  if (existsSync(place)) rmSync(making, { recursive: true });
  else renameSync(making, place);
  return page;
}

/** Why it could not; undefined where it could, as far as one can tell at once. */
function browse(page: string): string | undefined {
  const browser = process.env['BROWSER'] ?? 'xdg-open';
  if (spawnSync('sh', ['-c', 'command -v "$0"', browser]).status !== 0) return `there is no ${browser}`;
  spawn(browser, [page], { detached: true, stdio: 'ignore' }).unref();
  return undefined;
}
