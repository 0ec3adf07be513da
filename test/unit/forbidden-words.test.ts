import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forbiddenWords } from '../forbidden-words.ts';

const planted: [title: string, file: string, text: string, words: string[]][] = [
  ['a path of one machine', 'docs/a.md', 'see /work/main', ['/work/']],
  ['a registry by its host', '.ci/run', 'curl https://pypi.org/simple', ['pypi.org']],
  ['the lock file of npm names its registry', 'package-lock.json', '"https://registry.npmjs.org/yaml"', []],
  ['how the work is organised', 'README.md', 'as issue 3 says', ['issue 3']],
  ['a process may lead a session', 'engine/run/a.ts', '// leader of a session of its own', []],
  ['a class in the engine', 'engine/a.ts', '\n  export abstract class Store {}', ['export abstract class Store']],
  ['an enum in the rules', 'rules/a.ts', 'const enum Kind {}', ['const enum Kind']],
  ['a class of CSS is none', 'engine/report/a.ts', 'const page = \'<p class="x">\';', []],
  ['a test may declare one', 'test/rig/a.ts', 'class Clock {}', []],
  ['a file without a question', 'engine/lib/utils.ts', '', ['utils']],
  ['types of frames are a question', 'rules/frames/frame-types.ts', '', []],
  ['astronomy in an identifier', 'engine/a.ts', 'const rawFrames = 1;', ['Frames']],
  ['astronomy in a constant', 'engine/a.ts', 'const MASK_NAME = 1;', ['MASK']],
  ['astronomy in a comment', 'engine/a.ts', '/** Of a FITS file. */', ['FITS']],
  ['an example in a comment', 'engine/a.ts', '/** Such as `setup FITS`. */', []],
  ['a template is no example', 'engine/a.ts', 'const a = `mask ${b}`;', ['mask']],
  ['a bit mask', 'engine/a.ts', 'const modeBitMask = 0o777;', []],
  ['what fits is no file', 'engine/a.ts', 'const near = among.filter(fits);', []],
  ['a line of help shows a command', 'engine/cli/a.ts', "  examples: [['adap list M1', 'the .pypeit files of one mask']],", []],
  ['a summary of help shows none', 'engine/cli/a.ts', "  summary: 'raw frames',", ['frames']],
  ['astronomy in the rules', 'rules/a.ts', 'const rawFrames = 1;', []],
  ['two lines, two findings', 'engine/a.ts', 'const mask = 1;\nconst b = "DEIMOS";', ['mask', 'DEIMOS']],
];

for (const [title, file, text, words] of planted) {
  test(`forbidden words: ${title}`, () => {
    assert.deepEqual(
      forbiddenWords(file, text).map((each) => each.word),
      words,
    );
  });
}

test('forbidden words: a finding says where it stands', () => {
  assert.deepEqual(
    forbiddenWords('engine/a.ts', '\n\nconst slit = 1;').map((each) => `${each.file}:${each.line}`),
    ['engine/a.ts:3'],
  );
});
