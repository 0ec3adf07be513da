import { stripTypeScriptTypes } from 'node:module';

/** A program with one thing wrong in it. */
export type Mutant = {
  /** From 1, as in the source. */
  readonly line: number;
  /** The first line that differs, as it was and as it is; told apart by these. */
  readonly was: string;
  readonly is: string;
  /** The whole, as JavaScript. */
  readonly program: string;
};

type Change = { readonly from: number; readonly to: number; readonly by: string };

/** Every mutant of a TypeScript source. Types are blanked by Node, so that places stay; strings, comments, regular expressions and templates are passed over. */
export function mutantsOf(source: string): readonly Mutant[] {
  const program = stripTypeScriptTypes(source);
  const code = blanked(program);
  const changes = [
    ...conditions(code),
    ...operands(code),
    ...comparisons(code),
    ...ternaries(code, program),
    ...filters(code),
    ...pushes(code),
    ...spreads(code),
    ...numbers(code),
    ...words(code, program),
  ];
  const made = changes.map((change) => mutant(program, change));
  return [...new Map(made.map((each) => [each.program, each])).values()].toSorted((a, b) => a.line - b.line);
}

function mutant(program: string, { from, to, by }: Change): Mutant {
  const changed = program.slice(0, from) + by + program.slice(to);
  try {
    stripTypeScriptTypes(changed);
  } catch {
    throw new Error(`bug in the making of mutants: ${JSON.stringify(program.slice(from, to))} -> ${JSON.stringify(by)} is no program`);
  }
  const [before, after] = [program.split('\n'), changed.split('\n')];
  const line = before.findIndex((text, index) => text !== after[index]);
  return { line: line + 1, was: shown(before[line]), is: shown(after[line]), program: changed };
}

/** Where types stood, blanks are. */
const shown = (line = ''): string => line.trim().replaceAll(/ +/g, ' ');

/** `if (C)` never, and always. */
const conditions = (code: string): Change[] =>
  Array.from(code.matchAll(/\bif \(/g), ({ index, 0: found }) => index + found.length).flatMap((from) => {
    const to = closing(code, from - 1);
    return ['false', 'true'].map((by) => ({ from, to, by }));
  });

/** Each condition of `a && b && c` left out. */
function operands(code: string): Change[] {
  return (['&&', '||'] as const).flatMap((operator) =>
    [...new Set(Array.from(places(code, operator), (at) => startOf(code, at, operator)))].flatMap((start) => {
      const cuts: number[] = [];
      let at = start;
      for (; ; at += 2) {
        at = endOf(code, at, operator);
        if (!code.startsWith(operator, at)) break;
        cuts.push(at);
      }
      const ends = [...cuts, at];
      return ends.map((to, index) => (index === 0 ? { from: start, to: to + 2, by: '' } : { from: ends[index - 1] ?? 0, to, by: '' }));
    }),
  );
}

const NEIGHBOUR: Readonly<Record<string, string>> = { '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

const comparisons = (code: string): Change[] =>
  Array.from(code.matchAll(/(?<= )(?:[!=]==|[<>]=?)(?= )/g), ({ index, 0: found }) => ({
    from: index,
    to: index + found.length,
    by: NEIGHBOUR[found] ?? '',
  }));

/** `c ? a : b` as a, and as b. */
const ternaries = (code: string, program: string): Change[] =>
  places(code, ' ? ').flatMap((at) => {
    const from = startOf(code, at, '?');
    const colon = endOf(code, at + 3, '?');
    const to = endOf(code, colon + 1, '?');
    return [program.slice(at + 3, colon), program.slice(colon + 1, to)].map((by) => ({ from, to, by: ` (${by.trim()})` }));
  });

/** Nothing is filtered out, and nothing is put in order. */
const filters = (code: string): Change[] =>
  Array.from(code.matchAll(/\.(?:filter|toSorted)(?=\()/g), ({ index: from, 0: found }) => ({
    from,
    to: closing(code, from + found.length) + 1,
    by: '',
  }));

/** Nothing is added, where that is a statement of its own. */
const pushes = (code: string): Change[] =>
  Array.from(code.matchAll(/[\w.]+\.push\(/g)).flatMap(({ index: from, 0: found }) => {
    const to = closing(code, from + found.length - 1) + 1;
    return code[to] === ';' ? [{ from, to, by: '' }] : [];
  });

/** `...list` adds nothing. */
const spreads = (code: string): Change[] =>
  places(code, '...').map((from) => ({ from: from + 3, to: endOf(code, from + 3, ','), by: '[]' }));

const numbers = (code: string): Change[] =>
  Array.from(code.matchAll(/(?<![\w$.])\d[\d_]*(?:\.\d+)?(?:e\d+)?(?![\w.])/g), ({ index, 0: found }) => ({
    from: index,
    to: index + found.length,
    by: String(Number(found.replaceAll('_', '')) + 1),
  }));

/** `'holds'` is `''`: one word, which tells cases apart; sentences are for people. */
const words = (code: string, program: string): Change[] =>
  Array.from(code.matchAll(/'_+'/g), ({ index, 0: found }) => ({ from: index, to: index + found.length })).flatMap(({ from, to }) => {
    const isImport = /\b(?:from|import) $/.test(code.slice(Math.max(0, from - 8), from));
    return !isImport && /^'[\w-]+'$/.test(program.slice(from, to)) ? [{ from, to, by: "''" }] : [];
  });

/** The same program, as long, in which only code can be found: what is quoted is `_`, and a remark is blank. */
export function blanked(program: string): string {
  let code = '';
  while (code.length < program.length) {
    const at = code.length;
    const rest = program.slice(at);
    const remark = /^(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest)?.[0];
    const quoted = /^'(?:\\.|[^'\\])*'|^"(?:\\.|[^"\\])*"/.exec(rest)?.[0];
    if (remark !== undefined) code += remark.replaceAll(/[^\n]/g, ' ');
    else if (quoted !== undefined) code += `'${'_'.repeat(quoted.length - 2)}'`;
    else if (rest.startsWith('`')) code += '_'.repeat(templateEnd(program, at) - at);
    else {
      const regex = /(?:^|[(,=:[!&|?{};]|\breturn|=>)\s*$/.test(code.slice(-40))
        ? /^\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[\n])+\/\w*/.exec(rest)?.[0]
        : undefined;
      code += regex === undefined ? rest.slice(0, 1) : '_'.repeat(regex.length);
    }
  }
  return code;
}

/** Behind the backquote that closes the one at `at`; what stands in `${…}` may have its own. */
function templateEnd(program: string, at: number): number {
  let depth = 0;
  for (let i = at + 1; i < program.length; i += 1) {
    if (program[i] === '\\') i += 1;
    else if (depth === 0 && program[i] === '`') return i + 1;
    else if (depth > 0 && program[i] === '`') i = templateEnd(program, i) - 1;
    else if (program.startsWith('${', i)) {
      depth += 1;
      i += 1;
    } else if (depth > 0 && program[i] === '{') depth += 1;
    else if (depth > 0 && program[i] === '}') depth -= 1;
  }
  return program.length;
}

const places = (code: string, text: string): number[] =>
  Array.from(code.matchAll(new RegExp(RegExp.escape(text), 'g')), ({ index }) => index);

const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The place of the bracket that closes the one at `open`. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if ((code[at] ?? '') in PAIRS) depth += 1;
    else if (Object.values(PAIRS).includes(code[at] ?? '') && --depth === 0) return at;
  }
  return code.length;
}

/** `&&` binds closer than `||`, and both closer than `?`. */
type Level = '&&' | '||' | '?' | ',';

const ENDS: Readonly<Record<Level, RegExp>> = {
  '&&': /^(?:[)\]},;:]|&&|\|\|| \? )/,
  '||': /^(?:[)\]},;:]|\|\|| \? )/,
  '?': /^[)\]},;]/,
  ',': /^[)\]},;]/,
};

/** Where an operand that goes on at `from` ends. Of a conditional, the `:` that belongs to it is an end, too. */
function endOf(code: string, from: number, level: Level): number {
  let conditionals = 0;
  for (let at = from; at < code.length; at += 1) {
    if ((code[at] ?? '') in PAIRS) at = closing(code, at);
    else if (ENDS[level].test(code.slice(at, at + 3))) return at;
    else if (level === '?' && code.startsWith(' ? ', at)) conditionals += 1;
    else if (level === '?' && code[at] === ':' && conditionals-- === 0) return at;
  }
  return code.length;
}

const STARTS: Readonly<Record<Exclude<Level, ','>, RegExp>> = {
  '&&': /(?:[([{,;:]|=>|\.\.\.|\|\|| \? |[^=!<>]=|\breturn|\}\n)\s*$/,
  '||': /(?:[([{,;:]|=>|\.\.\.| \? |[^=!<>]=|\breturn|\}\n)\s*$/,
  '?': /(?:[([{,;:]|=>|\.\.\.| \? |[^=!<>]=|\breturn|\}\n)\s*$/,
};

/** Where the operands before `to` begin. */
function startOf(code: string, to: number, level: Exclude<Level, ','>): number {
  for (let at = to; at > 0; at -= 1) {
    const isWithin = code.slice(at - 1, at).match(/[)\]}]/) !== null && !code.startsWith('}\n', at - 1);
    if (isWithin) at = opening(code, at - 1) + 1;
    else if (STARTS[level].test(code.slice(Math.max(0, at - 12), at)) && !/^[=>]/.test(code.slice(at))) return at;
  }
  return 0;
}

function opening(code: string, close: number): number {
  for (let at = close - 1; at >= 0; at -= 1) if ((code[at] ?? '') in PAIRS && closing(code, at) === close) return at;
  return 0;
}
