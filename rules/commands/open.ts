import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Asked, Problem, RuleCommand } from 'adap';
import { asDataset } from './dataset-names.ts';
import { noDataset, noPermission, notBuilt, qaDamaged, whichReduction } from './problems.ts';

/** What says which browser there is: `BROWSER` (several with a colon between them, `%s` for the page), else that of the desktop. */
export type Browsers = Readonly<Partial<Record<'BROWSER' | 'DISPLAY' | 'WAYLAND_DISPLAY', string>>>;

/** The QA pages that PypeIt made of a reduction. Where no browser can be started, saying where they are is enough. */
export const openCommand = (browsers: Browsers = process.env): RuleCommand => ({
  name: 'open',
  summary: 'the QA pages of a reduction in the browser',
  examples: ['adap open HDa06DB/600ZD_8000_GG455/2006-04-27', 'adap open HDa06DB/600ZD_8000_GG455/2006-04-27 --print'],
  words: 'DATASET',
  options: {
    reduce: { value: 'NAME', does: 'of the reduce directory NAME; default: reduce, or the only one' },
    print: { does: 'only say where they are' },
  },
  async run(asked) {
    const [subject] = asked.subjects;
    const page = subject === undefined ? noDataset('nothing') : await pageOf(asked, asDataset(subject));
    if (typeof page !== 'string') return { rows: [], lines: [], problems: [page] };
    const why = asked.options['print'] === undefined ? browse(page, browsers) : undefined;
    return { rows: [{ page }], lines: [page, ...(why === undefined ? [] : [`not opened: ${why}`])], problems: [] };
  },
});

async function pageOf({ facts, options, targets, fetch, cache }: Asked, subject: string): Promise<string | Problem> {
  const reductions = targets().filter((target) => target.rule === 'reduce' && target.subject === subject && target.record !== undefined);
  const wanted = options['reduce'] ?? (reductions.length === 1 ? reductions[0]?.at['reduce'] : 'reduce');
  const tarballs = reductions.flatMap(({ id, at, record }) =>
    (record?.outputs ?? []).filter(({ name }) => name === 'qa').map((qa) => ({ ...qa, target: id, reduce: at['reduce'] ?? '' })),
  );
  const tarball = tarballs.find(({ reduce }) => reduce === wanted);
  if (tarball !== undefined) {
    await fetch([tarball.path]);
    return unpacked({ facts, cache }, tarball);
  }
  return tarballs.length > 0
    ? whichReduction(
        subject,
        tarballs.map(({ reduce }) => reduce),
      )
    : notBuilt(subject, 'reduction');
}

/** Unpacked once for each tarball, beside what else adap may make anew at any time. */
function unpacked(
  { facts, cache }: Pick<Asked, 'facts' | 'cache'>,
  { path, digest, target }: Readonly<Record<'path' | 'digest' | 'target', string>>,
): string | Problem {
  const damaged = (why: string): Problem => qaDamaged(`${facts.home}/${path}`, why, target);
  const place = `${cache}/qa/${digest.slice(0, 16)}`;
  const page = `${place}/QA/MF_A.html`;
  if (existsSync(page)) return page;
  const making = roomFor(place);
  if (typeof making !== 'string') return making;
  try {
    const { status, stderr, error } = spawnSync('tar', ['-xzf', `${facts.here}/${path}`, '-C', making], { encoding: 'utf8' });
    if (status !== 0) return damaged(`it cannot be unpacked: ${error?.message ?? stderr.trim().split('\n')[0] ?? ''}`);
    if (!existsSync(`${making}/QA/MF_A.html`)) return damaged('there is no QA/MF_A.html in it');
    return putInPlace(making, { place, page });
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

function roomFor(place: string): string | Problem {
  try {
    mkdirSync(dirname(place), { recursive: true });
    return mkdtempSync(`${place}-`);
  } catch (error) {
    return noPermission(place, error);
  }
}

function putInPlace(making: string, { place, page }: { readonly place: string; readonly page: string }): string | Problem {
  try {
    // What somebody has half deleted is made anew.
    if (!existsSync(page)) rmSync(place, { recursive: true, force: true });
    renameSync(making, place);
  } catch (error) {
    // Somebody else may have been quicker.
    if (!existsSync(page)) return noPermission(place, error);
  }
  return page;
}

/** Why it could not; undefined where it could, as far as one can tell at once. */
function browse(page: string, { BROWSER: wish = '', DISPLAY: x11 = '', WAYLAND_DISPLAY: wayland = '' }: Browsers): string | undefined {
  if (wish === '' && x11 === '' && wayland === '') return 'there is no display here, and BROWSER is not set';
  const commands = (wish === '' ? 'xdg-open' : wish).split(':').map((command) => command.trim().split(/\s+/));
  const found = commands.find(([program = '']) => program !== '' && spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0);
  const [program, ...words] = found ?? [];
  if (program === undefined) return `there is no ${commands.map(([name]) => name).join(' and no ')} here`;
  const filled = words.map((word) => word.replaceAll('%s', () => page));
  const started = spawn(program, words.some((word) => word.includes('%s')) ? filled : [...words, page], {
    detached: true,
    stdio: 'ignore',
  });
  // The path is printed in any case.
  started.on('error', () => {});
  started.unref();
  return undefined;
}
