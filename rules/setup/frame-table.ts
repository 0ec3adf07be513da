import type { Frame } from '../frames/frame.ts';
import { isPlaced, isUsable } from '../frames/usable.ts';
import { pythonRepr } from '../python/repr.ts';
import type { Row } from '../pypeit/pypeit-file.ts';
import { chooseArcs } from './choose-arcs.ts';
import { chooseFlats } from './choose-flats.ts';
import { inTime } from './wishes.ts';

/** The columns that PypeIt 1.17 writes for DEIMOS, in its order. */
export const COLUMNS =
  'filename frametype ra dec target dispname decker binning mjd airmass exptime dispangle amp filter1 lampstat01 dateobs utc frameno calib'.split(
    ' ',
  );

/** The rows of a dataset's table: what is not chosen stands behind a `#`. Sorted by type, then by name with its `#`. */
export function frameRows(frames: readonly Frame[], excluded: ReadonlySet<string>, selection: 'as-published' | 'strict'): readonly Row[] {
  const usable = tableFrames(frames);
  const ofType = (type: string): Frame[] => usable.filter((frame) => frame.frametype === type);
  const kept = new Set<Frame>([
    ...chooseArcs(ofType('arc,tilt'), excluded, selection),
    ...chooseFlats(ofType('pixelflat,illumflat,trace'), excluded, selection),
    ...ofType('science').filter((frame) => !excluded.has(frame.filename)),
    ...ofType('dark'),
  ]);
  const name = (frame: Frame): string => `${kept.has(frame) ? '' : '#'}${frame.filename}`;
  return usable
    .toSorted((a, b) => compare(a.frametype, b.frametype) || compare(name(a), name(b)))
    .map((frame) => ({ state: kept.has(frame) ? 'kept' : 'commented', cells: cellsOf(frame), line: 0 }));
}

/** Frames of a dataset that stand in its table. */
export const tableFrames = (frames: readonly Frame[]): readonly Frame[] => frames.filter((frame) => isPlaced(frame) && isUsable(frame));

/** By code unit, as Python sorts text. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function cellsOf(frame: Frame): Readonly<Record<string, string>> {
  const number = (value: number | undefined): string => (value === undefined ? 'None' : pythonRepr(value));
  const text = (value: string | number | undefined): string => clean(String(value ?? 'None'));
  return {
    filename: frame.filename,
    frametype: frame.frametype,
    ra: number(frame.raDegrees),
    dec: number(frame.decDegrees),
    target: text(frame.target),
    dispname: text(frame.dispname),
    decker: text(frame.decker),
    binning: text(frame.binning),
    mjd: number(frame.mjd),
    airmass: number(frame.airmass),
    exptime: number(frame.exptimeSeconds),
    dispangle: number(frame.dispangle),
    amp: text(frame.amp),
    filter1: text(frame.filter1),
    lampstat01: text(frame.lampstat01),
    dateobs: text(frame.dateobs),
    utc: text(frame.utc),
    frameno: text(frame.frameno),
    calib: '0',
  };
}

/** A `#` would begin a remark. */
const clean = (text: string): string => text.replaceAll('#', '').trim();

/** The setup block: the configuration of the first frame in time, as YAML. */
export function setupBlock(frames: readonly Frame[]): readonly string[] {
  const first = inTime(tableFrames(frames))[0];
  if (first === undefined) return ['Setup A:'];
  const cells = cellsOf(first);
  const keys = ['amp', 'binning', 'decker', 'dispangle', 'dispname', 'filter1'];
  return ['Setup A:', ...keys.map((key) => `  ${key}: ${key === 'dispangle' ? (cells[key] ?? '') : yamlText(cells[key] ?? '')}`)];
}

/** What YAML 1.1 would take for a number, a truth value, a date or nothing. */
const NOT_TEXT =
  /^(?:|~|null|Null|NULL|y|Y|n|N|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|=|<<|[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?|[-+]?(?:\d[\d_]*)\.[\d_]*(?:[eE][-+]\d+)?|\.[\d_]+(?:[eE][-+]\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|\d{4}-\d\d?-\d\d?(?:[Tt ].*)?)$/;

/** A text that YAML reads as that text; one with a colon has quotes of its own besides, as PypeIt writes it. */
export function yamlText(text: string): string {
  const value = text.includes(':') ? `"${text}"` : text;
  const isPlain = !NOT_TEXT.test(value) && !/^[-?:]( |$)|^[,[\]{}#&*!|>'"%@`]|^---|: |:$| #/.test(value) && value === value.trim();
  return isPlain ? value : `'${value.replaceAll("'", "''")}'`;
}
