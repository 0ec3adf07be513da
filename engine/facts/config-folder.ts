import { isUtf8 } from 'node:buffer';
import type { Disk } from '../disk/disk.ts';
import type { Look } from '../disk/look.ts';
import type { Problem } from '../model/problem.ts';
import type { Facts } from '../model/rule.ts';
import { text } from '../lib/text.ts';
import { configMissing } from './problems.ts';

type ConfigFolder = {
  readonly config: Facts['config'];
  readonly stops: readonly Problem[];
  /** No link led nowhere. */ readonly isSure: () => boolean;
};

/**
 * The config folder, listed once; texts are read when they are asked for. What is not UTF-8 is taken as Latin-1: remarks
 * in old files hold such letters. `shown` is how the user writes its path.
 */
export function openConfigFolder(disk: Disk, look: Look, folder: { readonly path: string; readonly shown: string }): ConfigFolder {
  const shown = (name: string): string => `${folder.shown}/${name}`;
  const listed = new Set<string>();
  let isUnsure = false;
  // Links are followed, each folder once; the stamps are those of where they lead, so that a new file there is seen.
  const list = (below: string): string[] => {
    const real = disk.realPath(`${folder.path}/${below}`);
    if (real === undefined || listed.has(real)) return [];
    listed.add(real);
    look.stamp(real);
    return (disk.names(real) ?? []).flatMap((name) => {
      if (name.startsWith('.')) return [];
      const own = look.stamp(`${real}/${name}`);
      const target = own?.kind === 'link' ? disk.realPath(`${real}/${name}`) : `${real}/${name}`;
      const stamp = target === undefined ? undefined : look.stamp(target);
      if (stamp === undefined) isUnsure = true;
      if (stamp?.kind === 'folder') return list(`${below}${name}/`);
      return stamp?.kind === 'file' ? [`${below}${name}`] : [];
    });
  };
  const files = list('');
  const texts = new Map<string, string | undefined>();
  const read = (name: string): string | undefined => {
    const bytes = disk.read(`${folder.path}/${name}`);
    if (bytes === undefined) return undefined;
    return isUtf8(bytes) ? text(bytes) : Buffer.from(bytes).toString('latin1');
  };
  return {
    isSure: () => !isUnsure,
    stops: look.stamp(folder.path) === undefined ? [configMissing(folder.shown)] : [],
    config: {
      files: () => files,
      shown,
      text(name) {
        if (!texts.has(name)) texts.set(name, read(name));
        return texts.get(name);
      },
    },
  };
}
