import { failed } from 'adap';
import type { Problem } from 'adap';
import { configDuplicate, configNesting, configSyntax } from './problems.ts';
import { readValue } from './config-value.ts';
import type { Value } from './config-value.ts';

/** Names in the order of the file. */
export type Section = ReadonlyMap<string, Value | Section>;

export type Config = { readonly kind: 'config'; readonly root: Section };

/** One line of a file, with its number from 1. */
export type Line = { readonly text: string; readonly number: number };

type Open = { readonly name: string; readonly entries: Map<string, Value | Section>; readonly lines: Map<string, number> };

const SECTION = /^(\s*)((?:\[\s*)+)(.*?)((?:\s*\])+)\s*(?:#.*)?$/;
const ENTRY = /^(\s*)("[^"]*"|'[^']*'|[^'"=[\]#][^=]*?)\s*=(.*)$/;

export const linesOf = (text: string): Line[] =>
  text.split(/\r\n|\n|\r/).map((line, index) => ({ text: line.replace(/^\uFEFF/, ''), number: index + 1 }));

/**
 * Reads what PypeIt reads with ConfigObj 5: sections by the number of brackets, `key = value`, lists by commas, remarks
 * behind `#`. Indentation means nothing.
 */
export function readConfig(lines: readonly Line[], file: string): Config | ReturnType<typeof failed> {
  const root: Open = { name: '', entries: new Map(), lines: new Map() };
  const open: Open[] = [root];
  const bad = (line: Line, column: number, says: string): ReturnType<typeof failed> =>
    failed(configSyntax({ file, line: line.number, column }, says));
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (line === undefined || line.text.trim() === '' || line.text.trimStart().startsWith('#')) continue;
    const column = line.text.length - line.text.trimStart().length + 1;
    const isSection = line.text.trimStart().startsWith('[');
    const found = isSection ? sectionOf(line, open, file) : undefined;
    if (found !== undefined) {
      if (found !== 'opened') return failed(found);
      continue;
    }
    const entry = ENTRY.exec(line.text);
    if (entry === null)
      return bad(
        line,
        column,
        isSection ? 'a section needs as many closing as opening brackets, and a name' : 'neither a section nor name = value',
      );
    const name = unquoted(entry[2] ?? '');
    const inner = open.at(-1) ?? root;
    const before = inner.lines.get(name);
    if (before !== undefined) return failed(configDuplicate({ file, line: line.number, column }, name, before));
    const behind = entry[3] ?? '';
    const rest = [behind, ...lines.slice(index + 1).map((each) => each.text)];
    const value = readValue(rest);
    if (value.kind === 'bad') return bad(line, line.text.length - behind.length + value.column, value.says);
    inner.entries.set(name, value.value);
    inner.lines.set(name, line.number);
    index += value.extraLines;
  }
  return { kind: 'config', root: root.entries };
}

function sectionOf(line: Line, open: Open[], file: string): 'opened' | Problem | undefined {
  const found = SECTION.exec(line.text);
  if (found === null) return undefined;
  const depth = count(found[2] ?? '', '[');
  const name = unquoted((found[3] ?? '').trim());
  const column = (found[1] ?? '').length + 1;
  const place = { file, line: line.number, column };
  if (count(found[4] ?? '', ']') !== depth || name === '') return undefined;
  if (depth > open.length) return configNesting(place, name, { depth, above: open.length - 1 });
  open.length = depth;
  const inner = open[depth - 1];
  if (inner === undefined) return undefined;
  const before = inner.lines.get(name);
  if (before !== undefined) return configDuplicate(place, name, before);
  const section: Open = { name, entries: new Map(), lines: new Map() };
  inner.entries.set(name, section.entries);
  inner.lines.set(name, line.number);
  open.push(section);
  return 'opened';
}

const count = (text: string, char: string): number => text.split(char).length - 1;

const unquoted = (text: string): string => (/^(".*"|'.*')$/.test(text) ? text.slice(1, -1) : text);

/** Written as PypeIt writes it: four blanks a level, an empty line before each section at the top. */
export function writeConfig(root: Section): string {
  const lines: string[] = [];
  const write = (section: Section, depth: number): void => {
    const indent = ' '.repeat(4 * depth);
    const entries = [...section];
    // A value behind a subsection would belong to that subsection.
    for (const [name, value] of entries) if (!isSection(value)) lines.push(`${indent}${writtenName(name)} = ${written(value)}`);
    for (const [name, value] of entries) {
      if (!isSection(value)) continue;
      if (depth === 0 && lines.length > 0) lines.push('');
      lines.push(`${indent}${'['.repeat(depth + 1)}${writtenName(name)}${']'.repeat(depth + 1)}`);
      write(value, depth + 1);
    }
  };
  write(root, 0);
  return lines.join('\n');
}

export const isSection = (value: Value | Section): value is Section => value instanceof Map;

function written(value: Value): string {
  if (typeof value === 'string') return /\n|'.*"|".*'/.test(value) ? tripled(value) : quoted(value);
  if (value.length === 0) return ',';
  return value.length === 1 ? `${quoted(value[0] ?? '')},` : value.map(quoted).join(', ');
}

const tripled = (text: string): string => (text.includes('"""') ? `'''${text}'''` : `"""${text}"""`);

/** Quotes within a text mean nothing; at its ends, and around commas, remarks and blanks, they do. */
function quoted(text: string): string {
  const isPlain = text !== '' && !/[,#]|^['"]|['"]$/.test(text) && text === text.trim();
  if (isPlain) return text;
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}

const writtenName = (name: string): string => (/[='"#[\]]|^\s|\s$/.test(name) ? (name.includes('"') ? `'${name}'` : `"${name}"`) : name);
