import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readProjectFile, root } from '../project-files.ts';
import { UP_TO_SETUP } from '../rig/archive.ts';
import { writeFrames } from '../rig/make-frames.ts';
import type { MadeFrame } from '../rig/make-frames.ts';
import { createProject } from '../rig/project.ts';

type Oracle = {
  readonly params: readonly string[];
  readonly datasets: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly params: number; readonly columns: readonly string[]; readonly rows: readonly string[] }>>
    >
  >;
};

const python = [process.env['ADAP_PYPEIT_PYTHON'], join(root, '.cache/pypeit/venv/bin/python')].find(
  (each) => each !== undefined && existsSync(each),
);
const skip = python === undefined ? 'no PypeIt here; try .ci/install-pypeit .cache/pypeit' : false;

const sets: [title: string, takes: (path: string) => boolean, oracle: string][] = [
  ['from the defaults', (path) => !path.includes('/custom_'), 'trim-default'],
  ['with all custom files', () => true, 'trim-custom'],
];

for (const [title, takes, name] of sets) {
  test(`the real PypeIt reads the .pypeit files of all 84 datasets as they are meant, ${title}`, { skip }, async () => {
    await using project = await createProject({
      'adapfile.ts': UP_TO_SETUP,
    });
    cpSync(join(root, 'config'), join(project.root, 'config'), { recursive: true, filter: takes });
    const datasets = JSON.parse(readProjectFile('test/fixtures/koa-frames.json')) as { readonly frames: readonly MadeFrame[] }[];
    writeFrames(
      datasets.flatMap(({ frames }) => frames),
      join(project.root, 'raw'),
    );
    const built = await project.adap('build');
    assert.equal(built.code, 0, built.out + built.error);
    const wanted = filesOf(JSON.parse(readProjectFile(`test/fixtures/oracle/${name}.json`)) as Oracle, join(project.root, 'home'));
    assert.equal(wanted.length, 84);
    assert.deepEqual(readByPypeit(wanted), Object.fromEntries(wanted.map((file) => [file.name, []])));
  });
}

type Wanted = {
  readonly name: string;
  readonly file: string;
  readonly params: string | undefined;
  readonly rows: Record<string, Record<string, string>>;
};

/** What the original's own files said: parameters, and the frames that are not commented out. */
function filesOf({ params, datasets }: Oracle, home: string): Wanted[] {
  return Object.entries(datasets).flatMap(([dataset, reduces]) =>
    Object.entries(reduces).map(([reduce, { params: number, columns, rows }]) => ({
      name: `${dataset} ${reduce}`,
      file: join(home, dataset, 'complete', reduce, 'keck_deimos_A/keck_deimos_A.pypeit'),
      params: params[number],
      rows: Object.fromEntries(
        rows
          .filter((row) => !row.startsWith('#'))
          .map((row) => row.split('|'))
          .map((cells) => [cells[0] ?? '', Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))]),
      ),
    })),
  );
}

/** One process for all: the import alone takes seconds. */
function readByPypeit(wanted: readonly Wanted[]): unknown {
  const place = dirname(dirname(dirname(python ?? '')));
  const own = existsSync(join(place, 'cache')) ? { HOME: join(place, 'home'), XDG_CACHE_HOME: join(place, 'cache') } : {};
  const ran = spawnSync(python ?? '', [join(root, 'test/real/read-pypeit.py')], {
    input: JSON.stringify(wanted),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, MPLBACKEND: 'Agg', ...own },
  });
  assert.equal(ran.status, 0, ran.stderr);
  return JSON.parse(ran.stdout);
}
