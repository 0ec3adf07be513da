import { createRequire } from 'node:module';
import { failed } from 'adap';
import type { Facts, Failed, Problem } from 'adap';
import { DEFAULT_LEVELS } from './level.ts';
import type { Dimension, Exception, Level, Levels } from './level.ts';
import { levelsEntry, levelsSyntax, levelsUnused } from './problems.ts';

type Read = { readonly kind: 'levels'; readonly levels: Levels };

const FILE = 'coadds.yaml';

/** What config/coadds.yaml says; the usual levels where there is no such file. */
export const levelsIn = (facts: Facts): Read | Failed =>
  facts.once('levels of coadds', () => {
    const text = facts.config.text(FILE);
    return text === undefined ? { kind: 'levels', levels: DEFAULT_LEVELS } : readLevels(text, facts.config.shown(FILE));
  });

/** Exceptions that concern no dataset, of all `mask/setup/dates` there are. */
export function unusedExceptions({ config }: Facts, levels: Levels, datasets: readonly string[]): readonly Problem[] {
  const prefixes = new Set(datasets.flatMap((dataset) => dataset.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))));
  const unused = DIMENSIONS.flatMap((dimension) => Array.from(levels[dimension].exceptions, ([of, { line }]) => ({ of, line }))).filter(
    ({ of }) => !prefixes.has(of),
  );
  return unused.map((exception) => levelsUnused(config.shown(FILE), exception));
}

/** `file` is how the user writes its path. */
export function readLevels(text: string, file: string): Read | Failed {
  const { LineCounter, parseDocument } = loadYaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe' });
  const [error] = document.errors;
  if (error !== undefined) {
    const at = error.linePos?.[0];
    return failed(levelsSyntax({ file, line: at?.line ?? 1, column: at?.col ?? 1 }, firstLine(error.message)));
  }
  const placeOf = (node: Node | null): Place => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return { file, line, column: col };
  };
  const top = pairsOf(document.contents, 'the file', placeOf);
  if (top.kind === 'problem') return top;
  const levels = { ...DEFAULT_LEVELS };
  for (const { key, value } of top.pairs) {
    const dimension = DIMENSIONS.find((each) => each === wordOf(key));
    if (dimension === undefined) return failed(levelsEntry(placeOf(key), `${wordOf(key)} is no kind of coadd`, 'write 1D or 2D'));
    const read = levelsOf(value, dimension, placeOf);
    if (read.kind === 'problem') return read;
    levels[dimension] = { default: read.default, exceptions: read.exceptions };
  }
  return { kind: 'levels', levels };
}

type Place = { readonly file: string; readonly line: number; readonly column: number };
type PlaceOf = (node: Node | null) => Place;

function levelsOf(node: Node | null, dimension: Dimension, placeOf: PlaceOf): (Levels[Dimension] & { readonly kind: 'of' }) | Failed {
  const parts = pairsOf(node, dimension, placeOf);
  if (parts.kind === 'problem') return parts;
  let usual = DEFAULT_LEVELS[dimension].default;
  const exceptions = new Map<string, Exception>();
  for (const part of parts.pairs) {
    const name = wordOf(part.key);
    if (name === 'default') {
      const read = levelIn(part, placeOf);
      if (read.kind === 'problem') return read;
      usual = read.level;
    } else if (name === 'exceptions') {
      const entries = pairsOf(part.value, name, placeOf);
      if (entries.kind === 'problem') return entries;
      for (const entry of entries.pairs) {
        const of = wordOf(entry.key).replace(/\/$/, '');
        if (!/^[^/]+(\/[^/]+){0,2}$/.test(of))
          return failed(
            levelsEntry(
              placeOf(entry.key),
              `${wordOf(entry.key)} is no beginning of a dataset`,
              'write MASK, MASK/SETUP or MASK/SETUP/DATES',
            ),
          );
        const read = levelIn(entry, placeOf);
        if (read.kind === 'problem') return read;
        exceptions.set(of, { level: read.level, line: placeOf(entry.key).line });
      }
    } else return failed(levelsEntry(placeOf(part.key), `${name} is nothing that ${dimension} has`, 'write default or exceptions'));
  }
  return { kind: 'of', default: usual, exceptions };
}

/** The pairs of a map; none where nothing stands, as when all of them are remarks. */
function pairsOf(node: Node | null, what: string, placeOf: PlaceOf): { readonly kind: 'pairs'; readonly pairs: readonly Pair[] } | Failed {
  const { isMap, isScalar } = loadYaml();
  if (node === null || (isScalar(node) && (node.value === null || node.value === ''))) return { kind: 'pairs', pairs: [] };
  if (!isMap(node)) return failed(levelsEntry(placeOf(node), `${what} is no list of name: value`, `edit ${placeOf(node).file}`));
  return { kind: 'pairs', pairs: node.items ?? [] };
}

function levelIn({ key, value }: Pair, placeOf: PlaceOf): { readonly kind: 'level'; readonly level: Level } | Failed {
  const level = LEVELS.find((each) => each === value?.value);
  if (level !== undefined) return { kind: 'level', level };
  const word = wordOf(value);
  const says = word === '' ? `${wordOf(key)} has no level` : `${word} is no level`;
  return failed(levelsEntry(placeOf(value ?? key), says, `write one of ${LEVELS.join(', ')}`));
}

const DIMENSIONS = ['1D', '2D'] as const;
const LEVELS: readonly Level[] = ['dataset', 'setup', 'none'];

/** As it stands in the file: a mask named 12 or 1e5 is no number. */
const wordOf = (node: Node | null): string => node?.source ?? '';

/** Without the place, which is told by itself, and the lines of the file. */
const firstLine = (message: string): string => {
  const [first = ''] = message.split('\n');
  const says = first.replace(/ at line \d+, column \d+:?$/, '');
  return says.charAt(0).toLowerCase() + says.slice(1);
};

/** The part of the package yaml that is called. */
type Yaml = {
  readonly LineCounter: new () => { linePos(offset: number): { readonly line: number; readonly col: number } };
  readonly parseDocument: (
    text: string,
    options: { readonly lineCounter: unknown; /** All is text: 12 and 012 are two masks. */ readonly schema: 'failsafe' },
  ) => {
    readonly contents: Node | null;
    readonly errors: readonly { readonly message: string; readonly linePos?: readonly { readonly line: number; readonly col: number }[] }[];
  };
  readonly isMap: (node: Node) => boolean;
  readonly isScalar: (node: Node) => boolean;
};
type Node = {
  readonly range?: readonly number[] | null;
  readonly value?: unknown;
  readonly source?: string;
  readonly items?: readonly Pair[];
};
type Pair = { readonly key: Node; readonly value: Node | null };

/** It takes 20 ms to load, and every start of adap loads the rules: only for a plan that reads the file. */
const loadYaml = (): Yaml => createRequire(import.meta.url)('yaml') as Yaml;
