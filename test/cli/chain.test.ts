/** From frames to the archive with a stand-in that lays down genuine products of PypeIt, or replays how it failed. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { deimosProject, oneDetector, standIn } from '../rig/deimos-project.ts';
import type { TestProject } from '../rig/project.ts';
import { writeRecordedNights } from '../rig/recorded-night.ts';
import { temporary } from '../rig/temporary.ts';

const SETUP = '600ZD_7500_GG455';
const NIGHT = `SYNTH1/${SETUP}/2020-01-02`;
const OTHER = `SYNTH1/${SETUP}/2020-02-20`;

type Nights = AsyncDisposable & {
  readonly project: TestProject;
  /** `replay.json` of the stand-in. */ replay(fails: Readonly<Record<string, string>>): void;
};

async function nights(others: readonly string[] = []): Promise<Nights> {
  const frames = temporary();
  writeRecordedNights(`${frames.path}/raw`, others);
  const project = await deimosProject({
    raw: `${frames.path}/raw`,
    parameters: oneDetector(),
    pypeit: standIn(frames.path),
    more: { reduce: { memoryGiB: 1 }, coadd: { memoryGiB: 1 } },
  });
  return {
    project,
    replay: (fails) => writeFileSync(`${frames.path}/replay.json`, JSON.stringify({ fails })),
    async [Symbol.asyncDispose]() {
      await project[Symbol.asyncDispose]();
      await frames[Symbol.asyncDispose]();
    },
  };
}

const builtIn = (out: string): string[] =>
  out
    .split('\n')
    .flatMap((line) => /^built +(\S+ \S+)/.exec(line)?.[1] ?? [])
    .toSorted();

test('every failure of PypeIt has its cause and its way out; the former result stays, and all others are built', async () => {
  const fails: readonly (readonly [mask: string, replayed: string, cause: string, says: RegExp])[] = [
    ['SYNTHA', 'no-products-1.17.4', 'incomplete', /reduced nothing: detector 3 has no calibration: the slit edges, from the flats/],
    ['SYNTHB', 'crash-1.17.4', 'exited', /IndexError: index 0 is out of bounds for size 0.*raised in datamodel\.py/],
    ['SYNTHC', 'crash-2.0.1', 'exited', /IndexError.*detector 3 has no calibration/],
    ['SYNTHD', 'nofile-1.17.4', 'bad-input', /DE\.20200102\.99999\.fits\.gz.*not among the raw frames: adap frames --left-out/],
    ['SYNTHE', 'badpar-2.0.1', 'bad-input', /snr_thressh/],
    ['SYNTHF', 'truncated', 'incomplete', /spec2d_\S+ is cut off/],
  ];
  await using at = await nights(fails.map(([mask]) => mask));
  const { project } = at;
  const first = await project.adap('build');
  assert.equal(first.code, 0, first.out + first.error);
  const scorecardOf = (mask: string): string => `${project.root}/home/${mask}/${SETUP}/2020-01-02/complete/reduce/scorecard.csv`;
  const before = new Map(
    fails.map(([mask]) => [mask, { text: readFileSync(scorecardOf(mask), 'utf8'), ms: statSync(scorecardOf(mask)).mtimeMs }]),
  );

  at.replay(Object.fromEntries(fails.map(([mask, replayed]) => [mask, replayed])));
  const defaults = `${project.root}/config/default_pypeit_config`;
  writeFileSync(defaults, readFileSync(defaults, 'utf8').replace('snr_thresh = 5', 'snr_thresh = 6'));
  const second = await project.adap('build');
  assert.equal(second.code, 1);
  for (const [mask, replayed, cause, says] of fails) {
    const target = `reduce ${mask}/${SETUP}/2020-01-02`;
    const line = second.out.split('\n').find((each) => each.startsWith('failed') && each.includes(target)) ?? '';
    assert.match(line, new RegExp(`${target} +${cause}: `), `${replayed}\n${second.out}`);
    assert.match(line, says, replayed);
    assert.deepEqual(
      { text: readFileSync(scorecardOf(mask), 'utf8'), ms: statSync(scorecardOf(mask)).mtimeMs },
      before.get(mask),
      `${replayed}: the former result is untouched`,
    );
    const log = await project.adap(['log', target]);
    assert.match(log.out, new RegExp(`failed: ${cause}: `));
  }
  assert.ok(
    builtIn(second.out).includes(`reduce ${NIGHT}`) && builtIn(second.out).includes(`2D-setup SYNTH1/${SETUP}`),
    'the others are built',
  );
  const log = (await project.adap(['log', `reduce SYNTHB/${SETUP}/2020-01-02`])).out;
  assert.ok(
    log.indexOf('lines that matter:') > 0 &&
      log.indexOf('lines that matter:') < log.indexOf('IndexError: index 0 is out of bounds for size 0\n'),
    log,
  );
  // Nothing of it is tried again unasked, and status says how things stand.
  assert.match((await project.adap('build')).out, /^0 built, .* 6 failed/m);
  assert.match((await project.adap('status')).out, /failed +reduce SYNTHA.*older result kept/);
});

test('one edited parameter rebuilds its dataset, its coadds and its part of the archive, and nothing else', async () => {
  await using at = await nights(['SYNTH2']);
  const { project } = at;
  assert.equal((await project.adap('build')).code, 0);
  assert.match((await project.adap('build')).out, /^0 built, /m);
  const archived = (): Map<string, number> =>
    new Map(globSync(`${project.root}/home/archive/SYNTH2/**/*`).map((path) => [path, statSync(path).ino]));
  const others = archived();

  assert.equal((await project.adap(['customise', NIGHT])).code, 0);
  assert.equal((await project.adap('build -n')).code, 0, 'a custom file that says what is in force makes nothing stale');
  const own = globSync(`${project.root}/config/custom_params/*.ini`)[0] ?? '';
  writeFileSync(own, readFileSync(own, 'utf8').replace('spec_method = slitcen', 'spec_method = skip'));
  assert.match((await project.adap(['why', `reduce ${NIGHT}`])).out, /flexure\.spec_method: slitcen -> skip/);
  const expected = [
    `1D-setup SYNTH1/${SETUP}`,
    `2D-setup SYNTH1/${SETUP}`,
    'archive SYNTH1',
    'archive-part SYNTH1',
    'archive-tables all',
    `reduce ${NIGHT}`,
    `scorecard ${NIGHT}`,
    `setup ${NIGHT}`,
    `warnings ${NIGHT}`,
  ];
  const planned = await project.adap('build -n --json');
  const stale = planned.out
    .trim()
    .split('\n')
    .flatMap((line) => {
      const { kind, target } = JSON.parse(line) as { kind: string; target?: string };
      return kind === 'target' && target !== undefined ? [target.split(' ').slice(0, 2).join(' ')] : [];
    });
  assert.deepEqual(stale.toSorted(), expected);
  const built = builtIn((await project.adap('build')).out);
  // The stand-in makes the same bytes whatever the parameters: what finds its inputs as they were is not made again.
  assert.deepEqual(
    built.filter((target) => !expected.includes(target)),
    [],
  );
  assert.ok(built.includes(`setup ${NIGHT}`) && built.includes(`reduce ${NIGHT}`), built.join(', '));
  assert.ok(!built.some((target) => target.includes(OTHER) || target.includes('SYNTH2')));
  assert.deepEqual(archived(), others);
});

test('a threshold of one dataset makes its scorecard anew, and reduces nothing', async () => {
  await using at = await nights();
  const { project } = at;
  assert.equal((await project.adap('build')).code, 0);
  const table = `${project.root}/config/scorecard_config.txt`;
  writeFileSync(table, `${readFileSync(table, 'utf8').trimEnd()}\n${NIGHT} | 0.03 | | | | | tight\n`);
  assert.match((await project.adap(['why', `scorecard ${NIGHT}`])).out, /scorecard\.rms_thresh: 0\.4 -> 0\.03/);
  const { out } = await project.adap('build');
  const built = builtIn(out);
  assert.ok(built.includes(`scorecard ${NIGHT}`), out);
  assert.ok(
    built.every((target) => !/^(raw|setup|reduce|warnings|1D)/.test(target) && !target.includes(OTHER)),
    built.join(', '),
  );
  assert.match((await project.adap('status')).out, /scorecard +.*poor/);
});

test('without PypeIt a reduction fails with the line that installs it', async () => {
  await using at = await nights();
  const { project } = at;
  writeFileSync(`${project.root}/adapfile.ts`, readFileSync(`${project.root}/adapfile.ts`, 'utf8').replace(/"pypeit":\{.*?\}\},?/, ''));
  const { out, code } = await project.adap(['build', NIGHT], { PATH: '/usr/bin:/bin' });
  assert.equal(code, 1);
  assert.match(out, /bad-input: run_pypeit is not on PATH: .*pip install 'pypeit==1\.17\.4' 'numpy<2\.4' six/);
  assert.match((await project.adap('doctor', { PATH: '/usr/bin:/bin' })).out, /bad +PypeIt: run_pypeit is not on PATH/);
  assert.ok(existsSync(`${project.root}/home/${NIGHT}/complete/reduce/keck_deimos_A/keck_deimos_A.pypeit`));
});
