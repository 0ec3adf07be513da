import type { Problem } from 'adap';

/** The words for commands of the rules that cannot do what they were asked. */
export const noDataset = (subject: string): Problem => ({
  code: 'no-dataset',
  says: `${subject} is no dataset that can be reduced`,
  try: 'adap list --stage setup',
});

export const whichReduction = (subject: string, reduces: readonly string[]): Problem => ({
  code: 'which-reduction',
  says: `${subject} has no reduce directory of that name, and several others: ${reduces.join(', ')}`,
  try: `--reduce ${reduces[0] ?? 'reduce'}`,
});

export const alreadyCustom = (file: string): Problem => ({
  code: 'already-custom',
  says: `${file} is its custom file already`,
  file,
  try: `edit ${file}`,
});

/** `error` is what the file system threw. */
export const noPermission = (file: string, error: unknown): Problem => ({
  code: 'cannot-write',
  says: `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
  file,
  try: `ls -ld ${file.slice(0, Math.max(1, file.lastIndexOf('/')))}`,
});

export const notBuilt = (subject: string, stage: string): Problem => ({
  code: 'not-built',
  says: `there is no ${stage} of ${subject} yet`,
  try: `adap build ${subject}`,
});

export const qaDamaged = (file: string, why: string, target: string): Problem => ({
  code: 'qa-damaged',
  says: `the QA pages cannot be shown: ${why}`,
  file,
  try: `adap build --force '${target}'`,
});
