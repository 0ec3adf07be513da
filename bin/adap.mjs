// The smallest start: the version needs nothing else; the rest is loaded from the compile cache.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const [, , command, ...words] = process.argv;

/** 'adap' and 'adap/deimos' mean this checkout, wherever the adapfile lies. What was loaded is a fact of the plan, too. */
function openDoors(modules) {
  const doors = { adap: new URL('engine/index.ts', root).href, 'adap/deimos': new URL('rules/index.ts', root).href };
  module.registerHooks({
    resolve(specifier, context, next) {
      const door = doors[specifier];
      const found = door === undefined ? next(specifier, context) : { url: door, shortCircuit: true };
      if (found.url.startsWith('file:') && !found.url.includes('/node_modules/'))
        modules.add(decodeURIComponent(found.url.slice('file://'.length)));
      return found;
    },
  });
}

if (command === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  process.stdout.write(`adap ${version}\n`);
} else {
  module.enableCompileCache?.(fileURLToPath(new URL('.cache/compile', root)));
  if (command === 'attempt') {
    // One for each target of commands: nothing is loaded that it can do without.
    const { attemptMain } = await import('../engine/cli/attempt-main.ts');
    openDoors(new Set());
    // Timers of what was measured may still be open.
    process.exit(await attemptMain(words, (file) => import(file)));
  } else {
    const modules = new Set([import.meta.filename]);
    openDoors(modules);
    const { main } = await import('../engine/cli/main.ts');
    process.exitCode = await main(process.argv.slice(2), modules);
  }
}
