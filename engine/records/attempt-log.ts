import type { Disk } from '../disk/disk.ts';
export const readLog = (disk: Disk, folder: string): { readonly text: string } | undefined => {
  const b = disk.read(`${folder}/log`);
  return b === undefined ? undefined : { text: Buffer.from(b).toString() };
};
export const followLog = (disk: Disk, folder: string): { next(): string } => {
  let at = 0;
  return {
    next: () => {
      const t = readLog(disk, folder)?.text ?? '';
      const n = t.slice(at);
      at = t.length;
      return n;
    },
  };
};
