import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout. */
export const root = join(import.meta.dirname, '..');

const ignored = new Set(
  readFileSync(join(root, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.replaceAll('/', ''))
    .concat('.git'),
);

/** Every file of the project, relative to the checkout and sorted: no git is asked, so that a copy without it can be checked too. */
export function projectFiles(below = ''): string[] {
  return readdirSync(join(root, below), { withFileTypes: true })
    .filter((each) => !ignored.has(each.name))
    .flatMap((each) => {
      const path = below === '' ? each.name : `${below}/${each.name}`;
      if (each.isDirectory()) return projectFiles(path);
      return each.isFile() ? [path] : [];
    })
    .toSorted();
}

export const readProjectFile = (path: string): string => readFileSync(join(root, path), 'utf8');
