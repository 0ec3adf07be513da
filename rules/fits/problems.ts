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
