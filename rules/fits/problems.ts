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

/** `3 (DET03-SLITS)` */
const hduWords = ({ index, name }: { readonly index: number; readonly name: string }): string =>
  name === '' ? `${index}` : `${index} (${name})`;

type Where = { readonly index: number; readonly name: string };

const AGAIN = 'build it again: adap build --force TARGET';

/** What a program that was killed leaves. */
export const fitsTruncated = (file: string, hdu: Where, lacks: { readonly ends: number; readonly size: number }): Problem => ({
  code: 'fits-truncated',
  says: `${file} is cut off: HDU ${hduWords(hdu)} goes on to byte ${lacks.ends}, and the file ends at ${lacks.size}`,
  file,
  try: AGAIN,
});

export const fitsHeaderDamaged = (file: string, hdu: Where, why: string): Problem => ({
  code: 'fits-header-damaged',
  says: `the header of HDU ${hduWords(hdu)} of ${file} ${why}`,
  file,
  card: 'END',
  try: AGAIN,
});

export const fitsBadCard = (file: string, hdu: Where, { card, why }: { readonly card: string; readonly why: string }): Problem => ({
  code: 'fits-bad-card',
  says: `${card} in HDU ${hduWords(hdu)} of ${file} ${why}`,
  file,
  card,
  try: AGAIN,
});

export const fitsTooMuch = (file: string, hdu: Where, what: string): Problem => ({
  code: 'fits-too-much',
  says: `HDU ${hduWords(hdu)} of ${file} holds ${what}: more than is read at once`,
  file,
  try: 'read it with astropy',
});

export const fileTooLarge = (file: string, most: number): Problem => ({
  code: 'fits-too-much',
  says: `${file} holds more than ${most / 2 ** 20} MiB when it is decompressed`,
  file,
  try: `gunzip -k ${file}`,
});
