/**
 * The demo by three workers that take from a queue, one of which is killed on the way: `npm run demo:cluster`. Redis is a real one of its own
 * on this machine; in place of PypeIt a stand-in lays down recorded products. Everything lies in .cache/demo-cluster afterwards.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { CHECKOUT } from '../../test/rig/project.ts';
import { oneDetector, standIn } from '../../test/rig/deimos-project.ts';
import { noRedis } from '../../test/rig/redis.ts';
import { writeRecordedNights } from '../../test/rig/recorded-night.ts';

const folder = `${CHECKOUT}/.cache/demo-cluster`;
/** A worker that was not heard of for so long has lost its job: a minute where nobody waits for it. */
const env = { ...process.env, ADAP_WORKER_LEASE_SECONDS: '5' };

if (noRedis !== false) {
  console.log(`skipped: ${noRedis}`);
  process.exit(0);
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(`${folder}/config`, { recursive: true });
console.log('A stand-in plays PypeIt: it reduces nothing, and lays down what the real PypeIt 1.17.4 made of these frames.');
writeRecordedNights(`${folder}/raw`, ['SYNTH2', 'SYNTH3', 'SYNTH4']);
writeFileSync(`${folder}/replay.json`, JSON.stringify({ seconds: 4 }));
for (const name of readdirSync(`${CHECKOUT}/config`))
  if (statSync(`${CHECKOUT}/config/${name}`).isFile()) cpSync(`${CHECKOUT}/config/${name}`, `${folder}/config/${name}`);
writeFileSync(`${folder}/config/default_pypeit_config`, oneDetector());
const sizes = { reduce: { memoryGiB: 1 }, coadd: { memoryGiB: 1 } };
const settings = { home: 'home', config: 'config', raw: ['raw'], pypeit: standIn(folder), ...sizes };
writeFileSync(
  `${folder}/adapfile.ts`,
  `import { deimos } from 'adap/deimos';\n\nexport default deimos(${JSON.stringify(settings, undefined, 2)});\n`,
);

const said = new Map<string, string[]>();
const workers = ['one', 'two', 'three'].map((name) => [name, startWorker(name)] as const);
console.log('\nThree workers wait. $ adap build --executor queue');
const build = spawn(`${CHECKOUT}/bin/adap`, ['build', '--executor', 'queue'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
let killed: string | undefined;
createInterface({ input: build.stdout }).on('line', (line) => console.log(`  ${line}`));
const watching = setInterval(killOnce, 100);
const code = await ended(build);
clearInterval(watching);
await Promise.all(workers.map(([, worker]) => ended(worker)));

console.log('\nWhat the workers did:');
for (const [name, lines] of said) {
  console.log(`  worker ${name}${name === killed ? ', killed while it reduced' : ''}:`);
  for (const line of lines) console.log(`    ${line}`);
}
console.log('\n$ adap build -n');
const { stdout } = spawnSync(`${CHECKOUT}/bin/adap`, ['build', '-n'], { cwd: folder, env, encoding: 'utf8' });
console.log(`  ${stdout.trim()}`);
if (code !== 0 || killed === undefined || !/^0 to build, \d+ fresh$/m.test(stdout)) throw new Error('it did not end with everything fresh');

function startWorker(name: string): ChildProcess {
  const worker = spawn(`${CHECKOUT}/bin/adap`, ['worker', '--idle', '20', '--memory', '1'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  said.set(name, []);
  createInterface({ input: worker.stdout }).on('line', (line) => void said.get(name)?.push(line));
  return worker;
}

/** The first that is at a reduction. */
function killOnce(): void {
  const at = workers.find(
    ([name]) => said.get(name)?.at(-1)?.startsWith('reduce ') === true && said.get(name)?.at(-1)?.endsWith(': begun') === true,
  );
  if (killed !== undefined || at === undefined) return;
  killed = at[0];
  console.log(`  (worker ${killed} is killed at ${said.get(killed)?.at(-1)?.replace(': begun', '') ?? ''})`);
  at[1].kill('SIGKILL');
}

function ended(process: ChildProcess): Promise<number | undefined> {
  if (process.exitCode !== null || process.signalCode !== null) return Promise.resolve(process.exitCode ?? undefined);
  return new Promise((done) => void process.on('exit', (exit) => done(exit ?? undefined)));
}
