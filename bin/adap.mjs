// The smallest start: the version needs nothing else; the rest is loaded from the compile cache.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

if (process.argv[2] === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`adap ${version}\n`);
} else {
  const root = new URL('..', import.meta.url);
  module.enableCompileCache?.(fileURLToPath(new URL('.cache/compile', root)));
  // 'adap' and 'adap/deimos' mean this checkout, wherever the adapfile lies. What was loaded is a fact of the plan, too.
  const doors = { adap: new URL('engine/index.ts', root).href, 'adap/deimos': new URL('rules/index.ts', root).href };
  const modules = new Set([import.meta.filename]);
  module.registerHooks({
    resolve(specifier, context, next) {
      const door = doors[specifier];
      const found = door === undefined ? next(specifier, context) : { url: door, shortCircuit: true };
      if (found.url.startsWith('file:') && !found.url.includes('/node_modules/'))
        modules.add(decodeURIComponent(found.url.slice('file://'.length)));
      return found;
    },
  });
  const { main } = await import('../engine/cli/main.ts');
  process.exitCode = await main(process.argv.slice(2), modules);
}
