import type { Problem } from 'adap';

type Place = { readonly file: string; readonly line: number; readonly column: number };

/** The words for coadds.yaml and .coadd2d files that cannot be used. */
export const levelsSyntax = (place: Place, says: string): Problem => ({ code: 'coadds-syntax', says, ...place, try: `edit ${place.file}` });

export const levelsEntry = (place: Place, says: string, cure: string): Problem => ({ code: 'coadds-entry', says, ...place, try: cure });

export const levelsUnused = (file: string, exception: { readonly of: string; readonly line: number }): Problem => ({
  code: 'coadds-exception-unused',
  says: `${exception.of} in ${file} is the beginning of no dataset`,
  file,
  line: exception.line,
  column: 1,
  try: 'adap list --stage setup',
});

export const coadd2dIncomplete = (place: Place, what: string): Problem => ({
  code: 'coadd-file-incomplete',
  says: `${place.file} has no line "${what}"`,
  ...place,
  try: `add it to ${place.file}`,
});

export const customCoaddTwice = (of: string, files: readonly string[]): Problem => ({
  code: 'custom-coadd-twice',
  says: `${files.length} custom .coadd2d files for ${of}: ${files.join(', ')}`,
  file: files[0] ?? '',
  try: `rm ${files.at(-1) ?? ''}`,
});

export const customCoaddUnused = (file: string): Problem => ({
  code: 'custom-coadd-unused',
  says: `${file} is named after no 2D coadd`,
  file,
  try: 'adap list 2D_Coadd',
});

export const customCoaddPath = (place: Place, path: string, of: string): Problem => ({
  code: 'custom-coadd-path',
  says: `${path} is no Science folder of a reduction of ${of}`,
  ...place,
  try: `adap list ${of}`,
});

export const customCoaddFrame = (place: Place, name: string): Problem => ({
  code: 'custom-coadd-frame',
  says: `${name} is in none of its Science folders`,
  ...place,
  try: `put a # before it in ${place.file}`,
});
