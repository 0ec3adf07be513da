import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { identity } from '../../engine/disk/process-identity.ts';
import { joined } from '../rig/joined.ts';
import { CHECKOUT, createProject } from '../rig/project.ts';

// The recipe of in/wait.txt says where it is, and ends when it is told to.
const waiting = joined
  .replace("if (text.includes('bad'))", "if (text.includes('wait')) await held();\n    if (text.includes('bad'))")
  .replace('writes(given) {\n    const text', 'async writes(given) {\n    const text')
  .replace(
    'const name =',
    `import { existsSync, writeFileSync } from 'node:fs';
const held = async (): Promise<void> => {
  writeFileSync('waiting', '');
  while (!existsSync('go')) await new Promise((done) => void setTimeout(done, 5));
};
const name =`,
  );
const files = { 'adapfile.ts': waiting, 'in/wait.txt': 'wait\n', 'config/mode': 'upper\n' };

test('while one builder works another says who it is; reading commands work', async () => {
  await using project = await createProject(files);
  const first = spawn(`${CHECKOUT}/bin/adap`, ['build'], { cwd: project.root, stdio: 'ignore' });
  while (!existsSync(`${project.root}/waiting`)) await new Promise((done) => void setTimeout(done, 5));
  const second = await project.adap('build');
  assert.match(
    second.error,
    new RegExp(`^error\\[home-locked\\]: adap build  ?is at work on this home: pid ${first.pid} on ${hostname()}, since `),
  );
  assert.equal(second.code, 2);
  assert.equal((await project.adap('build -n')).code, 3);
  assert.equal((await project.adap('status')).code, 0);
  writeFileSync(`${project.root}/go`, '');
  const [code] = (await once(first, 'exit')) as [number];
  assert.equal(code, 0);
  assert.ok(!existsSync(`${project.root}/home/.adap/lock`));
});

const holder = (more: object): string =>
  JSON.stringify({ ...identity(process.pid), host: hostname(), since: '2026-01-01T00:00:00.000Z', builds: '', ...more });

const truth: [title: string, lock: string, code: number][] = [
  ['of a dead process is taken over unasked', holder({ pid: 2 ** 22 + 1 }), 0],
  ['of a recycled pid is taken over', holder({ startTicks: '1' }), 0],
  ['of a machine that was started again since is taken over', holder({ bootId: 'another' }), 0],
  ['that was cut off while it was written is taken over', '{"pid":', 0],
  ['of a living process is not', holder({}), 2],
  ['of another machine is not', holder({ host: 'elsewhere' }), 2],
];

for (const [title, lock, code] of truth) {
  test(`a lock ${title}`, async () => {
    await using project = await createProject({ ...files, 'in/wait.txt': 'hello\n', 'home/.adap/lock': lock });
    const ran = await project.adap('build');
    assert.equal(ran.code, code, ran.error);
    if (code === 2) assert.equal(readFileSync(`${project.root}/home/.adap/lock`, 'utf8'), lock);
  });
}

test('Ctrl-C lets what runs finish, begins nothing more, and ends with 130', async () => {
  await using project = await createProject(files);
  const child = spawn(`${CHECKOUT}/bin/adap`, ['build'], { cwd: project.root, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => void printed.push(data));
  while (!existsSync(`${project.root}/waiting`)) await new Promise((done) => void setTimeout(done, 5));
  child.kill('SIGINT');
  await once(child.stderr, 'data');
  writeFileSync(`${project.root}/go`, '');
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 130);
  assert.equal(Buffer.concat(printed).toString(), 'built     up wait  never built\n1 built, 0 fresh, 1 not begun\n');
  await project.says('build', 'built     join all  never built\n1 built, 1 fresh', 0);
});
