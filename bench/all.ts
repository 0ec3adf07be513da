/** `npm run bench [NAME…] [-- --quick]`: every bench in turn, or those named. One that ends in an error is told, and the next one runs. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node } from './place.ts';

const NAMES = ['version', 'one-dataset', 'null-build', 'frames', 'dispatch', 'spec2d', 'transfer', 'queue'];
const words = process.argv.slice(2);
const named = words.filter((word) => NAMES.includes(word));
for (const name of named.length > 0 ? named : NAMES) {
  const rest = words.filter((word) => !NAMES.includes(word));
  const ran = spawnSync(node, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, `${name}.ts`), ...rest], {
    stdio: 'inherit',
  });
  if (ran.status !== 0) console.log(`${name}: ended with ${ran.status ?? ran.signal}`);
}
