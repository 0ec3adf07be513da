import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pypeitMeaning } from '../../rules/pypeit/meaning.ts';
import { CHECKOUT } from '../rig/project.ts';

const sample = readFileSync(`${CHECKOUT}/test/fixtures/oracle/sample-custom.pypeit`, 'utf8');
const meaning = (text: string): Readonly<Record<string, string>> => pypeitMeaning(Buffer.from(text));
const SCIENCE = 'DE.20111030.24970.fits';
/** The rows of one frame, otherwise. */
const row = (change: (row: string) => string): string =>
  sample
    .split('\n')
    .map((line) => (line.includes(SCIENCE) ? change(line) : line))
    .join('\n');
const cells = (column: number, cell: string): string => row((line) => line.split('|').with(column, ` ${cell} `).join('|'));
const column = (name: string, cell: string): string =>
  sample
    .split('\n')
    .map((line) => (line.includes(' | ') ? `${line} | ${line.includes('filename') ? name : cell}` : line))
    .join('\n');
const [DITHOFF, COMB, BKG] = [20, 21, 22];

const same: [title: string, text: string][] = [
  [
    'a remark in any block',
    sample.replace('[flexure]', '# why\n[flexure] # here').replace(' path ', '# x\n path ').replace('setup end', '# y\nsetup end'),
  ],
  ['a remark behind a row', row((line) => `${line} # good seeing`)],
  [
    'another order of sections',
    sample.replace(/\[flexure\]\n.*\n.*\n/, '').replace('[reduce]', '[flexure]\nspec_maxshift = 80\nspec_method = slitcen\n[reduce]'),
  ],
  ['other indentation', sample.replaceAll(/^ +(?=[[\w])/gm, '\t')],
  ['quotes', sample.replace('= slitcen', '= "slitcen"').replace('snr_thresh = 5', "snr_thresh = '5'")],
  ['another spelling of a number', sample.replace('bspline_spacing = 1.5', 'bspline_spacing = 1.50')],
  ['another raw path, two of them, or none', sample.replace(/ path .*\n/, ' path /a b/c\n path /d\n')],
  ['# NAME for #NAME, and a blank before it', sample.replaceAll(/^#DE/gm, ' # DE')],
  [
    'another order of rows',
    sample.replace(
      /(data read\n.*\n.*\n)((?:.*\n)*?)(data end)/,
      (_all, head, rows: string, end) => `${head}${rows.trimEnd().split('\n').toReversed().join('\n')}\n${end}`,
    ),
  ],
  ['a commented row that is not there', sample.replaceAll(/^#DE.*\n/gm, '')],
  ['0 for a dithoff of 0.0', cells(DITHOFF, '0')],
  ['the old form with bars at both ends', sample.replaceAll(/^.* \| .*$/gm, (line) => `| ${line} |`)],
  ['carriage returns', sample.replaceAll('\n', '\r\n')],
  ['values of the setup block', sample.replace('amp: \'"SINGLE:B"\'', "amp: 'x'").replace('Setup A: null', 'Setup A')],
  ['a column of empty manual extractions', column('manual', '')],
  ['two blanks in setup  read', sample.replace('setup read', 'setup   read # x')],
];
for (const [title, text] of same) {
  test(`meaning: ${title} changes nothing`, () => {
    assert.notEqual(text, sample);
    assert.deepEqual(meaning(text), meaning(sample));
  });
}

const FRAME = `frame ${SCIENCE}`;
const SAID = 'science calib 0 comb_id 1 bkg_id 2 dithoff 0.0';
const other: [title: string, text: string, name: string, was: string | undefined, is: string | undefined][] = [
  ['one value', sample.replace('snr_thresh = 5', 'snr_thresh = 5.5'), 'reduce.findobj.snr_thresh', '5', '5.5'],
  ['an integer made a float', sample.replace('snr_thresh = 5', 'snr_thresh = 5.0'), 'reduce.findobj.snr_thresh', '5', '5.0'],
  ['a new value', sample.replace('[flexure]', '[flexure]\nexcessive_shift = crop'), 'flexure.excessive_shift', undefined, 'crop'],
  ['a value taken out', sample.replace(/ *bspline_spacing.*\n/, ''), 'reduce.skysub.bspline_spacing', '1.5', undefined],
  ['one bkg_id', cells(BKG, '4'), FRAME, SAID, 'science calib 0 comb_id 1 bkg_id 4 dithoff 0.0'],
  ['one comb_id', cells(COMB, '3'), FRAME, SAID, 'science calib 0 comb_id 3 bkg_id 2 dithoff 0.0'],
  ['one dithoff', cells(DITHOFF, '1.90'), FRAME, SAID, 'science calib 0 comb_id 1 bkg_id 2 dithoff 1.9'],
  ['a type', cells(1, 'standard'), FRAME, SAID, SAID.replace('science', 'standard')],
  ['a frame commented out', row((line) => `#${line.trimStart()}`), FRAME, SAID, undefined],
  ['another name of the setup, which names calibrations', sample.replace('Setup A:', 'Setup B:'), 'setup', undefined, 'B'],
];
for (const [title, text, name, was, is] of other) {
  test(`meaning: ${title} changes one line`, () => {
    const [before, after] = [meaning(sample), meaning(text)];
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((each) => before[each] !== after[each]);
    assert.deepEqual([changed, before[name], after[name]], [[name], was, is]);
  });
}

test('meaning: a shift of 0 is a shift set by hand, and says so of every frame that is kept', () => {
  const frames = Object.entries(meaning(column('shift', '0'))).filter(([name]) => name.startsWith('frame '));
  assert.equal(frames.length, 20);
  for (const [name, said] of frames) assert.match(said, / shift 0\.0$/, name);
});
