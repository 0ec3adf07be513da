import { readFileSync, realpathSync, writeFileSync } from 'node:fs';

/**
 * Parameter files of PypeIt name the folder that they were made in, and an attempt's folder is nobody's once it is published: the files
 * shall name the place where they then lie. `published` is absolute.
 */
export function sayPublished(folder: string, names: readonly string[], published: string): void {
  const to = published.replace(/\/$/, '');
  for (const name of names) {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const said = text.replaceAll(folder, () => to).replaceAll(realpathSync(folder), () => to);
    if (said !== text) writeFileSync(`${folder}/${name}`, said);
  }
}
