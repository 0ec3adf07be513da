import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { projectFiles, readProjectFile, root } from '../project-files.ts';

const documents = projectFiles().filter((file) => file.endsWith('.md') && !file.startsWith('test/fixtures/'));
const scripts = Object.keys((JSON.parse(readProjectFile('package.json')) as { scripts: Record<string, string> }).scripts);

const found = (pattern: RegExp): { file: string; says: string }[] =>
  documents.flatMap((file) => Array.from(readProjectFile(file).matchAll(pattern), ([, says = '']) => ({ file, says })));

test('every relative link of the documentation leads somewhere', () => {
  const links = found(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g);
  assert.deepEqual(
    links.filter(({ file, says }) => !existsSync(join(root, dirname(file), says))),
    [],
  );
});

test('every anchor of the documentation is a heading', () => {
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
  const headings = (file: string): string[] =>
    Array.from(readProjectFile(file).matchAll(/^#+ (.*)$/gm), ([, heading = '']) => slug(heading));
  const anchors = documents.flatMap((file) =>
    Array.from(readProjectFile(file).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g), ([, to = '', anchor = '']) => ({
      file,
      to: to === '' ? file : join(dirname(file), to),
      anchor,
    })),
  );
  assert.deepEqual(
    anchors.filter(({ to, anchor }) => to.endsWith('.md') && !headings(to).includes(anchor)),
    [],
  );
});

test('every path of the project that the documentation names is there', () => {
  const paths = found(/`((?:engine|rules|test|docs|bench|bin|config|\.ci)\/[\w./-]*)`/g);
  assert.deepEqual(
    paths.filter(({ says }) => !existsSync(join(root, says))),
    [],
  );
});

test('every script of npm that the documentation names is there', () => {
  assert.deepEqual(
    found(/\bnpm run ([\w-]+)/g).filter(({ says }) => !scripts.includes(says)),
    [],
  );
});
