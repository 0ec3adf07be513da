/** `npm run bench [-- --quick]`: every bench in turn. One that ends in an error is told, and the next one runs. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node } from './place.ts';

for (const name of ['version', 'one-dataset', 'null-build', 'frames', 'dispatch']) {
  const ran = spawnSync(node, [join(import.meta.dirname, `${name}.ts`), ...process.argv.slice(2)], { stdio: 'inherit' });
  if (ran.status !== 0) console.log(`${name}: ended with ${ran.status ?? ran.signal}`);
}
