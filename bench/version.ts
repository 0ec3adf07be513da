/** The smallest thing that adap does, beside the start of Node. */
import { against, medianOf, ms, race, ratio } from './clock.ts';
import { adap, isQuick, node } from './place.ts';

const times = race(
  [
    { name: 'adap', argv: [adap, '--version'] },
    { name: 'node', argv: [node, '-e', '0'] },
  ],
  isQuick ? 5 : 25,
);
console.log(`adap --version: ${ms(medianOf(times, 'adap'))}   node -e 0: ${ms(medianOf(times, 'node'))}`);
console.log(`  ${against('adap/node', ratio(times, 'adap', 'node'), 2)}`);
