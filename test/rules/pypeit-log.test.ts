import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { executionSeconds } from '../../rules/pypeit-log/execution-seconds.ts';
import { reduceFailure } from '../../rules/pypeit-log/failure.ts';
import { headOf } from '../../rules/pypeit-log/head-of.ts';
import { matters } from '../../rules/pypeit-log/matters.ts';
import { pypeitProgress } from '../../rules/pypeit-log/progress.ts';
import { createPlainText } from '../../rules/installed/plain-text.ts';
import { requiredWarnings } from '../../rules/warnings/required-warnings.ts';
import { usefulWarnings } from '../../rules/warnings/useful-warnings.ts';
import { PRODUCTS, products } from '../rig/products.ts';
import { readProjectFile } from '../project-files.ts';

const RECORDED = `${products()}/SYNTH1/600ZD_7500_GG455/2020-01-02/complete/reduce/keck_deimos_A/keck_deimos_A.log`;
const file = (name: string): string => {
  const path = `${PRODUCTS}/${name}`;
  return existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)).toString('utf8');
};
const plain = (text: string): string => {
  const taker = createPlainText();
  return `${taker.take(Buffer.from(text)).toString('utf8')}${taker.end().toString('utf8')}`;
};
const required = requiredWarnings(readProjectFile('config/required_warnings.txt'));

test('every entry of config/required_warnings.txt is read', () => {
  const lines = readProjectFile('config/required_warnings.txt')
    .split('\n')
    .filter((line) => line.trim() !== '');
  assert.equal(required.length, lines.length);
});

test('useful warnings of every log of 1.x are those of the old script, byte for byte', () => {
  assert.equal(usefulWarnings(file('logs/no-products-1.17.4.log'), required), file('logs/no-products-1.17.4_useful_warns.log'));
  assert.equal(usefulWarnings(readFileSync(RECORDED, 'utf8'), required), file('oracles/keck_deimos_A_useful_warns.log'));
  for (const name of ['crash', 'nofile', 'badpar']) assert.equal(usefulWarnings(file(`logs/${name}-1.17.4.log`), required), '');
});

test('a log of 2.x has those of its messages that 1.x had, wherever they were moved', () => {
  const found = usefulWarnings(file('logs/crash-2.0.1.log'), required).trim().split('\n');
  assert.deepEqual(
    found.map((line) => line.replace(/^(\d+) -- .*? \| \S+ \S+ \| /, '$1 ')),
    [
      '59 edgetrace.py:initial_trace:981 | No edges found!  Trace data will be empty.',
      '62 pypeit_steps.py:calib_one:194 | Calibrations for detector 3 were unsuccessful!  The step that failed was get_slits.  Continuing to next detector.',
      '63 exposure.py:reduce_exposure:427 | Calibrations for detector 3 were unsuccessful!  The step that failed was get_slits.  Continuing by skipping this detector.',
    ],
  );
});

const matches: [title: string, line: string, isUseful: boolean][] = [
  ['of 1.x', '[WARNING] :: autoid.py 1 full_template() - Not enough useful IDs', true],
  ['of 1.x, by another method', '[WARNING] :: autoid.py 1 other() - Not enough useful IDs', false],
  ['of 1.x, in another file', '[WARNING] :: other.py 1 full_template() - Not enough useful IDs', false],
  ['of 1.x that is no warning', '[INFO]    :: autoid.py 1 full_template() - Not enough useful IDs', false],
  ['of 2.x', ' WARNING | 2026-11-22 23:17:24 | autoid.py:full_template:1 | Not enough useful IDs', true],
  ['of 2.x, moved, with four words', ' WARNING | 2026-11-22 23:17:24 | other.py:method:1 | Not enough useful IDs', true],
  ['of 2.x, moved, with three words', ' WARNING | 2026-11-22 23:17:24 | other.py:method:1 | All traces removed!', false],
  ['of 2.x, in its file, with three words', ' WARNING | 2026-11-22 23:17:24 | edgetrace.py:method:1 | All traces removed!', true],
  ['of 2.x, with words between', ' WARNING | 2026-11-22 23:17:24 | other.py:method:1 | Not enough of the useful IDs', true],
  ['of 2.x that is no warning', '    INFO | 2026-11-22 23:17:24 | autoid.py:full_template:1 | Not enough useful IDs', false],
];
for (const [title, line, isUseful] of matches)
  test(`a line ${title} is ${isUseful ? '' : 'not '}useful`, () =>
    assert.equal(usefulWarnings(`first\n${line}\n`, required), isUseful ? `2 -- ${line}\n` : ''));

test('each line has its head, in all three forms', () => {
  const is = { level: 'WARNING', file: 'edgetrace.py', method: 'initial_trace', text: 'No edges found!' };
  assert.deepEqual(headOf('[WARNING] :: edgetrace.py 1045 initial_trace() - No edges found!'), { version: '1.x', ...is });
  assert.deepEqual(headOf(' WARNING | 2026-11-22 23:17:24 | edgetrace.py:initial_trace:981 | No edges found!'), { version: '2.x', ...is });
  assert.deepEqual(headOf('[WARNING] - edgetrace.py:initial_trace:981 - No edges found!'), { version: '2.x', ...is });
  assert.equal(headOf('             DE.20200102.44770.fits'), undefined);
});

const times: [said: string, seconds: number | undefined][] = [
  ['Execution time: 12.34s', 12],
  ['Execution time: 6m 32.96s', 393],
  ['Execution time: 27h 3m 1.20s', 97_381],
  ['Execution time: 1d 2h', 93_600],
  ['nothing of the kind', undefined],
];
for (const [said, seconds] of times)
  test(`${said}: ${seconds ?? 'not known'}`, () => assert.equal(executionSeconds(`first\n${said}\nlast`), seconds));

const failures: [log: string, exit: number, cause: string, says: RegExp][] = [
  [
    'no-products-1.17.4',
    0,
    'incomplete',
    /reduced nothing: detector 3 has no calibration: the slit edges, from the flats \(get_slits\) failed; look at/,
  ],
  ['crash-1.17.4', 1, 'exited', /^IndexError: index 0 is out of bounds for size 0; raised in datamodel\.py:1215 __setitem__$/],
  ['crash-2.0.1', 1, 'exited', /^IndexError: .*; raised in exposure\.py:74 adjust_for_slitmask; detector 3 has no calibration/],
  ['nofile-1.17.4', 1, 'bad-input', /^DE\.20200102\.99999\.fits\.gz is named in the \.pypeit file/],
  ['nofile-2.0.1', 1, 'bad-input', /^DE\.20200102\.99999\.fits\.gz is named in the \.pypeit file/],
  ['badpar-1.17.4', 1, 'bad-input', /no parameter snr_thressh of FindObjPar \(x\.pypeit:3\)/],
  ['badpar-2.0.1', 1, 'bad-input', /no parameter snr_thressh of FindObjPar \(x\.pypeit:3\)/],
];
const pypeit = { path: 'x.pypeit', text: '[reduce]\n[[findobj]]\n  snr_thressh = 5 # !\n' };
for (const [name, exit, cause, says] of failures)
  test(`a run that ended as ${name} did: ${cause}`, () => {
    const found = reduceFailure({
      exit,
      log: file(`logs/${name}.log`),
      printed: plain(file(`logs/${name}.stderr`)),
      pypeit,
      version: '1.17.4',
    });
    assert.equal(found?.cause, cause);
    assert.match(found?.says ?? '', says);
  });

const traceback = (last: string): string => `Traceback (most recent call last):\n  File "/venv/x.py", line 3, in main\n    f()\n${last}\n`;
const others: [title: string, exit: number | undefined, printed: string, expected: RegExp | undefined][] = [
  ['by a signal', 137, traceback('MemoryError'), undefined],
  ['by a signal that nobody saw', undefined, '', undefined],
  ['for a full disk', 1, traceback('OSError: [Errno 28] No space left on device'), undefined],
  [
    'for want of memory',
    1,
    traceback('numpy._core._exceptions._ArrayMemoryError: Unable to allocate 3.2 GiB'),
    /^out-of-memory: .*3\.2 GiB/,
  ],
  [
    'by a numpy that is too new',
    1,
    traceback("AttributeError: module 'numpy' has no attribute 'in1d'"),
    /^bad-input: .*pip install 'pypeit==1\.17\.4' 'numpy<2\.4' six$/,
  ],
  ['without six', 1, traceback("ModuleNotFoundError: No module named 'six'"), /^bad-input: .*pip install/],
  [
    'without a network',
    1,
    traceback('urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>'),
    /^bad-input: .*adap doctor/,
  ],
  ['without a word', 1, '', undefined],
];
for (const [title, exit, printed, expected] of others)
  test(`a run that ended ${title}: ${expected === undefined ? 'the evidence tells' : 'it says so'}`, () => {
    const found = reduceFailure({ exit, log: '', printed, pypeit, version: '1.17.4' });
    if (expected === undefined) assert.equal(found, undefined);
    else assert.match(`${found?.cause}: ${found?.says}`, expected);
  });

test('the lines that matter are errors, the last line of a traceback, and warnings after which products are missing', () => {
  const those = (name: string): string[] =>
    plain(file(`logs/${name}.stderr`))
      .split('\n')
      .filter(matters);
  assert.ok(those('crash-1.17.4').at(-1)?.startsWith('IndexError'));
  assert.ok(those('nofile-2.0.1').some((line) => line.startsWith('pypeit.exceptions.PypeItError')));
  assert.ok(those('no-products-1.17.4').some((line) => line.includes('Calibrations for detector 3 were unsuccessful')));
  const all = plain(file('logs/no-products-1.17.4.stderr')).split('\n');
  assert.ok(those('no-products-1.17.4').length < all.length / 5);
  assert.ok(matters('Killed') && !matters('    raise ValueError(x)') && !matters('[INFO]    :: a.py 1 b() - Error of the mean'));
});

test('a log says at which frame, detector, slit and stage a run is', () => {
  const said = (log: string): string[] => {
    const progress = pypeitProgress();
    const words: string[] = [];
    for (const line of log.split('\n')) {
      progress.hear(line);
      if (words.at(-1) !== progress.words()) words.push(progress.words());
    }
    return words;
  };
  const old = said(readFileSync(RECORDED, 'utf8'));
  assert.ok(old.includes('frame 1/2, detector 3, slit 873, object finding') && old.at(-1)?.startsWith('frame 2/2, detector 3'), old.at(-1));
  const recent = said(file('v2.0.1/keck_deimos_A.log'));
  for (const stage of ['slit edges', 'wavelengths', 'tilts', 'flat field', 'object finding', 'flexure', 'extraction'])
    assert.ok(
      recent.some((words) => words.startsWith('frame 1') && words.endsWith(stage)),
      stage,
    );
});

test('colours are taken off wherever a piece ends', () => {
  const coloured = '\x1b[1;32m[INFO]    ::\x1b[0m \x1b[1;34mspécial.py 1 main()\x1b[0m - text\n';
  const bytes = Buffer.from(coloured);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const taker = createPlainText();
    const out = Buffer.concat([taker.take(bytes.subarray(0, cut)), taker.take(bytes.subarray(cut)), taker.end()]);
    assert.equal(out.toString('utf8'), '[INFO]    :: spécial.py 1 main() - text\n', `cut at ${cut}`);
  }
});

test('a log of 50 MB takes no longer by the line than a small one', () => {
  const small = readFileSync(RECORDED, 'utf8');
  const timed = (text: string): number => {
    const start = performance.now();
    usefulWarnings(text, required);
    for (const line of text.split('\n')) matters(line);
    return (performance.now() - start) / text.length;
  };
  timed(small);
  assert.ok(timed(small.repeat(80)) < 10 * timed(small.repeat(4)));
});
