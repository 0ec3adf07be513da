import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from 'adap';
import { framesCommand } from '../../rules/commands/frames.ts';
import { notFits } from '../../rules/fits/problems.ts';
import { completeSet, factsOfFrames, frameEntry } from '../rig/frame-facts.ts';

const says = (facts: Facts, ...args: string[]): readonly string[] => framesCommand({ raw: [] }).run(facts, args).lines;

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

test('frames says of each raw frame once where it is, or why it is left out', () =>
  assert.deepEqual(says(facts), [
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

test('frames --left-out names only those left out', () =>
  assert.deepEqual(
    framesCommand({ raw: [] })
      .run(facts, ['--left-out'])
      .rows.map(({ frame }) => frame),
    ['bias.fits', 'odd.fits', 'bad.fits'],
  ));

test('a prefix is a mask, a mask and setup, or a dataset, and never half a name', () => {
  for (const [prefix, count] of [
    ['HDa06DB', 6],
    ['HDa06DB/', 6],
    ['HDa06DB2', 1],
    ['HDa06DB/600ZD_8000_GG455', 6],
    ['HDa06DB/600ZD_8000_GG455/2006-04-27', 6],
  ] as const)
    assert.match(says(facts, prefix).at(-1) ?? '', new RegExp(`^${count} frames`));
});

test('a prefix of nothing is a problem, and so is an option that there is not', () => {
  const codes = (...args: string[]): string[] =>
    framesCommand({ raw: [] })
      .run(facts, args)
      .problems.map(({ code }) => code);
  assert.deepEqual(codes('HDa0'), ['no-frames']);
  assert.deepEqual(codes('--leftout'), ['bad-option']);
  assert.deepEqual(codes('HDa06DB', '--left-out'), []);
});

test('frames has no limit to how many there are', () => {
  const many = Array.from({ length: 300_000 }, (_, index) => frameEntry({ filename: `${index}.fits` }));
  assert.equal(says(factsOfFrames(many)).length, 300_001);
});
