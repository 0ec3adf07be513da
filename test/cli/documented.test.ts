/** What the manual of attempts and the README print is what adap prints: their files and commands are taken from the pages, and run. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { CAUSES } from '../../engine/model/cause.ts';
import { POISONED_AFTER, POLICIES } from '../../engine/model/policy.ts';
import type { Policy } from '../../engine/model/policy.ts';
import { HEADROOM, PLAIN_WANTS } from '../../engine/model/wants.ts';
import { readProjectFile } from '../project-files.ts';
import { assertNoProcessOf, until } from '../rig/processes.ts';
import { CHECKOUT, createProject, run } from '../rig/project.ts';
import type { TestProject } from '../rig/project.ts';

const manual = readProjectFile('docs/attempts.md');

/** Blocks that begin with the kind and the name of a file: `ts adapfile.ts`. */
const files = Object.fromEntries(
  Array.from(manual.matchAll(/^```\w+ (\S+)\n([^]*?)^```$/gm), ([, name = '', text = '']) => [name, text] as const),
);

type Step = { readonly command: string; readonly prints: string };

/** Blocks of kind `console`: commands behind `$ `, and what each prints. A log shows the command of its recipe, `$ bash …`, which is none. */
const steps = (page: string): Step[] =>
  Array.from(page.matchAll(/^```console\n([^]*?)^```$/gm), ([, block = '']) => block)
    .flatMap((block) => block.split(/^\$ (?!bash )/m).slice(1))
    .map((each) => {
      const [command = '', ...prints] = each.trimEnd().split('\n');
      return { command, prints: prints.join('\n') };
    });

/** The folder in which the pages were printed. */
const PRINTED_IN = '/data/demo';

/** Paths, times, sizes and who it was differ from one run to the next, and with them the widths of columns. */
const masked = (text: string): string =>
  text
    .replaceAll(/ \(\S+ \S+ by its control group, cache included\)/g, '')
    .replaceAll(/began .* UTC on \S+, pid \d+/g, 'began AT')
    .replaceAll(/^(built .*?) {2}\d+(\.\d)? (s|min)$/gm, '$1')
    .replaceAll(/\b\d+(\.\d)? (s|min|h)( \d+ min)?\b/g, 'TIME')
    .replaceAll(/\b\d+(\.\d)? [kMG]?B\b/g, 'SIZE')
    .replaceAll(/ {2,}/g, '  ');

/** Stands on the PATH for sleep(1): a recipe that waits for 30 s waits until it is let go, or its test is over. */
const SLEEP = '#!/bin/bash\ncd "${0%/*}"; touch asleep; while [ -e asleep ] && [ ! -e go ]; do command -p sleep 0.02; done\n';

function shellIn({ root }: TestProject): (command: string) => Promise<string> {
  mkdirSync(`${root}/.test`);
  writeFileSync(`${root}/.test/sleep`, SLEEP);
  chmodSync(`${root}/.test/sleep`, 0o755);
  const env = { ...process.env, NO_COLOR: '1', PATH: `${root}/.test:${CHECKOUT}/bin:${process.env['PATH']}` };
  return async (command) => {
    // `timeout 5 adap …` is told to end when what it began is at work, however long that takes here.
    const [, timed] = /^timeout \d+ (.*)$/.exec(command) ?? [];
    const child = spawn('bash', ['-c', `exec 2>&1; ${timed === undefined ? command : `exec ${timed}`}`], { cwd: root, env });
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (/^adopted /m.test(said)) writeFileSync(`${root}/.test/go`, '');
    });
    const closed = new Promise<void>((done) => void child.on('close', () => done()));
    if (timed !== undefined) {
      await until(() => existsSync(`${root}/.test/asleep`) || child.exitCode !== null);
      child.kill('SIGTERM');
    }
    await closed;
    return said.trimEnd();
  };
}

async function assertPrints(page: string, before: Record<string, string>): Promise<void> {
  await using project = await createProject({ ...files, ...before });
  const shell = shellIn(project);
  const all = steps(page);
  assert.ok(all.some(({ command }) => command.includes('adap')));
  for (const { command, prints } of all) {
    const said = (await shell(command)).replaceAll(project.root, PRINTED_IN);
    assert.equal(masked(said), masked(prints), `$ ${command}\n${said}`);
  }
  assertNoProcessOf(project.root);
}

test('the adapfile of the manual makes what the manual prints', async () => {
  assert.deepEqual(Object.keys(files), ['adapfile.ts', 'tools/reduce']);
  await assertPrints(manual, {});
});

test('the README prints what recipes that take hours print', async () => {
  await assertPrints(readProjectFile('README.md'), {
    'config/.keep': '',
    'raw/M1.txt': 'no sky lines\nfail no arc found\n',
    'raw/M2.txt': 'line 6300.3\nline 5577.3\nwait 30\nend\n',
  });
});

test('the adapfile of the manual is of the types that an editor is told by adap init', async () => {
  await using project = await createProject({ 'raw/M1.txt': '', 'config/x': '' });
  assert.equal((await project.adap('init --raw raw --config config --home home')).code, 0);
  project.write(files);
  symlinkSync(`${CHECKOUT}/node_modules`, `${project.root}/node_modules`);
  const checked = await run(`${CHECKOUT}/bin/node`, [`${CHECKOUT}/node_modules/.bin/tsc`, '-p', '.', '--types', 'node'], {
    cwd: project.root,
  });
  assert.deepEqual([checked.out, checked.code], ['', 0]);
});

/** The row of a cause, without what it is. */
const rowOf = (cause: string, { retries, waitSeconds, grows, after, isOwn, stopsAfter }: Policy): string[] => {
  const waits = Array.from({ length: retries }, (_, index) => waitSeconds * 2 ** index).join(', ');
  return [
    `\`${cause}\``,
    String(retries),
    retries === 0 ? '-' : waitSeconds === 0 ? 'at once' : `${waits} s`,
    grows ?? '-',
    after === 'holds' ? 'holds' : 'next build',
    isOwn ? 'yes' : 'no',
    stopsAfter === Infinity ? 'never' : String(stopsAfter),
  ];
};

test('the table of causes is the list of causes and its policies', () => {
  const section = manual.split(/^## /m).find((each) => each.startsWith('Causes\n')) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const cells = rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  assert.deepEqual(
    cells.map(([cause, , ...rest]) => [cause, ...rest]),
    CAUSES.map((cause) => rowOf(cause, POLICIES[cause])),
  );
  assert.deepEqual(
    cells.filter(([, when]) => when === ''),
    [],
  );
});

test('the figures that the manual has in words are those of the code', () => {
  const { cpus, hours } = PLAIN_WANTS;
  for (const says of [
    `Five in a row for one key, in however many builds, and the target is \`poisoned\``,
    `${cpus} processor, ${hours} hours, no limit of memory or scratch space`,
    `The *limit* lies at ${HEADROOM} times that`,
  ])
    assert.ok(manual.includes(says), says);
  assert.equal(POISONED_AFTER, 5);
});
