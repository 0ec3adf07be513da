import type { Disk } from '../disk/disk.ts';
import { text } from '../lib/text.ts';
import type { TargetId } from '../model/target.ts';
import type { Folders } from './folders.ts';
import { parseRecord, recordPath } from './record-files.ts';

/** Every target that has a record, from the files themselves; and the paths of those that are not whole. */
export function recordedTargets(
  disk: Disk,
  folders: Folders,
): { readonly targets: readonly TargetId[]; readonly damaged: readonly string[] } {
  const targets: TargetId[] = [];
  const damaged: string[] = [];
  for (const folder of disk.names(folders.records) ?? []) {
    for (const name of disk.names(`${folders.records}/${folder}`) ?? []) {
      if (!name.endsWith('.json')) continue;
      const path = `${folders.records}/${folder}/${name}`;
      const bytes = disk.read(path);
      if (bytes === undefined) continue;
      const target = parseRecord(text(bytes))?.target;
      if (target !== undefined && recordPath(folders, target) === path) targets.push(target);
      else damaged.push(path);
    }
  }
  return { targets: targets.toSorted(), damaged };
}
