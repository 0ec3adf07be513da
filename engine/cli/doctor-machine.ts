/** Does this machine give what recipes need? What a builder is limited to, the attempts that it starts are limited to. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Problem } from '../model/problem.ts';
import { fewOpenFiles, fewProcesses, noBash } from './problems.ts';

export type Found = { readonly says: string } | Problem;

export const machineChecks = (): readonly (readonly [name: string, found: Found])[] => [
  ['limits', limitsCheck(readLimits())],
  ['memory', { says: memoryWords(totalmem(), process.constrainedMemory()) }],
  ['processors', { says: processorWords(availableParallelism(), cpus().length) }],
  ['bash', bashCheck(process.env['PATH'] ?? '')],
];

/** Below these, tools that read many files, or use a thread for each processor, end with errors that do not say why. */
const FILES = 1024;
const PROCESSES = 256;

export function limitsCheck(limits: string): Found {
  const soft = (name: string): string => new RegExp(`^${name} +(\\S+)`, 'm').exec(limits)?.[1] ?? 'unlimited';
  const files = soft('Max open files');
  const processes = soft('Max processes');
  // Of `unlimited` no number is less.
  if (Number(files) < FILES) return fewOpenFiles(files);
  if (Number(processes) < PROCESSES) return fewProcesses(processes);
  return { says: `open files ${files}, processes ${processes}` };
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return '';
  }
}

/** Of a group without a limit, Node gives none, or one beyond all memory. */
export const memoryWords = (totalBytes: number, groupBytes: number): string =>
  groupBytes > 0 && groupBytes < totalBytes
    ? `${gib(groupBytes)} GiB of ${gib(totalBytes)}, by the limit of its cgroup`
    : `${gib(totalBytes)} GiB`;

const processorWords = (usable: number, all: number): string => (usable < all ? `${usable} of ${all}` : `${all}`);

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

/** As `command -v bash` finds it. */
function bashCheck(path: string): Found {
  const found = path.split(':').find((folder) => isExecutable(`${folder === '' ? '.' : folder}/bash`));
  return found === undefined ? noBash() : { says: `${found}/bash` };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
