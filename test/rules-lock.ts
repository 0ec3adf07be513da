/**
 * The sources of each rule, pinned. A rule is keyed by its `revision`, which a person raises; this is what reminds them:
 * `npm run check` fails when a source has moved and rules.lock has not. `npm run rules-lock` writes it again.
 *
 *     rule setup revision 1 5f0c... rules/setup.ts
 *     file rules/layout.ts 9d41...
 */
import { hash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, posix } from 'node:path';
import { deimos } from '../rules/index.ts';
import { projectFiles, readProjectFile, root } from './project-files.ts';

/** Path -> text, of every source below rules/. */
export type Sources = ReadonlyMap<string, string>;
type RuleLine = { readonly rule: string; readonly revision: string; readonly digest: string; readonly file: string };
export type Lock = { readonly rules: readonly RuleLine[]; readonly files: ReadonlyMap<string, string> };

type Pinned = { readonly name: string; readonly revision: number; readonly file?: string };

export function lockOf(sources: Sources, rules: readonly Pinned[]): Lock {
  const digests = new Map(Array.from(sources, ([path, text]) => [path, short(meaning(text))]));
  const lines = rules.map(({ name, revision, file: known }) => {
    const file = known ?? fileOf(sources, name);
    const made = reach(sources, file).map((path) => `${path} ${digests.get(path)}\n`);
    return { rule: name, revision: String(revision), digest: short(made.join('')), file };
  });
  const used = [...new Set(lines.flatMap(({ file }) => reach(sources, file)))].toSorted();
  return {
    rules: lines.toSorted((a, b) => (a.rule < b.rule ? -1 : 1)),
    files: new Map(used.map((path) => [path, digests.get(path) ?? ''])),
  };
}

/** The file directly in rules/ that says the rule's name. */
function fileOf(sources: Sources, rule: string): string {
  const files = [...sources].flatMap(([path, text]) =>
    /^rules\/[\w-]+\.ts$/.test(path) && text.includes(`name: '${rule}'`) ? [path] : [],
  );
  if (files.length !== 1) throw new Error(`rule ${rule}: ${files.length} files in rules/ say name: '${rule}', not one ${files.join(', ')}`);
  return files[0] ?? '';
}

export const printLock = (lock: Lock): string =>
  [
    '# What each rule is made of, without comments, types and layout. Written by `npm run rules-lock`; see CONTRIBUTING.md.',
    ...lock.rules.map(({ rule, revision, digest, file }) => `rule ${rule} revision ${revision} ${digest} ${file}`),
    ...Array.from(lock.files, ([path, digest]) => `file ${path} ${digest}`),
    '',
  ].join('\n');

export function readLock(text: string): Lock {
  const lines = text.split('\n').map((line) => line.split(' '));
  const rules = lines.flatMap(([kind, rule = '', , revision = '', digest = '', file = '']) =>
    kind === 'rule' ? [{ rule, revision, digest, file }] : [],
  );
  return { rules, files: new Map(lines.flatMap(([kind, path = '', digest = '']) => (kind === 'file' ? [[path, digest] as const] : []))) };
}

/** One line per difference; none when the lock tells the truth. */
export function compareLocks(was: Lock, is: Lock, sources: Sources): string[] {
  const gone = was.rules
    .filter((each) => !is.rules.some(({ rule }) => rule === each.rule))
    .map(({ rule }) => `rule ${rule} is gone\n  try: npm run rules-lock`);
  return is.rules
    .flatMap((now) => {
      const before = was.rules.find(({ rule }) => rule === now.rule);
      if (before === undefined) return [`rule ${now.rule} is new\n  try: npm run rules-lock`];
      if (before.revision !== now.revision)
        return [`rule ${now.rule}: revision ${before.revision} -> ${now.revision}\n  try: npm run rules-lock`];
      if (before.digest === now.digest) return [];
      const moved = reach(sources, now.file).filter((path) => was.files.get(path) !== is.files.get(path));
      const what = moved.length === 0 ? 'an import of it is gone' : `${moved.join(', ')} moved`;
      return [
        `rule ${now.rule}: ${what}, and revision ${now.revision} did not\n  try: raise \`revision\` in ${now.file} if it makes other bytes now; then npm run rules-lock`,
      ];
    })
    .concat(gone);
}

/** A file and all that it imports below rules/, types aside; sorted. */
function reach(sources: Sources, from: string, seen = new Set<string>()): string[] {
  const text = sources.get(from);
  if (text === undefined || seen.has(from)) return [];
  seen.add(from);
  for (const [, path = ''] of meaning(text).matchAll(/\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g)) {
    reach(sources, posix.join(posix.dirname(from), path), seen);
  }
  return [...seen].toSorted();
}

/** The program without comments, types and layout: Node's own printing of it, which is pinned with Node. */
const meaning = (text: string): string => stripTypeScriptTypes(text, { mode: 'transform' });
const short = (text: string): string => hash('sha256', text, 'hex').slice(0, 16);

export const ruleSources = (): Sources =>
  new Map(
    projectFiles('rules')
      .filter((path) => path.endsWith('.ts'))
      .map((path) => [path, readProjectFile(path)]),
  );

const project = deimos({ home: '.', config: '.', raw: [] });
/** The reader of raw frames has a revision of its own. */
const index = { name: 'index', revision: project.source.revision, file: 'rules/frames/source-index.ts' };
const exported: readonly Pinned[] = [index, ...project.rules];
const lockFile = join(root, 'rules.lock');

/** What `npm run check` has to say of rules.lock. */
export function checkRulesLock(): string[] {
  const sources = ruleSources();
  const was = existsSync(lockFile) ? readLock(readProjectFile('rules.lock')) : { rules: [], files: new Map<string, string>() };
  return compareLocks(was, lockOf(sources, exported), sources);
}

if (import.meta.main) writeFileSync(lockFile, printLock(lockOf(ruleSources(), exported)));
