import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts, Handle, Link } from 'adap';
import { incomplete, raw } from '../../rules/raw.ts';
import { completeSet, factsOfFrames, frameEntry } from '../rig/frame-facts.ts';

const config = { raw: [] };
const at = { mask: 'HDa06DB', setup: '600ZD_8000_GG455', dates: '2006-04-27' };

const members = (needs: Readonly<Record<string, Handle>>): unknown =>
  needs['frames']?.kind === 'members' ? needs['frames'].members : needs['frames'];
const links = (needs: Readonly<Record<string, Handle>>): readonly Link[] =>
  needs['links']?.kind === 'ignored' ? (needs['links'].value as Link[]) : [];
const dates = (facts: Facts, rule = raw(config)): unknown => rule.each(facts, {}).map((each) => each['dates']);

test('raw holds the complete datasets, incomplete the others, and none is in both', () => {
  const facts = factsOfFrames([...completeSet(), frameEntry({ mjd: 53900 })]);
  assert.deepEqual(dates(facts), ['2006-04-27']);
  assert.deepEqual(dates(facts, incomplete(config)), ['2006-06-14']);
});

test('a dataset of bias frames and frames of no type alone is nowhere', () => {
  const facts = factsOfFrames([frameEntry({ frametype: 'bias' }), frameEntry({ frametype: 'None', filename: 'b.fits' })]);
  assert.deepEqual([dates(facts), dates(facts, incomplete(config))], [[], []]);
});

test('every frame is a member but bias frames and those of no type', () => {
  const types = ['science', 'bias', 'None', 'dark', 'arc,tilt'];
  const facts = factsOfFrames(types.map((frametype, index) => frameEntry({ frametype, filename: `${index}.fits` })));
  assert.deepEqual(members(raw(config).needs(at, facts)), { '0.fits': '/raw/0.fits', '3.fits': '/raw/3.fits', '4.fits': '/raw/4.fits' });
});

test('a symbolic link is made again when it must lead elsewhere, a hard link also when the frame was replaced', () => {
  const needs = (link: 'symlink' | 'hard', digest: string): unknown =>
    members(raw({ ...config, link }).needs(at, factsOfFrames([frameEntry({}, { digest })])));
  assert.deepEqual(needs('symlink', 'aa'), needs('symlink', 'bb'));
  assert.notDeepEqual(needs('hard', 'aa'), needs('hard', 'bb'));
  assert.equal(raw({ ...config, link: 'hard' }).kind === 'links', true);
});

test('of two equal frames of one name the first path is taken, in whatever order they are read', () => {
  const [one, other] = [frameEntry({}, { path: '/a/x.fits' }), frameEntry({}, { path: '/b/x.fits' })];
  for (const entries of [
    [one, other],
    [other, one],
  ])
    assert.deepEqual(links(raw(config).needs(at, factsOfFrames(entries))), [{ name: 'DE.20060427.1.fits', to: '/a/x.fits' }]);
});

for (const [title, more] of [
  ['header', { digest: 'bb' }],
  ['size', { size: 5760 }],
] as const) {
  test(`two frames of one name with another ${title} are a problem of their dataset, and of no other`, () => {
    const facts = factsOfFrames([
      frameEntry({}, { path: '/a/x.fits' }),
      frameEntry({}, { path: '/b/x.fits', ...more }),
      frameEntry({ decker: 'other' }),
    ]);
    const handle = raw(config).needs(at, facts)['frames'];
    assert.ok(handle?.kind === 'problem' && handle.problem.code === 'raw-name-twice' && handle.problem.file === '/b/x.fits');
    assert.deepEqual(members(raw(config).needs({ ...at, mask: 'other' }, facts)), { 'DE.20060427.1.fits': '/raw/DE.20060427.1.fits' });
  });
}

const successors = (facts: Facts, rule = raw(config)): unknown => rule.successors?.(at, facts);

test('a dataset whose dates were widened is followed by the one that holds its dates, complete or not', () => {
  const wide = { ...at, dates: '2006-04-27_2006-04-28' };
  const later = frameEntry({ mjd: 53853.5, filename: 'later.fits' });
  assert.deepEqual(successors(factsOfFrames([...completeSet(), later])), [{ rule: 'raw', at: wide }]);
  assert.deepEqual(successors(factsOfFrames([frameEntry(), later])), [{ rule: 'incomplete', at: wide }]);
});

test('a dataset that was completed follows the incomplete one of its name', () =>
  assert.deepEqual(successors(factsOfFrames(completeSet()), incomplete(config)), [{ rule: 'raw', at }]));

test('a dataset of other dates, or of nothing that is placed, follows none', () => {
  assert.deepEqual(successors(factsOfFrames([frameEntry({ mjd: 53900 })])), []);
  assert.deepEqual(successors(factsOfFrames([frameEntry({ frametype: 'bias' })])), []);
});
