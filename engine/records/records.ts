import type { Disk } from '../disk/disk.ts';
import type { Look } from '../disk/look.ts';
import { text } from '../lib/text.ts';
import type { FailureRecord, TargetRecord } from '../model/record.ts';
import { believable } from '../model/stamp.ts';
import type { TargetId } from '../model/target.ts';
import type { Cache } from './cache.ts';
import { nameOf, parseRecord, readFailure, readRecord, recordPath, sealed } from './record-files.ts';
import type { Folders } from './folders.ts';

/**
 * The records of one home. The files are the truth; many at once come from the cache, folder by folder, where the stamp
 * of the folder says that no record in it was added, replaced or removed since.
 */
export type Records = {
  get(target: TargetId): TargetRecord | undefined;
  failure(target: TargetId): FailureRecord | undefined;
  /** Every target that has a whole record; or only some, but all in whose name one of these texts stands. */
  targets(mentioning?: readonly string[]): readonly TargetId[];
  put(record: TargetRecord): void;
  remove(target: TargetId): void;
  putFailure(failure: FailureRecord): void;
  removeFailure(target: TargetId): void;
};

type Options = { readonly disk: Disk; readonly folders: Folders; readonly look: Look; readonly cache: Cache; readonly now: () => number };

type Shard = { readonly mtimeMs: number; readonly inode: number; readonly takenAtMs: number };
type RecordsRow = Shard & { readonly records: readonly TargetRecord[] };

export function openRecords({ disk, folders, look, cache, now }: Options, expected: 'few' | 'many'): Records {
  const shards = new Map<string, ReadonlyMap<TargetId, TargetRecord>>();
  const own = new Map<TargetId, TargetRecord | undefined>();
  let hasFailures = look.stamp(folders.failures) !== undefined;
  let rows: ReadonlyMap<string, string> | undefined;

  const isCurrent = (row: Shard | undefined, name: string): boolean => {
    const stamp = look.stamp(`${folders.records}/${name}`);
    return row !== undefined && stamp?.mtimeMs === row.mtimeMs && stamp.inode === row.inode && believable(stamp, row.takenAtMs);
  };
  const readShard = (name: string): readonly TargetRecord[] => {
    const takenAtMs = now();
    const stamp = look.stamp(`${folders.records}/${name}`);
    const records = (disk.names(`${folders.records}/${name}`) ?? []).flatMap((file) => {
      if (!file.endsWith('.json')) return [];
      const bytes = disk.read(`${folders.records}/${name}/${file}`);
      const record = bytes === undefined ? undefined : parseRecord(text(bytes));
      return record !== undefined && `${nameOf(record.target)}.json` === file ? [record] : [];
    });
    const shard: Shard = { mtimeMs: stamp?.mtimeMs ?? 0, inode: stamp?.inode ?? 0, takenAtMs };
    cache.put([
      ['record-names', name, `${JSON.stringify(shard)}\n${JSON.stringify(records.map((record) => record.target))}`],
      ['records', name, JSON.stringify({ ...shard, records })],
    ]);
    return records;
  };
  const shard = (name: string): ReadonlyMap<TargetId, TargetRecord> => {
    const known = shards.get(name);
    if (known !== undefined) return known;
    rows ??= cache.all('records');
    const row = parsed<RecordsRow>(rows.get(name));
    const records = row !== undefined && isCurrent(row, name) ? row.records : readShard(name);
    const byTarget = new Map(records.map((record) => [record.target, record]));
    shards.set(name, byTarget);
    return byTarget;
  };

  return {
    get(target) {
      if (own.has(target)) return own.get(target);
      const record = expected === 'many' ? shard(nameOf(target).slice(0, 2)).get(target) : readRecord(disk, folders, target);
      own.set(target, record);
      return record;
    },
    failure: (target) => (hasFailures ? readFailure(disk, folders, target) : undefined),
    targets(mentioning) {
      look.stamp(folders.records);
      const names = (disk.names(folders.records) ?? []).filter((name) => name.length === 2);
      if (expected === 'many') return names.flatMap((name) => [...shard(name).keys()]);
      const known = cache.all('record-names');
      const quoted = mentioning?.map((each) => JSON.stringify(each).slice(1, -1));
      return names.flatMap((name) => {
        const row = known.get(name);
        const shardOf = row === undefined ? undefined : shardLine(row);
        if (row === undefined || !isCurrent(shardOf, name)) return readShard(name).map((record) => record.target);
        // Most rows need not be parsed to see that they are of no interest.
        return quoted === undefined || quoted.some((each) => row.includes(each))
          ? (JSON.parse(row.slice(row.indexOf('\n') + 1)) as readonly TargetId[])
          : [];
      });
    },
    put(record) {
      disk.writeWhole(recordPath(folders, record.target), sealed(record));
      own.set(record.target, record);
    },
    remove(target) {
      disk.remove(recordPath(folders, target));
      own.set(target, undefined);
    },
    putFailure(failure) {
      disk.writeWhole(`${folders.failures}/${nameOf(failure.target)}.json`, sealed(failure));
      hasFailures = true;
    },
    removeFailure: (target) => disk.remove(`${folders.failures}/${nameOf(target)}.json`),
  };
}

/** The stamp stands in a line of its own, before the names. */
const shardLine = (row: string): Shard => JSON.parse(row.slice(0, row.indexOf('\n'))) as Shard;

const parsed = <T>(row: string | undefined): T | undefined => (row === undefined ? undefined : (JSON.parse(row) as T));
