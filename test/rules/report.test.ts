import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Asked, RuleCommand, StandingTarget } from 'adap';
import { openCommand } from '../../rules/commands/open.ts';
import { reportCommand } from '../../rules/commands/report.ts';
import { html } from '../../rules/report/html.ts';
import { reportPage } from '../../rules/report/page.ts';
import { grouped, signatureWithout } from '../../rules/report/signature.ts';
import type { ReportData } from '../../rules/report/page.ts';
import { products } from '../rig/products.ts';
import { manyDatasets } from '../rig/report-data.ts';
import { temporary } from '../rig/temporary.ts';

const NIGHT = 'SYNTH1/600ZD_7500_GG455/2020-01-02';
const RUN = `${NIGHT}/complete/reduce/keck_deimos_A`;
const SCORECARD = `${NIGHT}/complete/reduce/scorecard.csv`;
const BAD_SLITS = `${NIGHT}/complete/reduce/scorecard_bad_slits.csv`;
const signature = signatureWithout(['HDa06DB', 'act60+m(2)']);
const alike: [title: string, one: string, other: string, isAlike: boolean][] = [
  ['other numbers', 'it ran for longer than 48 h', 'it ran for longer than 24 h', true],
  ['another frame', 'DE.20200102.44770.fits has no spec2d', 'DE.20200103.11111.fits has no spec2d', true],
  ['another dataset', 'no reduction of HDa06DB/600ZD_8000_GG455 has a spec2d', 'no reduction of act60/600ZD_7200_GG400 has a spec2d', true],
  ['another path', '/data/a/x.fits is cut off', '/data/b/y.fits is cut off', true],
  ['another slit', 'DET03:687 is bad', 'MSC01:12 is bad', true],
  ['another folder', '/data is full', '/scratch is full', true],
  ['another file', 'a.fits.gz is cut off', 'b.fits.gz is cut off', true],
  ['another sign or exponent', 'chi is -1.5e-3', 'chi is 0.7', true],
  ['another address', '<object at 0x7f3a>', '<object at 0xb2>', true],
  ['another mask', 'nothing of HDa06DB is left', 'nothing of act60+m(2) is left', true],
  ['a mask within a word', 'nothing of xHDa06DB is left', 'nothing of HDa06DB is left', false],
  ['another exception', 'IndexError: index 0 is out of bounds', 'KeyError: index 0 is out of bounds', false],
];
for (const [title, one, other, isAlike] of alike)
  test(`failures with ${title} are ${isAlike ? 'of one kind' : 'of two kinds'}`, () =>
    assert.equal(
      signature({ rule: 'reduce', cause: 'exited', says: one }) === signature({ rule: 'reduce', cause: 'exited', says: other }),
      isAlike,
    ));

test('the most frequent kind of failure comes first, with one example', () => {
  const failure = (says: string) => ({ rule: 'reduce', cause: 'exited', says });
  const found = grouped([failure('KeyError: 1'), failure('IndexError: 1'), failure('IndexError: 2')]);
  assert.deepEqual(
    found.map(({ count, example }) => [count, example.says]),
    [
      [2, 'IndexError: 1'],
      [1, 'KeyError: 1'],
    ],
  );
});

test('another rule or another cause is another kind of failure, whatever the words', () => {
  const says = 'IndexError: 1';
  const found = grouped([
    { rule: 'reduce', cause: 'exited', says },
    { rule: '1D', cause: 'exited', says },
    { rule: 'reduce', cause: 'timed-out', says },
  ]);
  assert.deepEqual(
    found.map(({ count }) => count),
    [1, 1, 1],
  );
});

test('text stands as text', () => {
  assert.equal(html`<b title="${'"'}">${'<i>&'}</b>${[html`<br />`]}`.html, '<b title="&quot;">&lt;i&gt;&amp;</b><br />');
});

test('the page needs nothing from elsewhere, escapes every name, and is small', () => {
  const page = reportPage(manyDatasets(1000, '<script>&"'));
  assert.ok(page.length < 300_000, `${page.length}`);
  assert.doesNotMatch(page, /(?:src|href)=|url\(|@import/);
  assert.equal(page.match(/<script>/g)?.length, 1);
  assert.ok(page.includes('&lt;script&gt;&amp;&quot;'));
  assert.match(page, /Failures: 100</);
  assert.match(page, /and 600 more/);
  const rows = page.slice(page.indexOf('Scorecards'));
  assert.ok(rows.indexOf('class="failed"') < rows.indexOf('class="poor"'), 'the worst first');
});

const shown: [what: string, data: Partial<ReportData>, text: RegExp][] = [
  ['how many targets are in which state', {}, /<b>3 targets<\/b>:\s<span class="fresh">1 fresh<\/span>,\s<span class="failed">2 failed/],
  [
    'two reduce directories in two states, each in its own colour',
    { targets: [of('fresh'), of('failed')] },
    /<span class="fresh">fresh<\/span>,\s<span class="failed">failed<\/span>/,
  ],
  ['why a target is not fresh, in the table itself', {}, /<td>it ended with exit status 1<\/td>/],
  [
    'the middle of an even number of times as their mean',
    { runs: [run(60, 1), run(180, 2)] },
    /<td class="n">2<\/td>\s*<td class="n">3<\/td>\s*<td class="n">1.5<\/td>/,
  ],
  ['that everything is fresh, without an empty table', { targets: [of('fresh')] }, /Not fresh: 0 of 1<\/h3>\s*<p>none<\/p>/],
  ['how often a slit is bad', { badSlits: [bad('a'), bad('b')] }, /DET03:12<\/td>\s*<td>M\/S\/D<\/td>\s*<td class="n">2<\/td>\s*<td>a, b</],
];
for (const [what, data, text] of shown) test(`the page says ${what}`, () => assert.match(reportPage({ ...little(), ...data }), text));

test('every column has a head, and no head is empty', () => {
  const page = reportPage(manyDatasets(20));
  const tables = page.match(/<table>[^]*?<\/table>/g) ?? [];
  assert.equal(tables.length, 5);
  for (const table of tables) {
    const heads = table.match(/<th [^>]*>[^<]+<\/th>/g)?.length;
    const [row = ''] = table.match(/<tbody>[^]*?<\/tr>/) ?? [];
    assert.equal(row.match(/<td/g)?.length, heads, table.slice(0, 300));
  }
});

test('the page of 1,000 datasets of which nothing went well is small, too', () => {
  const all = manyDatasets(1000);
  const reasons = ['20 of 80 slits are bad: 12 by coverage, 3 by RMS; DET03:1152, DET03:1160, DET03:1170, DET03:1190, and 16 more'];
  const runs = ['reduce', '1D', '2D'].flatMap((stage) =>
    all.frames.map((_, index) => ({ ...run((index * 7919) % 86_400, (index * 31) % 97), stage })),
  );
  const says = 'IndexError: index 12 is out of bounds for axis 0 with size 8';
  const targets = all.targets.map((target) => ({ ...target, state: 'failed' as const, says }));
  const page = reportPage({ ...all, targets, runs, frames: all.frames.map((frame) => ({ ...frame, reasons })) });
  assert.ok(page.length < 300_000, `${page.length}`);
});

test('thousands of runs are few bytes', () => {
  const runs = Array.from({ length: 5000 }, (_, index) => run(index * 10, index % 37));
  const page = reportPage({ ...little(), runs });
  assert.ok(page.length < 60_000, `${page.length}`);
  assert.equal(page.match(/<circle/g)?.length, 20);
});

test('adap report writes one page of what stands and of the published scorecards', async () => {
  await using at = temporary();
  const home = products();
  const report = await saysOf(reportCommand(), { home, cwd: at.path, targets: nights() });
  assert.deepEqual(report, { rows: [{ wrote: `${at.path}/adap-report.html` }], lines: ['wrote adap-report.html'], problems: [] });
  assert.deepEqual(readdirSync(at.path), ['adap-report.html']);
  const page = readFileSync(`${at.path}/adap-report.html`, 'utf8');
  const cells = (file: string, column: number) =>
    readFileSync(`${home}/${file}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[column] ?? '');
  const names = [...cells(SCORECARD, 1), ...cells(BAD_SLITS, 0)];
  assert.ok(names.length > 2);
  for (const name of names) assert.ok(page.includes(`<td>${name}</td>`), name);
  assert.match(page, /Failures: 1</);
  assert.match(page, /IndexError: index N is out of bounds/);
  assert.match(page, /for example reduce SYNTH1\/600ZD_7500_GG455\/2020-02-20: IndexError: index 7 is out of bounds/);
  assert.match(page, /last line of the log/);
});

test('adap report puts the worst frame first, whatever its name and its place in the file', async () => {
  await using at = temporary();
  const [head = '', row = ''] = readFileSync(`${products()}/${SCORECARD}`, 'utf8').split('\n');
  const badCount = head.split(',').indexOf('bad_slit_count');
  const rowOf = (frame: string, badSlits: number, status: string) =>
    row
      .split(',')
      .map((cell, column) => (column === 1 ? frame : column === 3 ? status : column === badCount ? String(badSlits) : cell))
      .join(',');
  const rows = [
    rowOf('a.fits', 1, 'COMPLETE'),
    rowOf('b.fits', 6, 'COMPLETE'),
    rowOf('c.fits', 2, 'FAILED'),
    rowOf('d.fits', 3, 'COMPLETE'),
  ];
  at.write({ [SCORECARD]: `${[head, ...rows].join('\n')}\n`, [BAD_SLITS]: 'slit_id,spec2d\n' });
  assert.deepEqual(codes(await saysOf(reportCommand(), { home: at.path, cwd: at.path, targets: nights() })), []);
  const page = readFileSync(`${at.path}/adap-report.html`, 'utf8');
  assert.deepEqual(
    Array.from(page.matchAll(/<td>(.)\.fits<\/td>/g), ([, name]) => name),
    ['c', 'b', 'd', 'a'],
  );
  assert.match(page, /Scorecards: 1 failed, 2 poor, 1 good/);
});

test('adap report of one dataset leaves the others out', async () => {
  await using at = temporary();
  await saysOf(reportCommand(), { home: products(), cwd: at.path, targets: nights(), words: [NIGHT], options: { to: 'one.html' } });
  const page = readFileSync(`${at.path}/one.html`, 'utf8');
  assert.match(page, /Failures: 0</);
  assert.doesNotMatch(page, /2020-02-20/);
});

test('adap report writes nothing of a dataset that it does not know, nor where it cannot', async () => {
  await using at = temporary();
  const asked = { home: products(), cwd: at.path, targets: nights() };
  assert.deepEqual(codes(await saysOf(reportCommand(), { ...asked, words: ['SYNTH'] })), ['no-dataset']);
  mkdirSync(`${at.path}/folder`);
  assert.deepEqual(codes(await saysOf(reportCommand(), { ...asked, options: { to: 'folder' } })), ['cannot-write']);
  assert.deepEqual(codes(await saysOf(reportCommand(), { ...asked, options: { to: 'no/such.html' } })), ['cannot-write']);
  assert.deepEqual(readdirSync(at.path), ['folder']);
});

test('adap report says which scorecards it could not read, and writes the rest', async () => {
  await using at = temporary();
  at.write({ [SCORECARD]: 'dataset,science_file\n', [BAD_SLITS]: 'slit_id,spec2d\nnonsense,a\n' });
  const report = await saysOf(reportCommand(), { home: at.path, cwd: at.path, targets: nights() });
  assert.deepEqual(codes(report), ['scorecard-damaged', 'scorecard-damaged']);
  assert.deepEqual(report.lines, ['wrote adap-report.html']);
});

test('adap open unpacks the QA pages once, and anew where they were half deleted', async () => {
  await using at = temporary();
  packQa(at.path, { 'QA/MF_A.html': 'the page', 'QA/PNGs/a.png': 'a plot' });
  const asked = { home: at.path, cwd: at.path, targets: nights(), words: [NIGHT], options: { print: '' } };
  const page = `${at.path}/.adap/cache/qa/${'d'.repeat(16)}/QA/MF_A.html`;
  assert.deepEqual(await saysOf(openCommand({}), asked), { rows: [{ page }], lines: [page], problems: [] });
  assert.equal(readFileSync(page, 'utf8'), 'the page');
  at.write({ [page.slice(at.path.length + 1)]: 'marked' });
  renameSync(`${at.path}/${RUN}/QA.tar.gz`, `${at.path}/${RUN}/kept`);
  assert.deepEqual((await saysOf(openCommand({}), asked)).lines, [page], 'without a look at the tarball');
  assert.equal(readFileSync(page, 'utf8'), 'marked', 'not unpacked again');
  renameSync(`${at.path}/${RUN}/kept`, `${at.path}/${RUN}/QA.tar.gz`);
  rmSync(page);
  await saysOf(openCommand({}), { ...asked, words: [`${NIGHT}/complete/reduce`] });
  assert.equal(readFileSync(page, 'utf8'), 'the page');
  assert.deepEqual(readdirSync(`${at.path}/.adap/cache/qa`), ['d'.repeat(16)], 'nothing is left beside it');
});

test('adap open takes the QA pages of the real PypeIt', async () => {
  await using at = temporary();
  mkdirSync(`${at.path}/${RUN}`, { recursive: true });
  assert.equal(spawnSync('cp', [`${products()}/${RUN}/QA.tar.gz`, `${at.path}/${RUN}`]).status, 0);
  const asked = { home: at.path, cwd: at.path, targets: nights(), words: [NIGHT], options: { print: '' } };
  const { lines } = await saysOf(openCommand({}), asked);
  assert.match(readFileSync(lines[0] ?? '', 'utf8'), /<html/i);
});

const BROWSERS: [title: string, browser: string, says: string | undefined][] = [
  ['that is a word', '%folder/browser', undefined],
  ['with words of its own', '%folder/browser --new %s', undefined],
  ['that is the second of two', '/no/such:%folder/browser', undefined],
  ['that is not there', '/no/such', 'not opened: there is no /no/such here'],
  ['that nobody named, without a display', '', 'not opened: there is no display here, and BROWSER is not set'],
];
for (const [title, browser, says] of BROWSERS)
  test(`adap open with a browser ${title}: ${says ?? 'it is given the page'}`, async () => {
    await using at = temporary();
    packQa(at.path, { 'QA/MF_A.html': 'the page' });
    spawnSync('mkfifo', [`${at.path}/given`]);
    at.write({ browser: `#!/bin/sh\necho "$@" > '${at.path}/given'\n` });
    spawnSync('chmod', ['+x', `${at.path}/browser`]);
    const asked = { home: at.path, cwd: at.path, targets: nights(), words: [NIGHT] };
    const opened = await saysOf(openCommand({ BROWSER: browser.replaceAll('%folder', at.path) }), asked);
    const [page = ''] = opened.lines;
    assert.deepEqual(opened, { rows: [{ page }], lines: says === undefined ? [page] : [page, says], problems: [] });
    if (says !== undefined) return;
    // The browser writes into a pipe: reading waits for it.
    const given = spawnSync('cat', [`${at.path}/given`], { encoding: 'utf8', timeout: 20_000 }).stdout;
    assert.equal(given.trim(), browser.includes('--new') ? `--new ${page}` : page);
  });

test('adap open says what is not there, and leaves nothing behind', async () => {
  await using at = temporary();
  const asked = { home: at.path, cwd: at.path, targets: nights(), words: [NIGHT] };
  const code = async (more: Partial<Given>) => codes(await saysOf(openCommand({}), { ...asked, ...more }));
  assert.deepEqual(await code({ words: [] }), ['no-dataset']);
  assert.deepEqual(await code({ words: ['SYNTH1/600ZD_7500_GG455/2020-02-20'] }), ['not-built']);
  assert.deepEqual(await code({ options: { reduce: 'reduce-det6' } }), ['which-reduction']);
  assert.deepEqual(await code({}), ['qa-damaged'], 'the tarball is gone');
  at.write({ [`${RUN}/QA.tar.gz`]: 'no tarball' });
  assert.deepEqual(await code({}), ['qa-damaged'], 'the tarball is none');
  const [problem] = (await saysOf(openCommand({}), asked)).problems;
  assert.match(problem?.says ?? '', /it cannot be unpacked: .*gzip/);
  packQa(at.path, { 'QA/other.html': '' });
  assert.deepEqual(await code({}), ['qa-damaged'], 'there is no page in it');
  assert.deepEqual(readdirSync(`${at.path}/.adap/cache/qa`), []);
  rmSync(`${at.path}/.adap`, { recursive: true });
  at.write({ '.adap': 'a file' });
  assert.deepEqual(await code({}), ['cannot-write']);
});

type Given = { home: string; cwd: string; targets: readonly StandingTarget[]; words?: readonly string[]; options?: Asked['options'] };

const saysOf = async (command: RuleCommand, { home, cwd, targets, words = [], options = {} }: Given) =>
  command.run({
    facts: { home, here: home } as Asked['facts'],
    words,
    subjects: words,
    options,
    cwd,
    config: '/config',
    targets: () => targets,
    fetch: () => Promise.resolve(),
    cache: `${home}/.adap/cache`,
  });

const codes = ({ problems }: { readonly problems: readonly { readonly code: string }[] }): readonly string[] =>
  problems.map(({ code }) => code);

/** A night of which all is published, and one whose reduction failed. */
function nights(): readonly StandingTarget[] {
  const target = (subject: string, rule: string, outputs: Readonly<Record<string, string>>) =>
    ({
      id: `${rule} ${subject}`,
      rule,
      at: { reduce: 'reduce' },
      subject,
      state: 'fresh',
      says: '',
      failure: undefined,
      record: {
        outputs: Object.entries(outputs).map(([name, path]) => ({ name, path, digest: 'd'.repeat(64), members: [] })),
        evidence: { seconds: 600, peakMemoryBytes: 2 ** 31 },
      },
    }) as unknown as StandingTarget;
  const failure = { cause: 'exited', says: 'IndexError: index 7 is out of bounds', lastLines: ['last line of the log'] };
  return [
    target(NIGHT, 'reduce', { qa: `${RUN}/QA.tar.gz` }),
    target(NIGHT, 'scorecard', { file: SCORECARD, badSlits: BAD_SLITS }),
    { ...target('SYNTH1/600ZD_7500_GG455/2020-02-20', 'reduce', {}), state: 'failed', says: 'failed before', record: undefined, failure },
  ];
}

function packQa(home: string, files: Readonly<Record<string, string>>): void {
  const folder = `${home}/${RUN}`;
  mkdirSync(folder, { recursive: true });
  if (existsSync(`${folder}/QA`)) rmSync(`${folder}/QA`, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(`${folder}/${name}`.replace(/\/[^/]*$/, ''), { recursive: true });
    writeFileSync(`${folder}/${name}`, text);
  }
  assert.equal(spawnSync('tar', ['-czf', 'QA.tar.gz', 'QA'], { cwd: folder }).status, 0);
}

function of(state: 'fresh' | 'failed') {
  return { subject: 'M/S/D', stage: 'reduce', state, says: state === 'fresh' ? '' : 'it ended with exit status 1' };
}

function run(seconds: number, memoryGiB: number) {
  return { target: 'reduce M/S/D', stage: 'reduce', seconds, memoryGiB };
}

function bad(frame: string) {
  return { slit: 'DET03:12', dataset: 'M/S/D', frame };
}

function little(): ReportData {
  return {
    title: 'adap',
    made: '2026-11-25 10:58 UTC',
    targets: [of('fresh'), of('failed'), of('failed')],
    failures: [],
    frames: [],
    badSlits: [],
    runs: [],
  };
}
