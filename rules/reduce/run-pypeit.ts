/** The recipe of a reduction: run_pypeit in an empty folder, and what it leaves brought to its names. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { failing } from 'adap';
import type { Run } from 'adap';
import { exitOfPypeit } from '../installed/call-pypeit.ts';
import { programsHere, pypeitWanted } from '../installed/handles.ts';
import { notTheVersion } from '../installed/not-the-version.ts';
import { installedPackages } from '../installed/packages.ts';
import { sayPublished } from '../installed/say-published.ts';
import { reduceFailure } from '../pypeit-log/failure.ts';
import { withPath } from '../pypeit/with-path.ts';

const STEM = 'keck_deimos_A';

export async function runPypeit(run: Run): Promise<void> {
  const wanted = pypeitWanted(run);
  const options = run.value<readonly string[]>('arguments');
  const notInstalled = notTheVersion(wanted, installedPackages(wanted));
  if (notInstalled !== undefined) throw failing('bad-input', notInstalled);
  const folder = dirname(run.makes['log'] ?? '');
  const raw = `${dirname(dirname(folder))}/raw`;
  mkdirSync(raw, { recursive: true });
  for (const [name, path] of Object.entries(run.files('frames'))) symlinkSync(path, `${raw}/${name}`);
  const pypeit = withPath(Buffer.from(run.bytes('pypeit')).toString('utf8'), raw);
  writeFileSync(`${folder}/${STEM}.pypeit`, pypeit);

  const exitCode = await exitOfPypeit(run, ['run_pypeit', `${STEM}.pypeit`, ...options], {
    programs: programsHere(run),
    folder,
    log: basename(run.makes['printed'] ?? ''),
  });
  // The same parameters by another date are the same output.
  for (const name of readdirSync(folder))
    if (/^keck_deimos_A_UTC_.*\.par$/.test(name)) renameSync(`${folder}/${name}`, run.makes['par'] ?? '');
  sayPublished(run, 'log', [run.makes['calib'] ?? '', run.makes['par'] ?? '']);
  if (exitCode !== 0 || !hasProducts(run.makes['science'] ?? '')) throwFailure(run, { folder, exitCode, pypeit });
  if (existsSync(`${folder}/QA`)) await run.$({ cwd: folder })`tar -czf QA.tar.gz QA && rm -r QA`;
}

const hasProducts = (science: string): boolean =>
  existsSync(science) && readdirSync(science).some((name) => /^spec2d_.*\.fits$/.test(name));

function throwFailure(
  run: Run,
  { folder, exitCode, pypeit }: { readonly folder: string; readonly exitCode: number | undefined; readonly pypeit: string },
): never {
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const failure = reduceFailure({
    exit: exitCode,
    log: read(`${folder}/${STEM}.log`),
    printed: read(run.makes['printed'] ?? ''),
    pypeit: { path: `${STEM}.pypeit`, text: pypeit },
    version: run.value<string>('version'),
  });
  // What it does not know of itself (it was killed, a disk was full) the evidence tells.
  if (failure === undefined) throw Object.assign(new Error(`run_pypeit exited with ${exitCode ?? 'a signal'}`), { exit: exitCode });
  throw failing(failure.cause, failure.says);
}
