import { dirname } from 'node:path';
import type { TargetRecord } from '../model/record.ts';
import { nameOf, recordPath } from '../records/record-files.ts';
import type { Folders } from '../records/folders.ts';
import type { Records } from '../records/records.ts';
import type { World } from '../world.ts';

/**
 * Moves the outputs of a target that no fact asks for any more to `.adap/retired`, and its record behind them, last. It
 * deletes nothing but folders that became empty; interrupted, it goes on the next time.
 */
export function retire(
  { world, home, folders, records }: { world: World; home: string; folders: Folders; records: Records },
  record: TargetRecord,
): void {
  const { disk } = world;
  for (const output of record.outputs) {
    const path = output.path.replace(/\/$/, '');
    if (disk.stamp(`${home}/${path}`) === undefined) continue;
    const to = unused(world, `${folders.retired}/${path}`);
    disk.makeFolder(dirname(to));
    // In a bucket there may be more below it than was made: files that somebody put there.
    const own =
      world.bucket === undefined ? [path] : output.members.filter(({ stamp }) => stamp.kind === 'file').map((member) => member.path);
    for (const each of own)
      if (disk.stamp(`${home}/${each}`) !== undefined) disk.rename(`${home}/${each}`, `${to}${each.slice(path.length)}`);
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) disk.removeEmptyFolder(`${home}/${folder}`);
  }
  const to = unused(world, `${folders.retired}/.records/${nameOf(record.target)}.json`);
  disk.makeFolder(dirname(to));
  disk.rename(recordPath(folders, record.target), to);
  records.remove(record.target);
}

function unused(world: World, path: string): string {
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? path : `${path}.${count}`;
    if (world.disk.stamp(free) === undefined) return free;
  }
}
