import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import type { Run } from 'adap';

/**
 * Parameter files of PypeIt name the folders that they were made in, and an attempt's folder is nobody's once it is published: the files
 * shall name the places where all of it then lies, which are the same below the home. `output` is any of the rule's.
 */
export function sayPublished(run: Pick<Run, 'makes' | 'published' | 'named'>, output: string, paths: readonly string[]): void {
  const partsOf = (path: string): string[] => path.replace(/\/$/, '').split('/');
  const [attempt, home] = [partsOf(run.makes[output] ?? ''), partsOf(run.published(output))];
  while (attempt.length > 0 && attempt.at(-1) === home.at(-1)) {
    attempt.pop();
    home.pop();
  }
  const [from, to] = [attempt.join('/'), home.join('/')];
  for (const path of paths.filter(existsSync)) {
    const text = readFileSync(path, 'utf8');
    const said = run.named(text.replaceAll(from, () => to).replaceAll(realpathSync(from), () => to));
    if (said !== text) writeFileSync(path, said);
  }
}
