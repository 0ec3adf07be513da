import { codeOf } from './node-disk.ts';

/** Does what may be left undone where the file system refuses it; a mistake of adap's own is still thrown. */
export function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!/^E[A-Z]+$/.test(codeOf(error))) throw error;
  }
}
