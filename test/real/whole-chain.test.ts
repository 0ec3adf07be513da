import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { fitsHeaders } from '../../rules/fits/fits.ts';
import { pidsIn, send } from '../contract/ordered-attempt.ts';
import { deimosProject } from '../rig/deimos-project.ts';
import { processesOf, until } from '../rig/processes.ts';
import { CHECKOUT } from '../rig/project.ts';
import { realPypeit, withoutPypeit } from '../rig/real-pypeit.ts';
import { syntheticNight } from '../rig/synthetic-night.ts';

const SETUP = 'SYNTH1/600ZD_7500_GG455';
const RUN = `${SETUP}/2020-01-02/complete/reduce/keck_deimos_A`;

test(
  'with the real PypeIt: frames to archive; a run that was killed in its midst leaves nothing to the next',
  { skip: withoutPypeit() },
  async () => {
    const night = syntheticNight();
    const pypeit = { ...realPypeit() };
    await using project = await deimosProject({ raw: night.raw, parameters: night.parameters, pypeit });
    const { root } = project;
    const home = `${root}/home`;
    const made = (pattern: string): string[] =>
      globSync(`${home}/${pattern}`)
        .map((path) => path.slice(home.length + 1))
        .toSorted();

    // Killed as soon as it has a calibration: builder, attempt and PypeIt.
    const child = spawn(`${CHECKOUT}/bin/adap`, ['build'], { cwd: root, stdio: 'ignore' });
    await until(() => globSync(`${home}/.adap/attempts/*/${RUN}/Calibrations/Edges*`).length > 0, 10);
    child.kill('SIGKILL');
    for (const left = (): string[] => processesOf(root); left().length > 0;) for (const pid of pidsIn(left())) send('SIGKILL', pid);
    const killedMs = Date.now();
    assert.deepEqual(
      made(`${RUN}/*`).filter((path) => !path.endsWith('.pypeit')),
      [],
      'nothing of the killed run is published',
    );

    const built = await project.adap('build');
    assert.equal(built.code, 0, built.out + built.error);
    for (const name of readdirSync(`${home}/${RUN}/Calibrations`))
      assert.ok(statSync(`${home}/${RUN}/Calibrations/${name}`).mtimeMs > killedMs, `${name} is of the new run`);
    assert.equal(made(`${RUN}/Science/spec2d_*.fits`).length, 2);
    assert.equal(made(`${RUN}/Science/spec1d_*.fits`).length, 2);
    assert.equal(made(`${RUN}/Calibrations/*`).length, 7);
    assert.ok(existsSync(`${home}/${RUN}/QA.tar.gz`));
    const printed = readFileSync(`${home}/${RUN}/run_pypeit_stdout.txt`, 'utf8');
    assert.ok(printed.includes('Execution time') && !printed.includes('\x1b'), 'what it printed, without colours');
    assert.ok(!readFileSync(`${home}/${RUN}/keck_deimos_A.calib`, 'utf8').includes('.adap'), 'paths are those of the home');

    const scorecard = readFileSync(`${home}/${SETUP}/2020-01-02/complete/reduce/scorecard.csv`, 'utf8').trim().split('\n');
    assert.equal(scorecard.length, 3);
    assert.ok(
      scorecard.slice(1).every((row) => row.includes(',COMPLETE,')),
      scorecard.join('\n'),
    );

    // Products hold the paths of their attempt; they were moved since, and PypeIt works on them where they are.
    const coadds = made(`${SETUP}/1D_Coadd/J*.fits`);
    assert.ok(coadds.length >= 2, 'objects were coadded');
    assert.equal((await fitsHeaders(`${home}/${coadds[0]}`, 2))[1]?.text('DMODCLS'), 'OneSpec');
    assert.equal(made(`${SETUP}/1D_Coadd/fluxed/2020-01-02/reduce/spec1d_*.fits`).length, 2, 'fluxed copies of its own');
    assert.equal(made(`${SETUP}/2D_Coadd/Science_coadd/spec2d_*.fits`).length, 1);

    const archived = made(`archive/${SETUP}/**/*.fits`);
    assert.equal(archived.filter((path) => path.includes('/Science/spec1d_')).length, 2);
    const spec1d = archived.find((path) => path.includes('/Science/spec1d_')) ?? '';
    assert.ok(
      statSync(`${home}/${spec1d}`).size > statSync(`${home}/${RUN}/Science/${spec1d.split('/').at(-1)}`).size,
      'the archive has the fluxed copy',
    );
    assert.equal(readFileSync(`${home}/archive/reduced_files_meta.dat`, 'utf8').trim().split('\n').length, 4 + 2);

    const again = await project.adap('build');
    assert.match(again.out, /^0 built/m);
  },
);
