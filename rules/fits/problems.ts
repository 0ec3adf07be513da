import type { Problem } from 'adap';

/** The words for files that are no readable FITS. */
export const notFits = (file: string, bytes: number): Problem => ({
  code: 'not-fits',
  says: bytes === 0 ? `${file} is empty` : `${file} does not begin with a SIMPLE card`,
  file,
  card: 'SIMPLE',
  try: 'fetch the frame from KOA again',
});

export const headerTruncated = (file: string, bytes: number): Problem => ({
  code: 'header-truncated',
  says: `${file} ends within its primary header, after ${bytes} bytes`,
  file,
  card: 'END',
  try: 'fetch the frame from KOA again',
});

export const headerTooLong = (file: string, cards: number): Problem => ({
  code: 'header-too-long',
  says: `the primary header of ${file} has no END card among its first ${cards} cards`,
  file,
  card: 'END',
  try: 'fetch the frame from KOA again',
});

/** PypeIt cannot read such a frame either. */
export const badCard = (file: string, card: string): Problem => ({
  code: 'bad-card',
  says: `${card} of ${file} has no value that FITS knows: an open quote, NaN, or a character that is none`,
  file,
  card,
  try: 'correct the header of a copy of it, or fetch the frame from KOA again',
});

export const gzipDamaged = (file: string, why: string): Problem => ({
  code: 'gzip-damaged',
  says: `${file} cannot be decompressed (${why})`,
  file,
  try: `gzip -t ${file}`,
});

/** Which HDU of a file; `name` is its EXTNAME, '' where it has none. */
export type WhichHdu = { readonly index: number; readonly name: string };

/** `HDU 3 (DET03-SLITS) of spec2d.fits` */
const which = (file: string, { index, name }: WhichHdu): string => `HDU ${index}${name === '' ? '' : ` (${name})`} of ${file}`;

const AGAIN = 'have what made it run again: adap build --force TARGET';

/** What a program leaves that was killed while it wrote. */
export const fitsTruncated = (
  file: string,
  hdu: WhichHdu,
  lacks: { readonly what: 'header' | 'data'; readonly ends?: number; readonly size: number },
): Problem => ({
  code: 'fits-truncated',
  says: `${file} is cut off at byte ${lacks.size}, within the ${lacks.what} of HDU ${hdu.index}${hdu.name === '' ? '' : ` (${hdu.name})`}${lacks.ends === undefined ? '' : `, which should end at ${lacks.ends}`}`,
  file,
  try: AGAIN,
});

/** What does not begin like an HDU, or begins and has no end. */
export const fitsBadHeader = (file: string, hdu: WhichHdu, { card, why }: { readonly card: string; readonly why: string }): Problem => ({
  code: 'fits-bad-header',
  says: `${which(file, hdu)} ${why}`,
  file,
  card,
  try: AGAIN,
});

/** A card whose value cannot be, or is not what was asked for. */
export const fitsBadCard = (file: string, hdu: WhichHdu, { card, why }: { readonly card: string; readonly why: string }): Problem => ({
  code: 'fits-bad-card',
  says: `${card} in ${which(file, hdu)} ${why}`,
  file,
  card,
  try: AGAIN,
});

export const fitsTooMuch = (file: string, hdu: WhichHdu, what: string): Problem => ({
  code: 'fits-too-much',
  says: `${which(file, hdu)} has ${what}`,
  file,
  try: 'read it with astropy',
});

export const fileTooLarge = (file: string, mostBytes: number): Problem => ({
  code: 'fits-too-much',
  says: `${file} holds more than ${mostBytes / 2 ** 20} MiB when it is decompressed`,
  file,
  try: `gunzip -k ${file}`,
});

export const fileShrank = (file: string, bytes: number): Problem => ({
  code: 'fits-truncated',
  says: `${file} had ${bytes} bytes when it was opened, and became shorter while it was read`,
  file,
  try: 'look what else writes it',
});
