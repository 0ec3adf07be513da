import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
export const adap = join(root, 'bin/adap');
export const node = process.execPath;

/** `--quick`: is it all there, and does it run? Its figures say little. */
export const isQuick = process.argv.includes('--quick');

/** A folder of its own, which goes with its block. */
export function benchFolder(name: string): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), `adap-${name}-`));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
