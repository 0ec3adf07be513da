import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CardValue } from '../../rules/fits/card-value.ts';
import { coordinates } from '../../rules/frames/coordinates.ts';
import { frameFromHeader } from '../../rules/frames/frame-from-header.ts';
import { setupOf } from '../../rules/frames/source-index.ts';
import { dateOfMjd, mjdOfClock } from '../../rules/frames/time.ts';

const good: Readonly<Record<string, CardValue>> = {
  SLMSKNAM: 'HDa06DB',
  GRATENAM: '600ZD',
  GRATEPOS: 3,
  G3TLTWAV: 8000.2,
  G4TLTWAV: 6543.2,
  DWFILNAM: 'GG455',
  'MJD-OBS': 53852.5,
  'DATE-OBS': '2006-04-27',
  UTC: '12:00:00',
  BINNING: '1,2',
};

/** The problem of a frame with these cards, or `frame`; undefined leaves a card out. */
function outcome(cards: Readonly<Record<string, CardValue | undefined>>, path = '/raw/DE.20060427.1.fits'): string {
  const all = Object.entries({ ...good, ...cards }).filter((card): card is [string, CardValue] => card[1] !== undefined);
  const found = frameFromHeader(path, new Map(all));
  if (found.kind === 'frame') return 'frame';
  assert.equal(found.problem.file, path);
  return `${found.problem.code} ${found.problem.card ?? ''}`.trim();
}

const truth: [cards: Readonly<Record<string, CardValue | undefined>>, outcome: string][] = [
  [{}, 'frame'],
  [{ SLMSKNAM: undefined }, 'frame-without-card SLMSKNAM'],
  [{ GRATENAM: undefined }, 'frame-without-card GRATENAM'],
  [{ DWFILNAM: undefined }, 'frame-without-card DWFILNAM'],
  [{ G3TLTWAV: undefined }, 'frame-without-card G3TLTWAV'],
  [{ G3TLTWAV: 'abc' }, 'frame-without-card G3TLTWAV'],
  [{ G3TLTWAV: '8000.2' }, 'frame'],
  [{ G4TLTWAV: undefined }, 'frame'],
  [{ GRATEPOS: 4, G4TLTWAV: undefined }, 'frame-without-card G4TLTWAV'],
  [{ GRATEPOS: 2 }, 'frame-without-grating GRATEPOS'],
  [{ GRATEPOS: '3' }, 'frame-without-grating GRATEPOS'],
  [{ GRATEPOS: undefined }, 'frame-without-grating GRATEPOS'],
  [{ 'MJD-OBS': '53852.5' }, 'frame'],
  [{ 'MJD-OBS': '0x10' }, 'frame-without-card MJD-OBS'],
  [{ 'MJD-OBS': 'nan' }, 'frame-without-card MJD-OBS'],
  [{ 'MJD-OBS': true }, 'frame-without-card MJD-OBS'],
  [{ 'MJD-OBS': 1e300 }, 'frame-without-card MJD-OBS'],
  [{ 'MJD-OBS': -700_000 }, 'frame-without-card MJD-OBS'],
  [{ 'MJD-OBS': undefined }, 'frame'],
  [{ 'MJD-OBS': undefined, UTC: undefined }, 'frame-without-card MJD-OBS'],
  [{ 'MJD-OBS': undefined, 'DATE-OBS': '2006-04-31' }, 'frame-without-card MJD-OBS'],
  [{ BINNING: undefined }, 'frame'],
  [{ BINNING: 'abc' }, 'frame-without-card BINNING'],
  [{ BINNING: 1 }, 'frame-without-card BINNING'],
  [{ SLMSKNAM: 5 }, 'frame'],
  [{ SLMSKNAM: 'archive' }, 'frame-unplaceable SLMSKNAM'],
  [{ GRATENAM: 'archive' }, 'frame'],
  [{ SLMSKNAM: 'x'.repeat(200) }, 'frame'],
  [{ SLMSKNAM: 'x'.repeat(201) }, 'frame-unplaceable SLMSKNAM'],
];
for (const [cards, expected] of truth) {
  test(`a frame with ${JSON.stringify(cards, (_, value) => value ?? 'missing').slice(0, 60)} is ${expected}`, () =>
    assert.equal(outcome(cards), expected));
}

for (const name of ['', '.', '..', '../../etc', 'a/b', '/etc', '.adap', ' a', 'a ', 'a\nb', 'a\0b', 'a\u007fb']) {
  test(`no mask, grating or filter named ${JSON.stringify(name)} is placed`, () => {
    for (const card of ['SLMSKNAM', 'GRATENAM', 'DWFILNAM']) assert.equal(outcome({ [card]: name }), `frame-unplaceable ${card}`);
  });
}

for (const name of ['a\nb.fits', '#a.fits', ' a.fits', 'a|b.fits', 'a\ufffd.fits']) {
  test(`no file named ${JSON.stringify(name)} is placed`, () => assert.equal(outcome({}, `/raw/${name}`), 'raw-name-unsafe'));
}

const binnings: [card: string, binning: string][] = [
  ['1,2', '2,1'],
  ['1, 2', '2,1'],
  ['1x2', '2,1'],
  ['1 2', '2,1'],
  ['None', '1,1'],
];
for (const [card, binning] of binnings) {
  test(`BINNING ${card} is ${binning} in PypeIt's order`, () => {
    const found = frameFromHeader('/raw/a.fits', new Map(Object.entries({ ...good, BINNING: card })));
    assert.ok(found.kind === 'frame' && found.frame.binning === binning);
  });
}

const tilts: [tilt: number, rounded: string][] = [
  [7999.5, '8000'],
  [8000.5, '8000'],
  [8001.5, '8002'],
  [8000.49999, '8000'],
  [-0.3, '0'],
];
for (const [tilt, rounded] of tilts) {
  test(`a tilt of ${tilt} Angstrom is ${rounded} in the name of the setup`, () =>
    assert.equal(setupOf({ dispname: '600ZD', filter1: 'GG455', dispangle: tilt }), `600ZD_${rounded}_GG455`));
}

const HOUR = 14.999999999999998;
const positions: [ra: unknown, dec: unknown, degrees: readonly [number, number] | undefined][] = [
  ['01:00:00.00', '-00:30:00.0', [HOUR, -0.5]],
  ['01 00 00', '+45 00 00', [HOUR, 45]],
  ['150.25', '-2.5', [150.25, -2.5]],
  [150.25, -2.5, [150.25, -2.5]],
  ['01:00:00', '45.5', [HOUR, 45.5]],
  ['01:00:00', -45.5, [HOUR, -45.5]],
  ['01:30', '45:30', [1.5 * HOUR, 45.5]],
  ['01:30.5', '45:00:00', [(1 + 30.5 / 60) * HOUR, 45]],
  ['01:00:60', '45:60:00', [(1 + 60 / 3600) * HOUR, 46]],
  ['-01:00:00', '45:00:00', [360 - HOUR, 45]],
  ['01:00:00', '90:00:00', [HOUR, 90]],
  ['01:00:00', '90:00:01', undefined],
  ['01:00:00', 90.5, undefined],
  ['150.25', '95.5', [150.25, 95.5]],
  ['25:00:00', '45:00:00', undefined],
  ['01:61:00', '45:00:00', undefined],
  ['01:00:61', '45:00:00', undefined],
  ['150.25', '45:00:00', undefined],
  [150.25, '45:00:00', undefined],
  ['01h00m00s', '45d00m00s', undefined],
  ['nan', 'nan', undefined],
  ['unknown', '45:00:00', undefined],
  ['', '', undefined],
  [true, '45:00:00', undefined],
];
for (const [ra, dec, degrees] of positions) {
  test(`RA ${JSON.stringify(ra)} and DEC ${JSON.stringify(dec)} are ${degrees === undefined ? 'unreadable' : `${degrees.join(', ')} degrees`}`, () => {
    const found = coordinates(ra, dec);
    assert.deepEqual(found === undefined ? undefined : [found.raDegrees, found.decDegrees], degrees);
  });
}

const clocks: [date: unknown, utc: unknown, mjd: number | undefined][] = [
  ['2014-12-09', '12:00:00', 57000.5],
  ['2014-12-09', '00:00:00.00', 57000],
  ['2014-12-09', '23:59:60.0', 57001],
  ['2014-12-09', '24:00:00', undefined],
  ['2014-12-09', '12:60:00', undefined],
  ['2014-02-30', '12:00:00', undefined],
  ['2014-13-01', '12:00:00', undefined],
  ['never', '12:00:00', undefined],
  [undefined, '12:00:00', undefined],
  ['2014-12-09', 43200, undefined],
];
for (const [date, utc, mjd] of clocks) {
  test(`${String(date)} at ${String(utc)} is ${mjd === undefined ? 'no time' : `MJD ${mjd}`}`, () =>
    assert.equal(mjdOfClock(date, utc), mjd));
}

test('within half a millisecond of midnight, the date is that of the next day', () => {
  const millisecond = 1 / 86_400_000;
  assert.equal(dateOfMjd(57000 - 0.6 * millisecond), '2014-12-08');
  assert.equal(dateOfMjd(57000 - 0.4 * millisecond), '2014-12-09');
});
