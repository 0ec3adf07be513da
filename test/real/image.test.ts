/** The image that `Containerfile` makes, in a real container: a worker with the PypeIt that is in it, for a builder that has none. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { inBucket, rgw } from '../rig/bucket-home.ts';
import { deimosProject } from '../rig/deimos-project.ts';
import { CHECKOUT } from '../rig/project.ts';
import { withoutPypeit } from '../rig/real-pypeit.ts';
import { freePort, noRgw } from '../rig/rgw.ts';
import { noRedis } from '../rig/redis.ts';
import { syntheticNight } from '../rig/synthetic-night.ts';

const IMAGE = 'localhost/adap:test';
const PODMAN = `${CHECKOUT}/.ci/podman`;
const noImage =
  spawnSync(PODMAN, ['image', 'exists', IMAGE]).status === 0 ? false : 'no image of the workers here: .ci/build-image localhost/adap:test';
const skip = [noImage, noRgw, noRedis, withoutPypeit()].find((each) => each !== false) ?? false;

test(
  'a container of the image reduces for a builder that has no PypeIt; it runs as nobody, and without the network of registries',
  { skip },
  async () => {
    const night = syntheticNight();
    await using project = await deimosProject({ raw: night.raw, parameters: night.parameters, pypeit: {} });
    const home = await inBucket(project);
    const port = await freePort();
    const redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', project.root], {
      stdio: 'ignore',
    });
    const env = { ADAP_REDIS: `redis://127.0.0.1:${port}` };
    const told = { ...(await rgw()).env, ...env, ADAP_CACHE: '/scratch/adap' };
    const name = `adap-test-${process.pid}`;
    const words = [
      '--rm',
      '--name',
      name,
      '--network',
      'host',
      ...Object.entries(told).flatMap(([key, value]) => ['-e', `${key}=${value}`]),
    ];
    const worker = spawn(PODMAN, ['run', ...words, IMAGE, 'worker', '--home', home.home, '--memory', '6', '--idle', '30'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    worker.stdout.on('data', (data: Buffer) => (said += data.toString()));
    try {
      // Raw frames that lie on the builder alone are no use to it, and it says so.
      const alone = await home.adap('build --stage reduce --executor queue', env);
      assert.match(
        alone.out,
        /^failed +reduce SYNTH1\S+ +bad-input: \S+\.fits is not on \S+, nor in s3:\S+: adap put brings raw files there$/m,
        alone.out,
      );
      assert.equal((await home.adap('build --stage raw', env)).code, 0);
      const built = await home.adap('build --stage reduce --executor queue --retry', env);
      assert.equal(built.code, 0, built.out + built.error + said);
      assert.match(built.out, /^built +reduce SYNTH1/m);
      const log = await home.adap(['log', '--all', 'reduce SYNTH1/600ZD_7500_GG455/2020-01-02']);
      assert.match(log.out, /Execution time/);
      assert.doesNotMatch(log.out, /Unable to load bspline C extension/);
      const id = spawnSync(PODMAN, ['exec', name, 'id', '-u'], { encoding: 'utf8' });
      assert.equal(id.stdout.trim(), '1000');
    } finally {
      spawnSync(PODMAN, ['stop', '--time', '30', name]);
      redis.kill();
    }
    assert.match(said, /^reduce SYNTH1\S+.*: done$/m);
  },
);
