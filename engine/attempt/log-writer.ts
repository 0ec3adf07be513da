import type { Disk } from '../disk/disk.ts';
export type LogWriter = {
  write(bytes: Uint8Array): void;
  say(line: string): void;
  flush(): void;
  close(): void;
  lastLines(count: number): readonly string[];
  bytes(): number;
};
export function openLog(disk: Disk, folder: string, _: { now: () => number }): LogWriter {
  let all = Buffer.alloc(0);
  const w: LogWriter = {
    write: (b) => void (all = Buffer.concat([all, b])),
    say: (line) => w.write(Buffer.from(`${line}\n`)),
    flush: () => disk.write(`${folder}/log`, all),
    close: () => w.flush(),
    lastLines: (n) =>
      all
        .toString()
        .split('\n')
        .filter((l) => l !== '')
        .slice(-n),
    bytes: () => all.length,
  };
  return w;
}
