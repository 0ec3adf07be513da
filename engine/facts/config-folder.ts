import { isUtf8 } from 'node:buffer';
import type { Disk } from '../disk/disk.ts';
import type { Look } from '../disk/look.ts';
import type { Problem } from '../model/problem.ts';
import type { Facts } from '../model/rule.ts';
import { text } from '../lib/text.ts';
import { configMissing } from './problems.ts';

type ConfigFolder = { readonly config: Facts['config']; readonly stops: readonly Problem[] };

/**
 * The config folder, listed once; texts are read when they are asked for. What is not UTF-8 is taken as Latin-1: remarks
 * in old files hold such letters. `shown` is how the user writes its path.
 */
export function openConfigFolder(disk: Disk, look: Look, folder: { readonly path: string; readonly shown: string }): ConfigFolder {
  const shown = (name: string): string => `${folder.shown}/${name}`;
  const list = (below: string): string[] => {
    look.stamp(`${folder.path}/${below}`.replace(/\/$/, ''));
    return (disk.names(`${folder.path}/${below}`) ?? []).flatMap((name) => {
      if (name.startsWith('.')) return [];
      const path = `${below}${name}`;
      return look.stamp(`${folder.path}/${path}`)?.kind === 'folder' ? list(`${path}/`) : [path];
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
