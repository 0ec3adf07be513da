import type { Disk } from '../disk/disk.ts';
import { digest } from '../lib/digest.ts';
import { text } from '../lib/text.ts';
import type { FailureRecord, TargetRecord } from '../model/record.ts';
import type { TargetId } from '../model/target.ts';
import type { Folders } from './folders.ts';

/** A file name for a target: titles may hold any character. */
export const nameOf = (target: TargetId): string => digest(target).slice(0, 32);

/** Enough of it to tell the folders of attempts, logs and former results apart. */
export const shortName = (target: TargetId): string => nameOf(target).slice(0, 12);

/** Records lie in folders by the first two digits of their name, so that the stamp of a folder tells of a change in it. */
export const recordPath = (folders: Folders, target: TargetId): string => {
  const name = nameOf(target);
  return `${folders.records}/${name.slice(0, 2)}/${name}.json`;
};

/** JSON behind its own digest: a file cut off or changed anywhere is known as damaged. */
export const sealed = (body: unknown): string => {
  const json = JSON.stringify(body);
  return `${digest(json)}\n${json}\n`;
};

export function unsealed(file: string): unknown {
  const end = file.indexOf('\n');
  const body = file.slice(end + 1, -1);
  if (end !== 64 || !file.endsWith('\n') || digest(body) !== file.slice(0, end)) return undefined;
  return JSON.parse(body);
}

/** Undefined for a text that is no whole record, or another target's. */
export function parseRecord(file: string, target?: TargetId): TargetRecord | undefined {
  // The digest over it says that adap wrote it, as this type.
  const record = unsealed(file) as TargetRecord | undefined;
  return record !== undefined && (target === undefined || record.target === target) ? record : undefined;
}

export function readRecord(disk: Disk, folders: Folders, target: TargetId): TargetRecord | undefined {
  const bytes = disk.read(recordPath(folders, target));
  return bytes === undefined ? undefined : parseRecord(text(bytes), target);
}

export function readFailure(disk: Disk, folders: Folders, target: TargetId): FailureRecord | undefined {
  const bytes = disk.read(`${folders.failures}/${nameOf(target)}.json`);
  return bytes === undefined ? undefined : (unsealed(text(bytes)) as FailureRecord | undefined);
}
