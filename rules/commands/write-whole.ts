import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Problem } from 'adap';
import { noPermission } from './problems.ts';

/** Why it could not; what lay at `path` is then left as it was, and nothing beside it. `shown` is how the user writes the path. */
export function writeWhole(path: string, shown: string, text: string): Problem | undefined {
  const making = `${path}.adap-${process.pid}`;
  try {
    writeFileSync(making, text);
    renameSync(making, path);
    return undefined;
  } catch (error) {
    rmSync(making, { force: true });
    return noPermission(shown, error);
  }
}
