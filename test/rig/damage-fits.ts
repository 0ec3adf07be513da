/** Damages of FITS files: what disks, networks and hands do to them, and headers that lie. */
import { gzipSync } from 'node:zlib';
import type { Random } from './random.ts';

const CARD = 80;
const BLOCK = 2880;

const VALUES = [
  '-1',
  '0',
  '1',
  '2',
  '3',
  '7',
  '8',
  '64',
  '999',
  '1000',
  '4096',
  '65536',
  '2147483648',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '-9223372036854775808',
  '1E308',
  '1E999',
  '-0',
  '.5',
  '1.5',
  'NaN',
  'T',
  'F',
  '',
  "''",
  "'8'",
  "'",
  '/',
  "'BINTABLE'",
  "'IMAGE'",
  "'TABLE'",
  "'&'",
];
const FORMS = [
  'D',
  '0D',
  '-1D',
  '1D',
  '2D',
  '3D',
  '4096D',
  '99999999999D',
  `${'9'.repeat(40)}D`,
  '1.5D',
  'X',
  '7X',
  'PD(9)',
  'QD(9)',
  '0P',
  'C',
  'M',
  'Z',
  '',
  ' D',
  '8A',
  '0A',
  '999A',
  '2L',
  '300B',
  'K',
  'J',
  'I',
  'E',
];
const KEYWORDS = [
  'BITPIX',
  'NAXIS',
  'NAXIS1',
  'NAXIS2',
  'NAXIS3',
  'PCOUNT',
  'GCOUNT',
  'TFIELDS',
  'TFORM1',
  'TFORM2',
  'XTENSION',
  'EXTNAME',
  'TSCAL1',
  'TZERO1',
  'BSCALE',
  'BZERO',
  'GROUPS',
  'END',
  'CONTINUE',
  'HIERARCH',
  'SIMPLE',
];

/** A copy with one to four damages. */
export function damaged(random: Random, whole: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(whole);
  for (let count = 1 + random.below(4); count > 0 && bytes.length > 0; count -= 1) bytes = random.pick(DAMAGES)(random, bytes);
  return random.chance(0.15) ? damagedGzip(random, bytes) : bytes;
}

type Damage = (random: Random, bytes: Buffer) => Buffer;

const DAMAGES: readonly Damage[] = [
  // Lies are what a reader of sizes is most easily led by.
  (random, bytes) => lie(random, bytes),
  (random, bytes) => lie(random, bytes),
  (random, bytes) => lie(random, bytes),
  (random, bytes) => lieOfForm(random, bytes),
  (random, bytes) => {
    for (let count = 1 + random.below(8); count > 0; count -= 1) {
      const at = random.below(bytes.length);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at);
    }
    return bytes;
  },
  (random, bytes) => bytes.subarray(0, random.below(bytes.length + 1)),
  (random, bytes) => bytes.subarray(0, BLOCK * random.below(1 + bytes.length / BLOCK)),
  lieOfNothing,
  (random, bytes) => cut(bytes, cardAt(random, bytes), CARD, Buffer.alloc(0)),
  (random, bytes) => {
    const card = bytes.subarray(cardAt(random, bytes)).subarray(0, CARD);
    return cut(bytes, cardAt(random, bytes), 0, card);
  },
  (random, bytes) => {
    const card = bytes.subarray(cardAt(random, bytes)).subarray(0, CARD);
    return cut(bytes, cardAt(random, bytes), CARD, card);
  },
  (random, bytes) => {
    const at = BLOCK * random.below(1 + bytes.length / BLOCK);
    return cut(bytes, at, BLOCK * random.below(2), bytes.subarray(BLOCK * random.below(bytes.length / BLOCK)).subarray(0, BLOCK));
  },
  (random, bytes) => cut(bytes, BLOCK * random.below(1 + bytes.length / BLOCK), BLOCK, Buffer.alloc(BLOCK * random.below(2))),
  (random, bytes) => Buffer.concat([bytes, Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)))]),
];

const cut = (bytes: Buffer, at: number, length: number, into: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), into, bytes.subarray(Math.min(bytes.length, at + length))]);

/** Most often of a header, where there is one. */
function cardAt(random: Random, bytes: Buffer): number {
  for (let tries = 0; tries < 20; tries += 1) {
    const at = CARD * random.below(bytes.length / CARD);
    if (/^[A-Z][A-Z0-9 _-]{7}[= ]/.test(bytes.toString('latin1', at, at + 10))) return at;
  }
  return CARD * random.below(bytes.length / CARD);
}

function write(bytes: Buffer, at: number, card: string): Buffer {
  bytes.write(card.padEnd(CARD).slice(0, CARD), at, 'latin1');
  return bytes;
}

/** Another value in a card that is there, or another card in its place. */
function lie(random: Random, bytes: Buffer): Buffer {
  const at = cardOf(random, bytes, random.pick(KEYWORDS)) ?? cardAt(random, bytes);
  const keyword = random.chance(0.8) ? bytes.toString('latin1', at, at + 8) : random.pick(KEYWORDS).padEnd(8);
  return write(bytes, at, `${keyword}= ${random.pick(VALUES)}`);
}

function lieOfForm(random: Random, bytes: Buffer): Buffer {
  const keyword = `TFORM${1 + random.below(4)}`;
  const at = cardOf(random, bytes, keyword) ?? cardAt(random, bytes);
  return write(bytes, at, `${keyword.padEnd(8)}= '${random.pick(FORMS)}'`);
}

const NOTHINGS: readonly (readonly (readonly [string, string])[])[] = [
  [['GCOUNT', '0']],
  [['NAXIS', '0']],
  [
    ['NAXIS', '1'],
    ['NAXIS1', '0'],
  ],
  [
    ['NAXIS', '3'],
    ['NAXIS3', '0'],
  ],
  [['NAXIS1', '0']],
  [['NAXIS2', '0']],
  [['PCOUNT', '-12']],
  [
    ['XTENSION', "'IMAGE'"],
    ['NAXIS2', '0'],
  ],
];

/** The last header says that it has no data, one way or another, and so it is: what it says besides is not to be believed. */
function lieOfNothing(random: Random, bytes: Buffer): Buffer {
  const start = Math.max(bytes.lastIndexOf('XTENSION='), 0);
  const end = cardOf(random, bytes.subarray(start), 'END');
  if (end === undefined) return bytes;
  for (const [keyword, value] of random.pick(NOTHINGS)) {
    // What is not there yet takes the place of the name.
    const at = [keyword, 'EXTNAME'].map((each) => bytes.indexOf(each.padEnd(8), start)).find((each) => each >= 0 && each % CARD === 0);
    if (at !== undefined) write(bytes, at, `${keyword.padEnd(8)}= ${value}`);
  }
  return bytes.subarray(0, BLOCK * Math.ceil((start + end + CARD) / BLOCK));
}

/** One of the cards of a keyword. */
function cardOf(random: Random, bytes: Buffer, keyword: string): number | undefined {
  const places: number[] = [];
  for (let at = bytes.indexOf(keyword.padEnd(8)); at >= 0; at = bytes.indexOf(keyword.padEnd(8), at + 1))
    if (at % CARD === 0) places.push(at);
  return places.length === 0 ? undefined : random.pick(places);
}

function damagedGzip(random: Random, bytes: Buffer): Buffer {
  const packed = gzipSync(bytes, { level: 1 });
  const what = random.below(5);
  if (what === 0) return packed;
  if (what === 1) return packed.subarray(0, random.below(packed.length));
  if (what === 2) return Buffer.concat([packed, Buffer.from(Array.from({ length: 20 }, () => random.below(256)))]);
  if (what === 3) return Buffer.concat([packed, packed]);
  packed.writeUInt8(random.below(256), random.below(packed.length));
  return packed;
}
