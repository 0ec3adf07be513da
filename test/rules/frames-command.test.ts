import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts, Report } from 'adap';
import { framesCommand } from '../../rules/commands/frames.ts';
import { notFits } from '../../rules/fits/problems.ts';
import { completeSet, factsOfFrames, frameEntry } from '../rig/frame-facts.ts';

const ask = (of: Facts, words: readonly string[], options: Readonly<Record<string, string>> = {}): Promise<Report> =>
  Promise.resolve(
    framesCommand({ raw: [] }).run({
      facts: of,
      words,
      options,
      cwd: '/',
      config: '/config',
      subjects: words,
      targets: () => [],
      fetch: () => Promise.resolve(),
      cache: '/cache',
    }),
  );
const says = async (of: Facts, ...words: string[]): Promise<readonly string[]> => (await ask(of, words)).lines;

const facts = factsOfFrames(
  [
    ...completeSet({ mjd: 53852.5 }),
    frameEntry({ filename: 'bias.fits', frametype: 'bias' }),
    frameEntry({ filename: 'dual.fits', amp: 'DUAL:A+B' }),
    frameEntry({ filename: 'odd.fits', frametype: 'None', idname: 'Focus' }),
    frameEntry({ filename: 'else.fits', decker: 'HDa06DB2' }),
  ],
  [{ path: '/raw/bad.fits', problem: notFits('/raw/bad.fits', 0) }],
);

test('frames says of each raw frame once where it is, or why it is left out', async () =>
  assert.deepEqual(await says(facts), [
    'HDa06DB/600ZD_8000_GG455/2006-04-27   arc-53852.5.fits  arc,tilt                   complete',
    'HDa06DB/600ZD_8000_GG455/2006-04-27   bias.fits         bias                       left out: bias frame',
    'HDa06DB/600ZD_8000_GG455/2006-04-27   dual.fits         science                    complete, not used in the .pypeit file (AMPMODE DUAL:A+B)',
    'HDa06DB/600ZD_8000_GG455/2006-04-27   odd.fits          None                       left out: unknown type (OBSTYPE Focus, HATCHPOS open, LAMPS Off, MOSMODE Spectral, ELAPTIME 1200)',
    'HDa06DB/600ZD_8000_GG455/2006-04-27   pix-53852.5.fits  pixelflat,illumflat,trace  complete',
    'HDa06DB/600ZD_8000_GG455/2006-04-27   sci-53852.5.fits  science                    complete',
    'HDa06DB2/600ZD_8000_GG455/2006-04-27  else.fits         science                    incomplete',
    '                                      bad.fits                                     left out: /raw/bad.fits is empty [not-fits]',
    '8 frames, 3 left out',
  ]));

test('frames --left-out names only those left out', async () =>
  assert.deepEqual(
    (await ask(facts, [], { 'left-out': '' })).rows.map(({ frame }) => frame),
    ['bias.fits', 'odd.fits', 'bad.fits'],
  ));

test('a prefix is a mask, a mask and setup, or a dataset, and never half a name', async () => {
  for (const [prefix, count] of [
    ['HDa06DB', 6],

    ['HDa06DB2', 1],
    ['HDa06DB/600ZD_8000_GG455', 6],
    ['HDa06DB/600ZD_8000_GG455/2006-04-27', 6],
  ] as const)
    assert.match((await says(facts, prefix)).at(-1) ?? '', new RegExp(`^${count} frames`));
});

test('a prefix of nothing is a problem', async () => {
  const codes = async (words: readonly string[], options = {}): Promise<string[]> =>
    (await ask(facts, words, options)).problems.map(({ code }) => code);
  assert.deepEqual(await codes(['HDa0']), ['no-frames']);
  assert.deepEqual(await codes(['HDa06DB'], { 'left-out': '' }), []);
});

test('frames has no limit to how many there are', async () => {
  const many = Array.from({ length: 300_000 }, (_, index) => frameEntry({ filename: `${index}.fits` }));
  assert.equal((await says(factsOfFrames(many))).length, 300_001);
});
