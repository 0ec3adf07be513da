/** How far are the targets that run? Told by their logs, to rules that listen. */
import type { Disk } from '../disk/disk.ts';
import { quietly } from '../disk/quietly.ts';
import type { LogProgress, Rule } from '../model/rule.ts';
import type { TargetId } from '../model/target.ts';
import { controlFolder } from '../records/attempt-files.ts';
import { followLog } from '../records/attempt-log.ts';
import type { LogFollower } from '../records/attempt-log.ts';
import type { Folders } from '../records/folders.ts';
import { attemptFolder } from '../run/publish.ts';

export type LogListener = {
  /** Reads what was printed since the last time. */
  look(running: readonly TargetId[]): void;
  words(target: TargetId): string;
};

type Listening = { readonly log: LogFollower; readonly progress: LogProgress; rest: string };

export function listenToLogs({
  disk,
  folders,
  rules,
}: {
  readonly disk: Disk;
  readonly folders: Folders;
  readonly rules: readonly Rule[];
}): LogListener {
  const listening = new Map<TargetId, Listening>();
  const begin = (target: TargetId): Listening | undefined => {
    const rule = rules.find(({ name }) => target.startsWith(`${name} `));
    if (rule?.kind !== 'runs' || rule.progress === undefined) return undefined;
    return { log: followLog(disk, controlFolder(attemptFolder(folders, target))), progress: rule.progress(), rest: '' };
  };
  return {
    look(running) {
      for (const target of listening.keys()) if (!running.includes(target)) listening.delete(target);
      for (const target of running) {
        const one = listening.get(target) ?? begin(target);
        if (one === undefined) continue;
        listening.set(target, one);
        quietly(() => {
          const lines = (one.rest + one.log.next()).split('\n');
          one.rest = lines.pop() ?? '';
          for (const line of lines) one.progress.hear(line);
        });
      }
    },
    words: (target) => listening.get(target)?.progress.words() ?? '',
  };
}
