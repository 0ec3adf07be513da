import type { Problem } from 'adap';

/** The words for what keeps a .pypeit file from being made. */
export const noArc = (dataset: string): Problem => ({
  code: 'no-arc',
  says: `no arc of ${dataset} can be used: all are excluded`,
  try: 'take one out of config/exclude_files.txt, or write a .pypeit file of its own',
});

export const cellWithBar = (frame: string, column: string, value: string): Problem => ({
  code: 'cell-with-bar',
  says: `${column} of ${frame} is ${JSON.stringify(value)}: a bar would end the cell of the table`,
  file: frame,
  card: column,
  try: 'write a .pypeit file of its own for this dataset',
});

export const configFileMissing = (file: string): Problem => ({
  code: 'config-file-missing',
  says: `no file ${file}`,
  file,
  try: `adap init writes one; or cp the original to ${file}`,
});

export const customTwice = (dataset: string, reduce: string, files: readonly string[]): Problem => ({
  code: 'custom-file-twice',
  says: `${files.length} custom files for ${reduce} of ${dataset}: ${files.join(', ')}`,
  file: files[0] ?? '',
  try: `rm ${files.at(-1) ?? ''}`,
});

export const customOrphaned = (file: string, dataset: string, renamed: { readonly shown: string; readonly isThere: boolean }): Problem => ({
  code: 'custom-file-orphaned',
  says: `${file} belongs to a dataset that is named ${dataset} now`,
  file,
  try: renamed.isThere ? `diff '${file}' '${renamed.shown}'; then rm the one that is not wanted` : `mv '${file}' '${renamed.shown}'`,
});

export const customUnused = (file: string): Problem => ({
  code: 'custom-file-unused',
  says: `${file} belongs to no dataset`,
  file,
  try: 'adap list --stage setup',
});

export const customFrameMissing = (place: { file: string; line: number }, frame: string, dataset: string): Problem => ({
  code: 'custom-frame-missing',
  says: `the frame ${frame} is not among those of ${dataset}`,
  ...place,
  column: 1,
  try: `adap frames ${dataset}`,
});
