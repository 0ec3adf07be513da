/** Imported before a test: puts a mutant in the place of its source. `ADAP_MUTANT` is the source's URL, and `ADAP_MUTANT_PROGRAM` the mutant. */
import { registerHooks } from 'node:module';

registerHooks({
  load: (url, context, next) =>
    url === process.env['ADAP_MUTANT']
      ? { format: 'module', source: process.env['ADAP_MUTANT_PROGRAM'] ?? '', shortCircuit: true }
      : next(url, context),
});
