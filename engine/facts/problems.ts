import type { Problem } from '../model/problem.ts';

/** The words for what is wrong with the facts: raw directories and the config folder. */
export const rawMissing = (path: string): Problem => ({
  code: 'raw-missing',
  says: `no directory of raw files ${path}`,
  try: 'mount it, or correct the adapfile; until then nothing is planned, so that nothing is retired by mistake',
});

export const rawUnreadable = (path: string, why: string): Problem => ({
  code: 'raw-unreadable',
  says: `the directory ${path} cannot be read (${why})`,
  file: path,
  try: `ls -ld ${path}`,
});

export const fileUnreadable = (path: string, why: string): Problem => ({
  code: 'file-unreadable',
  says: `${path} cannot be read (${why})`,
  file: path,
  try: `ls -l ${path}`,
});

export const configMissing = (path: string): Problem => ({
  code: 'config-missing',
  says: `no config folder ${path}`,
  try: 'correct `config` in the adapfile',
});
