import type { Problem } from 'adap';

/** A place in a text, from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** The words for parameter files and .pypeit files that cannot be read. */
export const configSyntax = (place: Place, says: string): Problem => ({ code: 'config-syntax', says, ...place, try: `edit ${place.file}` });

export const configDuplicate = (place: Place, name: string, before: number): Problem => ({
  code: 'config-duplicate',
  says: `${name} stands twice, first in line ${before}`,
  ...place,
  try: `take one of them out of ${place.file}`,
});

export const configNesting = (place: Place, name: string, { depth, above }: { depth: number; above: number }): Problem => ({
  code: 'config-nesting',
  says: `section ${name} has ${depth} brackets, but stands in one of ${above}`,
  ...place,
  try: `give it at most ${above + 1}`,
});

export const pypeitWithout = (place: Place, what: string): Problem => ({
  code: 'pypeit-incomplete',
  says: `${place.file} has no line "${what}"`,
  ...place,
  try: `add it to ${place.file}`,
});

export const pypeitNoTable = (place: Place): Problem => ({
  code: 'pypeit-no-table',
  says: `the data block of ${place.file} has no header line with filename and frametype`,
  ...place,
  try: `add it to ${place.file}`,
});

export const pypeitRow = (place: Place, cells: number, columns: number): Problem => ({
  code: 'pypeit-row',
  says: `the row has ${cells} cells, the table ${columns} columns`,
  ...place,
  try: `edit ${place.file}`,
});

export const pypeitFrameTwice = (place: Place, name: string): Problem => ({
  code: 'pypeit-frame-twice',
  says: `the frame ${name} stands twice in the table`,
  ...place,
  try: `take one of them out of ${place.file}`,
});
