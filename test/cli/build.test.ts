import assert from 'node:assert/strict';
import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { joined } from '../rig/joined.ts';
import { CHECKOUT, createProject, run } from '../rig/project.ts';

const files = { 'adapfile.ts': joined, 'in/a.txt': 'hello\n', 'in/b.txt': 'world\n', 'config/mode': 'upper\n' };

test('why, build -n and build agree, before and after an edit', async () => {
  await using project = await createProject(files);
  await project.says('why out/a.txt', 'up a is stale: never built', 0);
  await project.says(
    'build -n',
    [
      '     up           join',
      'a    never built  -',
      'all  -            never built',
      'b    never built  -',
      '2 to build, 1 may be rebuilt, 0 fresh',
    ].join('\n'),
    3,
  );
  await project.says(
    'build',
    ['built     up a  never built', 'built     up b  never built', 'built     join all  never built', '3 built, 0 fresh'].join('\n'),
    0,
  );
  await project.says('build', '0 built, 3 fresh', 0);
  await project.says('build -n', '0 to build, 3 fresh', 0);
  project.write({ 'in/a.txt': 'goodbye\n' });
  await project.says('why out/a.txt', 'up a is stale: in/a.txt changed', 0);
  await project.says(
    'build',
    ['built     up a  in/a.txt changed', 'built     join all  out/a.txt changed (made by up a)', '2 built, 1 fresh'].join('\n'),
    0,
  );
});

test('a changed value is one reason, old and new; an input that comes out the same stops the change', async () => {
  await using project = await createProject(files);
  await project.adap('build');
  project.write({ 'config/mode': 'other\n' });
  await project.says(
    'build',
    ['built     up a  case.mode: upper -> other', 'built     up b  case.mode: upper -> other', '2 built, 1 fresh'].join('\n'),
    0,
  );
});

test('a target that fails fails alone, holds for its key, and is tried again when it is named', async () => {
  await using project = await createProject({ ...files, 'in/a.txt': 'bad\n' });
  const blocked = 'blocked   join all  by up a';
  await project.says(
    'build',
    ['failed    up a  exited: a bad word', 'built     up b  never built', blocked, '1 built, 0 fresh, 1 failed, 1 blocked'].join('\n'),
    1,
  );
  await project.says(
    'build',
    ['failed    up a  exited: a bad word (not tried again; --retry does)', blocked, '0 built, 1 fresh, 1 failed, 1 blocked'].join('\n'),
    1,
  );
  await project.says('build out/a.txt', ['failed    up a  exited: a bad word', '0 built, 0 fresh, 1 failed'].join('\n'), 1);
  project.write({ 'in/a.txt': 'good\n' });
  await project.says('build', ['built     up a  never built', 'built     join all  never built', '2 built, 1 fresh'].join('\n'), 0);
});

test('an output that is missing, edited or only touched is what it is', async () => {
  await using project = await createProject(files);
  await project.adap('build');
  rmSync(`${project.root}/home/out/a.txt`);
  writeFileSync(`${project.root}/home/out/b.txt`, 'MINE!\n');
  await project.says('why out', ['up a is stale: out/a.txt is missing', 'up b is stale: out/b.txt was edited'].join('\n'));
  await project.says(
    'build',
    ['built     up a  out/a.txt is missing', 'built     up b  out/b.txt was edited', '2 built, 1 fresh'].join('\n'),
    0,
  );
  utimesSync(`${project.root}/home/out/b.txt`, 1e9, 1e9);
  await project.says('build', '0 built, 3 fresh', 0);
  assert.equal(statSync(`${project.root}/home/out/b.txt`).mtimeMs, 1e12);
});

test('a request that means nothing is wrong, and says what is near', async () => {
  await using project = await createProject(files);
  await project.says('build out/x.txt', 'error[no-rule]: nothing makes out/x.txt, and there is no such file\n  try: adap list', 2);
  await project.says('built', 'error[no-command]: no command built\n  try: adap build', 2);
  await project.says('build --fast', "error[bad-option]: unknown option '--fast'\n  try: adap build --help", 2);
  await project.says('build --stage upp', 'error[no-stage]: no stage upp; there are up, join\n  try: adap build --stage up', 2);
});

test('build -n --json is one object per stale target, closed by a summary', async () => {
  await using project = await createProject(files);
  const { out, code } = await project.adap('build -n --json');
  const objects = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(code, 3);
  assert.deepEqual(
    objects.map((each) => each['kind']),
    ['target', 'target', 'target', 'summary'],
  );
  assert.deepEqual(objects[0], {
    kind: 'target',
    state: 'stale',
    target: 'up a',
    rule: 'up',
    outputs: ['out/a.txt'],
    reasons: [{ kind: 'never-built' }],
    next: { kind: 'run' },
    older: 'none',
  });
});

test('the cache may be deleted, or be anything else, at any time: the next plan is the same', async () => {
  await using project = await createProject(files);
  await project.adap('build');
  for (const damage of ['', 'this is no database', undefined]) {
    rmSync(`${project.root}/home/.adap/cache`, { recursive: true, force: true });
    if (damage !== undefined) project.write({ 'home/.adap/cache/cache.sqlite': damage, 'home/.adap/cache/unmoved': damage });
    await project.says('build -n', '0 to build, 3 fresh', 0);
  }
});

test('a reader that reads no further stops no build', async () => {
  await using project = await createProject(files);
  const { error } = await run('bash', ['-c', `${CHECKOUT}/bin/adap build | head -c 1; ${CHECKOUT}/bin/adap build -n`], {
    cwd: project.root,
  });
  assert.equal(error, '');
  await project.says('build -n', '0 to build, 3 fresh', 0);
});

test('an adapfile that cannot be loaded is a problem with its place', async () => {
  await using project = await createProject({ 'adapfile.ts': 'export default {\n  home: ,\n}\n' });
  const { error, code } = await project.adap('build');
  assert.match(error, /^error\[adapfile-broken\]: .*adapfile\.ts cannot be loaded: /);
  assert.equal(code, 2);
});
