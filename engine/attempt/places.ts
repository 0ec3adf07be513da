import { dirname } from 'node:path';
import type { Order } from '../model/attempt.ts';
import { controlFolder } from '../records/attempt-files.ts';

/** Where a recipe works, below the attempt's folder, which mirrors the home. */
export type Places = {
  /** The nearest folder above all outputs: commands run here. */
  readonly folder: string;
  readonly makes: Readonly<Record<string, string>>;
  /** TMPDIR: on the same disk, counted as scratch, gone at the end. */
  readonly temporary: string;
};

export function openPlaces({ outputs }: Pick<Order, 'outputs'>, folder: string): Places {
  const paths = outputs.map(({ path }) => path.replace(/\/$/, ''));
  const common = paths.map((path) => dirname(path).split('/')).reduce((one, other) => one.slice(0, differsAt(one, other)));
  return {
    folder: common[0] === '.' || common.length === 0 ? folder : `${folder}/${common.join('/')}`,
    makes: Object.fromEntries(outputs.map(({ name, path }) => [name, `${folder}/${path.replace(/\/$/, '')}`])),
    temporary: `${controlFolder(folder)}/tmp`,
  };
}

function differsAt(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at === -1 ? one.length : at;
}
