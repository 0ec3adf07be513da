import { failed } from 'adap';
import type { Problem } from 'adap';
import { decimal } from '../fits/card-value.ts';
import type { Header } from '../fits/primary-header.ts';
import { ARCHIVE } from '../layout.ts';
import { coordinates } from './coordinates.ts';
import { frameType } from './frame-type.ts';
import type { Frame } from './frame.ts';
import { frameUnplaceable, frameWithout, frameWithoutGrating, rawNameUnsafe } from './problems.ts';
import { isDated, mjdOfClock } from './time.ts';

/** The cards of the primary header that PypeIt's keck_deimos reads. */
export const CARDS: ReadonlySet<string> = new Set(
  'RA DEC TARGNAME SLMSKNAM BINNING MJD-OBS DATE-OBS UTC AIRMASS ELAPTIME GRATENAM GRATEPOS G3TLTWAV G4TLTWAV OBSTYPE LAMPS HATCHPOS MOSMODE AMPMODE DWFILNAM OBJECT FRAMENO INSTRUME'.split(
    ' ',
  ),
);

type Cards = Header['cards'];

/** A frame as PypeIt sees it, or what keeps it from being placed: without mask, grating, filter, tilt or time it has no dataset. */
export function frameFromHeader(
  path: string,
  cards: Cards,
): { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'problem'; readonly problem: Problem } {
  const filename = path.slice(path.lastIndexOf('/') + 1);
  if (/[\u0000-\u001f\u007f\ufffd|]/.test(filename) || filename.startsWith('#') || filename !== filename.trim())
    return failed(rawNameUnsafe(path));
  const decker = textCard(cards, 'SLMSKNAM');
  const dispname = textCard(cards, 'GRATENAM');
  const filter1 = textCard(cards, 'DWFILNAM');
  if (decker === undefined) return failed(frameWithout(path, 'SLMSKNAM', 'slit mask'));
  if (dispname === undefined) return failed(frameWithout(path, 'GRATENAM', 'grating'));
  if (filter1 === undefined) return failed(frameWithout(path, 'DWFILNAM', 'filter'));
  const slider = cards.get('GRATEPOS');
  // PypeIt compares it with numbers: `'3'` in quotes is none.
  if (slider !== 3 && slider !== 4) return failed(frameWithoutGrating(path, JSON.stringify(slider) ?? 'missing'));
  const dispangle = numberCard(cards, `G${slider}TLTWAV`);
  if (dispangle === undefined) return failed(frameWithout(path, `G${slider}TLTWAV`, 'tilt of the grating, Angstrom'));
  const mjd = cards.has('MJD-OBS') ? numberCard(cards, 'MJD-OBS') : mjdOfClock(cards.get('DATE-OBS'), cards.get('UTC'));
  if (mjd === undefined || !isDated(mjd)) return failed(frameWithout(path, 'MJD-OBS', 'time; DATE-OBS and UTC do instead'));
  const binning = binningOf(cards.get('BINNING'));
  if (binning === 'unreadable') return failed(frameWithout(path, 'BINNING', 'two whole numbers'));
  for (const [card, value] of [
    ['SLMSKNAM', decker],
    ['GRATENAM', dispname],
    ['DWFILNAM', filter1],
  ] as const) {
    if (!isFolderName(value) || (card === 'SLMSKNAM' && value === ARCHIVE)) return failed(frameUnplaceable(path, card, value));
  }
  const frame: Frame = {
    filename,
    frametype: 'None',
    decker,
    dispname,
    filter1,
    dispangle,
    mjd,
    ...position(cards),
    ...optional('target', textCard(cards, 'TARGNAME')),
    ...optional('binning', binning),
    ...optional('airmass', numberCard(cards, 'AIRMASS')),
    ...optional('exptimeSeconds', numberCard(cards, 'ELAPTIME')),
    ...optional('amp', textCard(cards, 'AMPMODE')),
    ...optional('mode', textCard(cards, 'MOSMODE')),
    ...optional('lampstat01', textCard(cards, 'LAMPS')),
    ...optional('hatch', textCard(cards, 'HATCHPOS')),
    ...optional('idname', textCard(cards, 'OBSTYPE')),
    ...optional('object', textCard(cards, 'OBJECT')),
    ...optional('dateobs', textCard(cards, 'DATE-OBS')),
    ...optional('utc', textCard(cards, 'UTC')),
    ...optional('frameno', frameNumber(cards)),
    ...optional('instrument', textCard(cards, 'INSTRUME')),
  };
  return { kind: 'frame', frame: { ...frame, frametype: frameType(frame) } };
}

function position(cards: Cards): { raDegrees?: number; decDegrees?: number } {
  const ra = cards.get('RA');
  const dec = cards.get('DEC');
  if (ra === undefined || dec === undefined)
    return { ...(ra === undefined ? {} : { raDegrees: 0 }), ...(dec === undefined ? {} : { decDegrees: 0 }) };
  // PypeIt writes 0.0 for what it cannot read, and keeps the row.
  return coordinates(ra, dec) ?? { raDegrees: 0, decDegrees: 0 };
}

/** `spatial,spectral` in the header, the other way round in PypeIt; without the card, a frame has none, with one that PypeIt cannot read it ends. */
function binningOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === 'None') return '1,1';
  const found = /^(\d+)(?: *[,x] *| )(\d+)$/.exec(typeof value === 'string' ? value : '');
  return found === null ? 'unreadable' : `${Number(found[2])},${Number(found[1])}`;
}

function textCard(cards: Cards, keyword: string): string | undefined {
  const value = cards.get(keyword);
  return value === undefined ? undefined : typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}

/** A number, also where it stands in quotes. */
function numberCard(cards: Cards, keyword: string): number | undefined {
  const value = cards.get(keyword);
  return typeof value === 'string' ? decimal(value) : typeof value === 'number' ? value : undefined;
}

function frameNumber(cards: Cards): string | number | undefined {
  const value = cards.get('FRAMENO');
  return typeof value === 'boolean' ? undefined : value;
}

const optional = <Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } =>
  // An object with one computed key is typed by its index only.
  (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };

/** A part of a path that leads nowhere else, on every file system and in a bucket. */
const isFolderName = (name: string): boolean =>
  name !== '' &&
  name !== '.' &&
  name !== '..' &&
  name !== '.adap' &&
  !/[/\u0000-\u001f\u007f\ufffd]/.test(name) &&
  name === name.trim() &&
  Buffer.byteLength(name) <= 200;
