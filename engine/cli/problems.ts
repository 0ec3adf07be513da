import type { Problem } from '../model/problem.ts';

/** The words for what is wrong with a command line or an adapfile. */
export const noCommand = (word: string, nearest: string | undefined): Problem => ({
  code: 'no-command',
  says: `no command ${word}`,
  try: nearest === undefined ? 'adap --help' : `adap ${nearest}`,
});

export const badOption = (says: string, command: string): Problem => ({ code: 'bad-option', says, try: `adap ${command} --help` });

export const noAdapfile = (folder: string): Problem => ({
  code: 'no-adapfile',
  says: `no adapfile.ts in ${folder}, nor in any folder above it`,
  try: 'adap init --raw DIR --config DIR --home DIR',
});

export const adapfileBroken = (file: string, error: Error): Problem => ({
  code: 'adapfile-broken',
  says: `${file} cannot be loaded: ${error.message.split('\n')[0] ?? ''}`,
  file,
  ...lineOf(error, file),
  try: `correct ${file}`,
});

export const adapfileNoProject = (file: string): Problem => ({
  code: 'adapfile-no-project',
  says: `${file} does not export a project`,
  file,
  try: 'export default deimos({ home, config, raw })',
});

export const adapfileExists = (file: string): Problem => ({
  code: 'adapfile-exists',
  says: `${file} is there already, and is left as it is`,
  file,
  try: `edit it, or name another folder: adap -C DIR init`,
});

export const fileSystemRefuses = (says: string): Problem => ({ code: 'file-system', says, try: 'adap doctor' });

export const missingOption = (option: string, command: string): Problem => ({
  code: 'missing-option',
  says: `adap ${command} needs ${option}`,
  try: `adap ${command} --help`,
});

/** The place that a stack names, where it names one in the file. */
function lineOf(error: Error, file: string): { line?: number; column?: number } {
  const found = new RegExp(`${file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}:(\\d+)(?::(\\d+))?`).exec(error.stack ?? '');
  if (found === null) return {};
  return { line: Number(found[1]), ...(found[2] === undefined ? {} : { column: Number(found[2]) }) };
}

export const homeOnNetwork = (home: string, kind: string): Problem => ({
  code: 'home-on-network',
  says: `the home ${home} lies on a network file system (${kind}); locks between machines are not safe there`,
  try: 'build from one machine only, or put the home on a local disk',
});

export const diskLow = (home: string, freeGiB: number, inodes: number): Problem => ({
  code: 'disk-low',
  says: `${freeGiB.toFixed(2)} GiB and ${inodes} inodes are free at ${home}`,
  try: `df -h ${home}; df -i ${home}`,
});
