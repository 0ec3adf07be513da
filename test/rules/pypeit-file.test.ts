import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readPypeit } from '../../rules/pypeit/pypeit-file.ts';
import { writePypeit } from '../../rules/pypeit/write-pypeit.ts';
import { hardTrim } from '../rig/oracle.ts';
import { CHECKOUT } from '../rig/project.ts';

const GOOD = [
  '[rdx]',
  'spectrograph = keck_deimos',
  'setup read',
  'Setup A:',
  '  amp: x',
  'setup end',
  'data read',
  ' path /raw',
  ' filename | frametype | calib',
  '#a.fits   | arc,tilt  | 0',
  ' b.fits   | science   | 0',
  'data end',
];
const line = (number: number, text?: string): string => GOOD.toSpliced(number - 1, 1, ...(text === undefined ? [] : [text])).join('\n');

const broken: [title: string, text: string, code: string, at: number][] = [
  ['no setup block', line(3), 'pypeit-incomplete', 1],
  ['a setup block without an end', line(6), 'pypeit-incomplete', 3],
  ['a setup block without a setup', line(4), 'pypeit-incomplete', 4],
  ['a setup block that is no name: value', line(5, '  amp'), 'config-syntax', 5],
  ['no data block', line(7), 'pypeit-incomplete', 11],
  ['a data block without an end', line(12), 'pypeit-incomplete', 7],
  ['a table without its head', line(9), 'pypeit-no-table', 10],
  ['a table without frametype', line(9, 'filename | calib'), 'pypeit-no-table', 9],
  ['a row with a cell too many', line(11, 'b.fits | science | 0 | 1'), 'pypeit-row', 11],
  ['a row with a cell too few', line(11, 'b.fits | science'), 'pypeit-row', 11],
  ['a # in a cell, which cuts the row short', line(11, 'b.fits | star #5 | 0'), 'pypeit-row', 11],
  ['a frame that stands twice', `${GOOD.slice(0, 11).join('\n')}\nb.fits | science | 0\ndata end`, 'pypeit-frame-twice', 12],
  ['a parameter that stands twice', line(2, 'a = 1\na = 2'), 'config-duplicate', 3],
  ['text behind the data block', `${GOOD.join('\n')}\nmore`, 'config-syntax', 13],
];
for (const [title, text, code, at] of broken) {
  test(`.pypeit: ${title} is a problem with its place`, () => {
    const file = readPypeit(text, 'config/x.pypeit');
    assert.ok(file.kind === 'problem');
    const { problem } = file;
    assert.deepEqual([problem.code, problem.file, problem.line], [code, 'config/x.pypeit', at]);
    assert.ok(problem.column !== undefined && problem.column >= 1);
  });
}

/** Without the head, empty lines and remarks. */
const layoutOf = (text: string): string[] =>
  text
    .slice(text.indexOf('[rdx]'))
    .split('\n')
    .map((each) => each.replace(/^# .*|\s+# .*/, '').trimEnd())
    .filter((each) => each !== '');

test('.pypeit: what PypeIt wrote is written alike to the blank, but for head, empty lines and remarks', () => {
  const samples = ['default', 'custom'].map((name) => readFileSync(`${CHECKOUT}/test/fixtures/oracle/sample-${name}.pypeit`, 'utf8'));
  // The row with a bar in it PypeIt cannot read either; `# NAME` is written as `#NAME`.
  const recorded = hardTrim()
    .flatMap((hard) => Object.values(hard.case === 'target-bar' ? {} : (hard.verbatim ?? {})))
    .filter((text) => !/^ *# DE/m.test(text));
  for (const text of [...samples, ...recorded]) {
    const file = readPypeit(text, 'recorded');
    assert.ok(file.kind === 'pypeit');
    assert.deepEqual(layoutOf(writePypeit(file, [])), layoutOf(text));
  }
  assert.equal(recorded.length, 21);
});
