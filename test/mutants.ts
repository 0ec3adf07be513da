/**
 * Does a truth table notice when the function that it is about is wrong? Each mutant of a source (one condition turned, one value
 * changed, one line left out) is put in its place, and the test of that source must fail.
 *
 *     bin/node test/mutants.ts [FILE]
 */
import { spawn } from 'node:child_process';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readProjectFile, root } from './project-files.ts';
import { mutantsOf } from './rig/mutate.ts';
import type { Mutant } from './rig/mutate.ts';

export type Tried = {
  readonly source: string;
  readonly test: string;
  /** Lines that mean the same as before, as they are printed, and why. One that is caught, or is no mutant, is wrong here. */
  readonly same?: Readonly<Record<string, string>>;
};

export const TRIED: readonly Tried[] = [
  {
    source: 'engine/plan/judge.ts',
    test: 'test/unit/judge.test.ts',
    same: {
      "verdict: next.kind === 'nothing' ? 'fresh' : 'stale',":
        'nothing is next only where there is no reason; said twice, since a wrong `fresh` is the worst that can be said',
    },
  },
  { source: 'engine/attempt/seal.ts', test: 'test/unit/seal.test.ts' },
  {
    source: 'engine/attempt/cause-of.ts',
    test: 'test/unit/cause-of.test.ts',
    same: {
      "if ( OUTSIDE.has(signal)) return { cause: 'preempted', says: `${thrown.says}: ${signal} from outside` };":
        'the set does not hold undefined; the question is for the types',
      'const signalOf = ({ signal, exit } ) => signal ?? ( (BY_EXIT[exit]));':
        'no signal stands under undefined; the question is for the types',
      'const isFileSystem = (code ) => REFUSALS.has(code);': 'the set does not hold undefined; the question is for the types',
    },
  },
  {
    source: 'engine/model/policy.ts',
    test: 'test/unit/after-failure.test.ts',
    same: {
      "cancelled: { retries: 0, waitSeconds: 1, after: 'next-build', stopsAfter: Infinity, isOwn: false },":
        'what was cancelled is not tried again, so nothing waits for it',
    },
  },
  { source: 'engine/run/after-failure.ts', test: 'test/unit/after-failure.test.ts' },
  { source: 'engine/run/breaker.ts', test: 'test/unit/after-failure.test.ts' },
];

export type Found = {
  readonly mutants: number;
  /** What no row of the table notices, and what is wrongly said of mutants that mean the same. */
  readonly wrong: readonly string[];
};

/** A mutant that never ends is caught. */
const LONGEST_MS = 20_000;

export async function tryMutants({ source, test, same = {} }: Tried): Promise<Found> {
  const text = readProjectFile(source);
  const control = await isCaught({ source, test }, stripTypeScriptTypes(text));
  if (control) return { mutants: 0, wrong: [`${test} fails without any mutant\n  try: bin/node --test ${test}`] };
  const mutants = mutantsOf(text);
  const survivors = new Set<Mutant>();
  const left = [...mutants];
  const work = async (): Promise<void> => {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift())
      if (!(await isCaught({ source, test }, mutant.program))) survivors.add(mutant);
  };
  await Promise.all([work(), work()]);
  return {
    mutants: mutants.length,
    wrong: [
      ...[...survivors].flatMap(({ line, was, is }) =>
        Object.hasOwn(same, is) ? [] : [`${source}:${line}: no test notices\n  - ${was}\n  + ${is}`],
      ),
      ...Object.keys(same).flatMap((line) => {
        const listed = mutants.filter(({ is }) => is === line);
        if (listed.length === 0) return [`${source}: said to mean the same, and is no mutant: ${line}`];
        return listed.every((each) => survivors.has(each)) ? [] : [`${source}: said to mean the same, and is caught: ${line}`];
      }),
    ],
  };
}

/** Does the test fail with this program in the place of the source? */
function isCaught({ source, test }: Tried, program: string): Promise<boolean> {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const env = { ...environment, ADAP_MUTANT: pathToFileURL(join(root, source)).href, ADAP_MUTANT_PROGRAM: program };
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--import', join(root, 'test/rig/one-mutant.ts'), join(root, test)], {
      env,
      stdio: 'ignore',
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
    });
    child.on('error', fail);
    child.on('close', (code) => done(code !== 0));
  });
}

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  const tried = TRIED.filter(({ source }) => file === undefined || source === file);
  if (tried.length === 0) {
    console.error(`error[no-mutants]: no table of mutants has ${file}\n  try: bin/node test/mutants.ts ${TRIED[0]?.source ?? ''}`);
    process.exit(2);
  }
  for (const each of tried) {
    const { mutants, wrong } = await tryMutants(each);
    for (const line of wrong) console.log(line);
    console.log(`${each.source}: ${mutants} mutants, ${wrong.length === 0 ? 'all caught' : `${wrong.length} not`}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
}
