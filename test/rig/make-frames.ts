import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** `bare` is written as it is, without quotes. */
type CardValue = string | number | boolean | { readonly bare: string };
type Cards = Readonly<Record<string, CardValue | null>>;

/** A frame as it stands in a .pypeit table, with what makes it difficult. */
export type MadeFrame = {
  readonly filename: string;
  readonly frametype: string;
  readonly ra: number;
  readonly dec: number;
  readonly mjd: number;
  readonly airmass: number;
  readonly exptime: number;
  readonly dispangle: number;
  readonly target: string;
  readonly dispname: string;
  readonly decker: string;
  readonly binning: string;
  readonly amp: string;
  readonly filter1: string;
  readonly lampstat01: string;
  readonly dateobs: string;
  readonly utc: string;
  readonly frameno: number | string;
  readonly kept?: boolean;
  readonly object?: string;
  /** Folder instead of the night. */
  readonly dir?: string;
  /** Replaces cards; null leaves one out. */
  readonly cards?: Cards;
  readonly broken?: 'empty' | 'garbage' | 'truncated';
};

const OBSTYPE_HATCH: Readonly<Record<string, readonly [string, string]>> = {
  'arc,tilt': ['Line', 'closed'],
  'pixelflat,illumflat,trace': ['IntFlat', 'closed'],
  science: ['Object', 'open'],
  bias: ['Bias', 'closed'],
  dark: ['Dark', 'closed'],
};

const SLIDER: Readonly<Record<string, number>> = { '600ZD': 3, '1200G': 3, '1200B': 3, '830G': 4, '900ZD': 4 };

/** In the slider that is not used, so that reading the wrong one shows. */
const OTHER_TILT = 6543.21;

const BLOCK = 2880;

/** Writes header-only FITS files below `folder`, one folder a night; gives how many. */
export function writeFrames(frames: readonly MadeFrame[], folder: string): number {
  for (const frame of frames) {
    const into = `${folder}/${frame.dir ?? frame.dateobs}`;
    mkdirSync(into, { recursive: true });
    writeFileSync(`${into}/${frame.filename}`, fitsBytes(frame));
  }
  return frames.length;
}

/** A primary header with the cards that PypeIt's keck_deimos reads, and no pixels. */
export function fitsBytes(frame: MadeFrame): Buffer {
  if (frame.broken === 'empty') return Buffer.alloc(0);
  if (frame.broken === 'garbage') return Buffer.from('this is not a FITS file\n'.repeat(200));
  const bytes = headerOf({ SIMPLE: true, BITPIX: 8, NAXIS: 0, EXTEND: true, ...cardsOf(frame) });
  const whole = frame.broken === 'truncated' ? bytes.subarray(0, 1000) : bytes;
  return frame.filename.endsWith('.gz') ? gzipSync(whole) : whole;
}

export function headerOf(cards: Cards): Buffer {
  const lines = Object.entries(cards).flatMap(([key, value]) => (value === null ? [] : [card(key, value)]));
  const text = `${lines.join('')}${'END'.padEnd(80)}`;
  return Buffer.from(text.padEnd(Math.ceil(text.length / BLOCK) * BLOCK), 'latin1');
}

function card(key: string, value: CardValue): string {
  const text = typeof value === 'string' ? `'${value.replaceAll("'", "''").padEnd(8)}'` : bareText(value).padStart(20);
  const line = `${key.padEnd(8)}= ${text}`;
  if (line.length > 80) throw new Error(`${key} does not fit on a card: ${text}`);
  return line.padEnd(80);
}

function bareText(value: number | boolean | { readonly bare: string }): string {
  if (typeof value === 'object') return value.bare;
  return typeof value === 'boolean' ? (value ? 'T' : 'F') : String(value).toUpperCase();
}

function cardsOf(frame: MadeFrame): Cards {
  const [obstype, hatch] = OBSTYPE_HATCH[frame.frametype] ?? ['Object', 'closed'];
  const slider = SLIDER[frame.dispname] ?? 3;
  const name = frame.filename.replace(/\.gz$/, '');
  return {
    INSTRUME: 'DEIMOS',
    'DATE-OBS': frame.dateobs,
    UTC: frame.utc,
    // Times finer than the six decimals of MJD-OBS were made from the clock.
    'MJD-OBS': isFromClock(frame) ? null : frame.mjd,
    RA: sexagesimal(frame.ra / 15),
    DEC: sexagesimal(frame.dec),
    TARGNAME: frame.target,
    OBJECT: frame.object ?? frame.target,
    OBSTYPE: obstype,
    HATCHPOS: hatch,
    LAMPS: frame.lampstat01,
    MOSMODE: 'Spectral',
    AMPMODE: frame.amp,
    BINNING: frame.binning.split(',').toReversed().join(','),
    SLMSKNAM: frame.decker,
    GRATENAM: frame.dispname,
    GRATEPOS: slider,
    G3TLTWAV: slider === 3 ? frame.dispangle : OTHER_TILT,
    G4TLTWAV: slider === 4 ? frame.dispangle : OTHER_TILT,
    DWFILNAM: frame.filter1,
    ELAPTIME: frame.exptime,
    AIRMASS: frame.airmass,
    FRAMENO: frame.frameno,
    FILENAME: name,
    KOAID: name,
    ...frame.cards,
  };
}

function isFromClock({ mjd, dateobs, utc }: MadeFrame): boolean {
  const [hours = 0, minutes = 0, seconds = 0] = utc.split(':').map(Number);
  const clock =
    (Date.parse(`${dateobs}T00:00:00Z`) - Date.UTC(1858, 10, 17)) / 86_400_000 + (hours * 3600 + minutes * 60 + seconds) / 86_400;
  return (String(mjd).split('.')[1] ?? '').length > 6 && Math.abs(clock - mjd) < 1e-8;
}

/** `dd:mm:ss.ss` as the telescope writes it. */
function sexagesimal(value: number): string {
  const ticks = Math.round(Math.abs(value) * 360_000);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${value < 0 ? '-' : ''}${two(Math.floor(ticks / 360_000))}:${two(Math.floor(ticks / 6000) % 60)}:${two(Math.floor(ticks / 100) % 60)}.${two(ticks % 100)}`;
}
