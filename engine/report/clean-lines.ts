import type { Sized, Trash } from '../run/clean.ts';
import { GARBAGE_KINDS } from '../run/garbage.ts';
import { countWords, sizeWords } from './size-words.ts';
import { table } from './table.ts';

const WHAT: Readonly<Record<Sized['kind'] | 'trash', string>> = {
  old: 'results that were replaced',
  retired: 'results that nothing asks for any more',
  attempts: 'ended, and no build can take what they made',
  logs: 'of targets that have neither result nor failure',
  uploads: 'uploaded to the bucket for attempts, a week ago or more',
  strays: 'left by a write or a lock that was killed',
  trash: 'moved there before',
};

/** The dry run: a row for each kind, the sum, and the next thing to type. */
export function cleanTable(garbage: readonly Sized[], trash: readonly Trash[]): string[] {
  const due = trash.filter(({ isDue }) => isDue);
  const row = (kind: keyof typeof WHAT, items: readonly { readonly bytes: number }[]): string[][] =>
    items.length === 0 ? [] : [[kind, countWords(items.length), sizeWords(sum(items)), WHAT[kind]]];
  const rows = [
    ...GARBAGE_KINDS.flatMap((kind) =>
      row(
        kind,
        garbage.filter((each) => each.kind === kind),
      ),
    ),
    ...row('trash', due),
  ];
  const all = [...garbage, ...due];
  if (all.length === 0) return ['nothing to clean', ...waiting(trash)];
  const total = ['total', countWords(all.length), sizeWords(sum(all)), ''];
  return [...table([['kind', 'count', 'size', 'what it is'], ...rows, total]), ...waiting(trash), 'next: adap clean --do'];
}

/** What was done. */
export function cleanedLines(moved: readonly Sized[], deleted: readonly Trash[]): string[] {
  const said = [
    ...(moved.length === 0 ? [] : [`moved ${countWords(moved.length)} to .adap/trash: ${sizeWords(sum(moved))}`]),
    ...(deleted.length === 0 ? [] : [`deleted ${countWords(deleted.length)} from .adap/trash: ${sizeWords(sum(deleted))}`]),
  ];
  return said.length === 0 ? ['nothing to clean'] : said;
}

/** What stays in the trash for now. */
export function waiting(trash: readonly Trash[]): string[] {
  const left = trash.filter(({ isDue }) => !isDue);
  return left.length === 0
    ? []
    : [`.adap/trash keeps ${countWords(left.length)} for a day: ${sizeWords(sum(left))}; at once: adap clean --do --now`];
}

export const cleanJson = (garbage: readonly Sized[], trash: readonly Trash[]): string[] => [
  ...garbage.map(({ kind, path, bytes }) => JSON.stringify({ kind: 'garbage', of: kind, path, bytes })),
  ...trash.map(({ path, bytes, isDue }) => JSON.stringify({ kind: 'trash', path, bytes, due: isDue })),
];

export const sum = (items: readonly { readonly bytes: number }[]): number => items.reduce((bytes, each) => bytes + each.bytes, 0);
