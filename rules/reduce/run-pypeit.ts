/** The recipe of a reduction: run_pypeit in an empty folder, and what it leaves brought to its names. */
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, relative } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { failing } from 'adap';
import type { Run } from 'adap';
import type { Installed } from '../installed/handles.ts';
import { reduceFailure } from '../pypeit-log/failure.ts';
import { createPlainText } from './plain-text.ts';
import { withPath } from '../pypeit/with-path.ts';

const STEM = 'keck_deimos_A';

export async function runPypeit(run: Run): Promise<void> {
  const { programs, notInstalled } = run.value<Installed>('programs');
  const options = run.value<readonly string[]>('arguments');
  if (notInstalled !== undefined) throw failing('bad-input', notInstalled);
  const folder = dirname(run.makes['log'] ?? '');
  const raw = `${dirname(dirname(folder))}/raw`;
  mkdirSync(raw, { recursive: true });
  for (const [name, path] of Object.entries(run.files('frames'))) symlinkSync(path, `${raw}/${name}`);
  const pypeit = withPath(Buffer.from(run.bytes('pypeit')).toString('utf8'), raw);
  writeFileSync(`${folder}/${STEM}.pypeit`, pypeit);

  const coloured = `${folder}/printed`;
  // One after the other into one file: what PypeIt prints of an exception is in no log of its own.
  const { exitCode } = await run.$({
    cwd: folder,
    env: programs.environment,
    nothrow: true,
  })`run_pypeit ${STEM}.pypeit ${options} 2>&1 | tee ${relative(folder, coloured)}`;
  await takeColoursOff(coloured, run.makes['printed'] ?? '');
  rmSync(coloured);
  // The same parameters by another date are the same output.
  for (const name of readdirSync(folder))
    if (/^keck_deimos_A_UTC_.*\.par$/.test(name)) renameSync(`${folder}/${name}`, run.makes['par'] ?? '');
  sayPublished(run, [run.makes['calib'] ?? '', run.makes['par'] ?? '']);
  if (exitCode !== 0 || !hasProducts(run.makes['science'] ?? '')) throwFailure(run, { folder, exitCode, pypeit });
  if (existsSync(`${folder}/QA`)) await run.$({ cwd: folder })`tar -czf QA.tar.gz QA && rm -r QA`;
}

/** Text files of PypeIt name the folders that they were made in: they shall name the places where all of it then lies, which are the same below the home. */
function sayPublished(run: Run, paths: readonly string[]): void {
  const [attempt, home] = [(run.makes['log'] ?? '').split('/'), run.published('log').split('/')];
  while (attempt.length > 0 && attempt.at(-1) === home.at(-1)) {
    attempt.pop();
    home.pop();
  }
  for (const path of paths)
    if (existsSync(path))
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replaceAll(attempt.join('/'), () => home.join('/')),
      );
}

const hasProducts = (science: string): boolean =>
  existsSync(science) && readdirSync(science).some((name) => /^spec2d_.*\.fits$/.test(name));

function throwFailure(
  run: Run,
  { folder, exitCode, pypeit }: { readonly folder: string; readonly exitCode: number | null; readonly pypeit: string },
): never {
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const failure = reduceFailure({
    exit: exitCode ?? undefined,
    log: read(`${folder}/${STEM}.log`),
    printed: read(run.makes['printed'] ?? ''),
    pypeit: { path: `${STEM}.pypeit`, text: pypeit },
    version: run.value<string>('version'),
  });
  // What it does not know of itself (it was killed, a disk was full) the evidence tells.
  if (failure === undefined)
    throw Object.assign(new Error(`run_pypeit exited with ${exitCode ?? 'a signal'}`), { exit: exitCode ?? undefined });
  throw failing(failure.cause, failure.says);
}

async function takeColoursOff(from: string, to: string): Promise<void> {
  const plain = createPlainText();
  const through = new Transform({
    transform: (bytes: Buffer, _, done) => done(undefined, plain.take(bytes)),
    flush: (done) => done(undefined, plain.end()),
  });
  await pipeline(createReadStream(from), through, createWriteStream(to));
}
