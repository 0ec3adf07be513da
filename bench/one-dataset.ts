/** A plan of one dataset with 5,000 in the home, beside the start of Node: `bench/one-dataset.ts [DATASETS]`. */
import { chainOf, writeAdapProject } from './chain.ts';
import { against, medianOf, ms, race, ratio, runOnce } from './clock.ts';
import { adap, benchFolder, isQuick, node } from './place.ts';

const datasets = Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? (isQuick ? 200 : 5000));
using place = benchFolder('one-dataset');
writeAdapProject(place.path, chainOf(datasets));
runOnce({ name: 'adap', argv: [adap, 'build'], cwd: place.path });
const times = race(
  [
    { name: 'adap', argv: [adap, 'build', '-n', 'D00007'], cwd: place.path },
    { name: 'node', argv: [node, '-e', '0'] },
  ],
  isQuick ? 3 : 15,
);
console.log(`build -n ONE_DATASET of ${datasets}: ${ms(medianOf(times, 'adap'))}   node -e 0: ${ms(medianOf(times, 'node'))}`);
console.log(`  ${against('adap/node', ratio(times, 'adap', 'node'), 5)}`);
