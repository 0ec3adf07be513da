/** `adap put` and `adap get` beside `rclone copy`, the same files, on a real RADOS Gateway of this machine. */
import { randomFillSync } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { CHECKOUT, createProject } from '../test/rig/project.ts';
import { noRgw, startRgw } from '../test/rig/rgw.ts';
import { store } from '../test/rig/raw-store.ts';

const isQuick = process.argv.includes('--quick');
const SIZES_MB = isQuick ? [20, 20, 20, 20, 40] : [20, 20, 20, 20, 20, 20, 20, 20, 80, 120];
const ROUNDS = isQuick ? 1 : 3;
const MB = 1e6;

if (noRgw !== false) console.log(`transfer: skipped: ${noRgw}`);
else if (spawnSync('rclone', ['version']).status !== 0) console.log('transfer: skipped: no rclone here: apt-get install rclone');
else await compare();

async function compare(): Promise<void> {
  await using rgw = await startRgw();
  await using project = await createProject({ 'adapfile.ts': store('s3://put/adap'), 'config/none': '' });
  const total = SIZES_MB.reduce((sum, each) => sum + each, 0);
  mkdirSync(`${project.root}/in/night`, { recursive: true });
  for (const [index, size] of SIZES_MB.entries())
    writeFileSync(`${project.root}/in/night/${index}.raw`, randomFillSync(Buffer.alloc(size * MB)));
  const env = { ...process.env, ...rgw.env, XDG_CACHE_HOME: `${project.root}/machine`, NO_COLOR: '1' };
  // rclone of Debian 12 cannot do with it.
  delete (env as NodeJS.ProcessEnv)['AWS_CA_BUNDLE'];
  const timed = (command: string, args: readonly string[]): number => {
    const begun = performance.now();
    const { status, stderr, stdout } = spawnSync(command, args, { cwd: project.root, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
    return (performance.now() - begun) / 1000;
  };
  const remote = `:s3,provider=Ceph,env_auth=true,endpoint="${rgw.endpoint}":`;
  const best = { put: Infinity, get: Infinity, up: Infinity, down: Infinity };
  for (let round = 0; round < ROUNDS; round += 1) {
    await rgw.makeBucket('put');
    await rgw.makeBucket('rclone');
    rmSync(`${project.root}/machine`, { recursive: true, force: true });
    for (const each of ['down-1', 'down-2']) rmSync(`${project.root}/${each}`, { recursive: true, force: true });
    best.up = Math.min(best.up, timed('rclone', ['copy', 'in', `${remote}rclone/in`]));
    best.put = Math.min(best.put, timed(`${CHECKOUT}/bin/adap`, ['put', 'in']));
    best.down = Math.min(best.down, timed('rclone', ['copy', `${remote}rclone/in`, 'down-1']));
    best.get = Math.min(best.get, timed(`${CHECKOUT}/bin/adap`, ['get', 'raw night', 'down-2']));
    for (const bucket of ['put', 'rclone']) timed('rclone', ['purge', `${remote}${bucket}`]);
  }
  const line = (name: string, own: number, other: number): string =>
    `transfer: ${name} ${total} MB: adap ${(total / own).toFixed(0)} MB/s, rclone ${(total / other).toFixed(0)} MB/s, ${(other / own).toFixed(2)} of its bandwidth (goal: at least 0.50)`;
  console.log(line('put', best.put, best.up));
  console.log(line('get', best.get, best.down));
}
