import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Problem } from 'adap';
import { datasets } from '../../rules/datasets.ts';
import { frameIndex } from '../../rules/frames/source-index.ts';
import { linesOf, readConfig, writeConfig } from '../../rules/pypeit/config-obj.ts';
import { flatten } from '../../rules/pypeit/flatten.ts';
import { readPypeit } from '../../rules/pypeit/pypeit-file.ts';
import { createArchive } from '../rig/archive.ts';
import { factsOf } from '../rig/facts.ts';
import { fitsBytes, writeFrames } from '../rig/make-frames.ts';
import type { MadeFrame } from '../rig/make-frames.ts';
import { realDatasets } from '../rig/oracle.ts';
import { CHECKOUT } from '../rig/project.ts';
import { createRandom } from '../rig/random.ts';
import type { Random } from '../rig/random.ts';
import { temporary } from '../rig/temporary.ts';

const SEED = 20_061_427;
const good = realDatasets()[0]?.frames ?? [];
const pattern = good.find(({ frametype }) => frametype === 'science') as MadeFrame;

/** A frame that is bad in one of the ways that disks, networks and telescopes have. */
function badFrame(random: Random, name: string): { readonly name: string; readonly bytes: Buffer } {
  const bytes = fitsBytes(pattern);
  const noise = Buffer.from(Array.from({ length: 2880 }, () => random.below(256)));
  const cards = (more: MadeFrame['cards']): Buffer => fitsBytes({ ...pattern, ...(more === undefined ? {} : { cards: more }) });
  const card = (text: string): Buffer => Buffer.from(text.padEnd(80).slice(0, 80), 'latin1');
  const ways: (() => Buffer)[] = [
    () => Buffer.alloc(0),
    () => noise,
    () => bytes.subarray(0, 1 + random.below(2000)),
    () => Buffer.concat([bytes.subarray(0, 80 * (1 + random.below(20))), noise]),
    () => Buffer.from(bytes).swap16(),
    () => Buffer.from(bytes.toString('latin1').replace(/END {77}/, ' '.repeat(80)), 'latin1'),
    () => Buffer.concat([bytes.subarray(0, 80), ...Array.from({ length: 36_100 }, () => card('COMMENT'))]),
    () => gzipSync(bytes).subarray(0, 20 + random.below(100)),
    () => Buffer.concat([gzipSync(bytes).subarray(0, 40), noise]),
    () => gzipSync(noise),
    () =>
      Buffer.from(
        bytes
          .toString('latin1')
          .replace(/MJD-OBS = +\S+/, (text) => 'MJD-OBS = '.padEnd(text.length - 3) + random.pick(['NaN', 'Inf', 'abc'])),
        'latin1',
      ),
    () => cards({ SLMSKNAM: random.pick(['../../etc', '..', '.', '', 'a/b', '.adap', 'x'.repeat(60) + '/y', '/etc/passwd']) }),
    () => cards({ [random.pick(['SLMSKNAM', 'GRATENAM', 'DWFILNAM', 'G3TLTWAV', 'MJD-OBS'])]: null, 'DATE-OBS': null }),
    () => cards({ GRATENAM: random.pick(['../x', 'a/b', '..']) }),
    () => cards({ DWFILNAM: random.pick(['../../x', '/', 'a/b']) }),
    () => cards({ GRATEPOS: random.pick([0, 2, 5, -1, 'x', '../..']) }),
    () => cards({ G3TLTWAV: random.pick(['abc', '', 'NaN']), G4TLTWAV: 'x' }),
    () => cards({ 'MJD-OBS': random.pick(['null', '1e400', 'abc', 1e300]), 'DATE-OBS': 'never' }),
    () => Buffer.from(bytes.toString('latin1').replace(/SLMSKNAM= '041615B1'/, "SLMSKNAM= 'a\u0001b\u00ff\n'  "), 'latin1'),
  ];
  return { name, bytes: random.pick(ways)() };
}

test('300 bad frames: each is left out with a problem that names file and card; no other frame is disturbed', async () => {
  await using folder = temporary();
  writeFrames(good, `${folder.path}/raw`);
  const random = createRandom(SEED);
  mkdirSync(`${folder.path}/raw/bad`);
  const count = 300;
  for (let index = 0; index < count; index += 1) {
    const { name, bytes } = badFrame(random, `bad${index}.fits${random.chance(0.2) ? '.gz' : ''}`);
    writeFileSync(`${folder.path}/raw/bad/${name}`, bytes);
  }
  const config = { raw: [`${folder.path}/raw`] };
  const facts = factsOf(frameIndex(config), `${CHECKOUT}/config`);
  const left = facts.leftOut();
  const codes = new Map<string, number>();
  for (const { path, problem } of left) {
    assert.equal(problem.file, path, `${problem.code} names the file`);
    assert.ok(problem.card !== undefined || problem.code === 'gzip-damaged', `${problem.code} names the card`);
    codes.set(problem.code, (codes.get(problem.code) ?? 0) + 1);
  }
  console.log(JSON.stringify({ seed: SEED, cases: count, leftOut: left.length, ...Object.fromEntries(codes) }));
  assert.equal(left.length, count);
  assert.ok(codes.size >= 7, 'every kind of problem was met');
  const found = datasets(facts, config);
  assert.deepEqual(
    found.map(({ frames }) => frames.length),
    [good.length],
  );
});

test('a mask named ../../etc writes nothing outside the home, through the command line', async () => {
  await using archive = await createArchive(good, 'without-custom');
  archive.addFrames(
    ['../../etc', '..', '/etc/passwd', '.adap'].map((decker, index) => ({ ...pattern, decker, filename: `DE.20151016.0000${index}.fits` })),
  );
  const { code, error } = await archive.adap('build');
  assert.equal(code, 0);
  assert.equal(error, 'warning[frames-left-out]: 4 raw files cannot be used: 4 frame-unplaceable\n  try: adap frames --left-out\n');
  assert.deepEqual(readdirSync(archive.root).toSorted(), ['adapfile.ts', 'config', 'home', 'raw']);
  assert.deepEqual(readdirSync(`${archive.root}/home`).toSorted(), ['.adap', '041615B1']);
  const { out } = await archive.adap('frames --left-out');
  assert.match(out, /SLMSKNAM of \S+ is "\.\.\/\.\.\/etc", which cannot be the name of a folder \[frame-unplaceable\]\n/);
  assert.match(out, /4 frames, 4 left out/);
});

/** One edit that a hand, an editor or a broken disk makes in a text. */
function damage(random: Random, text: string): string {
  const at = random.below(text.length);
  const lines = text.split('\n');
  const line = random.below(lines.length);
  const ways: (() => string)[] = [
    () => text.slice(0, at),
    () =>
      text.slice(0, at) +
      random.pick(['[', ']', '[[', '"', "'", '"""', '=', '|', '#', ',', '\0', '\u{1F52D}', '\n', ' = ', ',,']) +
      text.slice(at),
    () => lines.toSpliced(line, 1).join('\n'),
    () => lines.toSpliced(line, 0, lines[random.below(lines.length)] ?? '').join('\n'),
    () =>
      lines
        .toSpliced(
          line,
          0,
          random.pick(['[[[[deep]]]]', '[open', 'no equals sign', '= no name', 'a = "open', 'setup read', 'data end', '[]', 'a | b | c']),
        )
        .join('\n'),
    () => Array.from(text, (char) => (random.chance(0.01) ? String.fromCodePoint(random.below(256)) : char)).join(''),
  ];
  return random.pick(ways)();
}

test('400 damaged parameter and .pypeit files: read, or a problem with file, line and column; never thrown', () => {
  const random = createRandom(SEED);
  const sources = [
    'default_pypeit_config',
    'custom_params/MUKm1_600ZD_5500_BAL12_2020-02-25_reduce.ini',
    'custom_pypeit/hnewb_830G_7800_OG550_2010-03-16_reduce.pypeit',
  ].map(
    (name) =>
      [
        name,
        factsOf(
          { revision: 1, roots: [], matches: () => false, read: () => ({ kind: 'problem', problem: {} as Problem }) },
          `${CHECKOUT}/config`,
        ).config.text(name) ?? '',
      ] as const,
  );
  let problems = 0;
  let read = 0;
  for (let round = 0; round < 400; round += 1) {
    const [name, text] = random.pick(sources);
    let damaged = damage(random, text);
    if (random.chance(0.5)) damaged = damage(random, damaged.length === 0 ? text : damaged);
    const result = name.endsWith('.pypeit') ? readPypeit(damaged, name) : readConfig(linesOf(damaged), name);
    if (result.kind !== 'problem') {
      read += 1;
      // What can be read means the same once it is written and read again.
      const root = result.kind === 'pypeit' ? result.parameters : result.root;
      const again = readConfig(linesOf(writeConfig(root)), 'written');
      assert.ok(
        again.kind === 'config',
        `round ${round}: ${again.kind === 'problem' ? `${again.problem.says} in\n${writeConfig(root)}` : ''}`,
      );
      assert.deepEqual(flatten(again.root), flatten(root), `round ${round}`);
      continue;
    }
    problems += 1;
    const { file, line, column } = result.problem;
    assert.equal(file, name);
    assert.ok(line !== undefined && line >= 1 && line <= damaged.split(/\r\n|\n|\r/).length, `round ${round}: line ${line}`);
    assert.ok(column !== undefined && column >= 1, `round ${round}: column ${column}`);
  }
  console.log(JSON.stringify({ seed: SEED, problems, read }));
  assert.ok(problems > 100 && read > 50);
});
