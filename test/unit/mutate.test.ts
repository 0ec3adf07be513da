import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blanked, mutantsOf } from '../rig/mutate.ts';

const truth: [title: string, source: string, mutants: string[]][] = [
  ['a condition is never and always so', 'if (a) b();', ['if (false) b();', 'if (true) b();']],
  ['each side of a condition is left out', 'x = a && b;', ['x = b;', 'x = a ;']],
  ['one side of many, and each within brackets', 'f(a || (b && c));', ['f( (b && c));', 'f(a );', 'f(a || ( c));', 'f(a || (b ));']],
  [
    'a closer side is a side of its own',
    'return_(a || b && c);',
    ['return_( b && c);', 'return_(a );', 'return_(a || c);', 'return_(a || b );'],
  ],
  ['a comparison is turned, or moved to its neighbour', 'f(a === b, c < d);', ['f(a !== b, c < d);', 'f(a === b, c <= d);']],
  ['a choice is the one and the other', 'const x = a ? b : c;', ['const x = (b);', 'const x = (c);']],
  ['a choice within a choice', 'f(a ? b : c ? d : e);', ['f( (b));', 'f( (c ? d : e));', 'f(a ? b : (d));', 'f(a ? b : (e));']],
  ['nothing is filtered, nothing sorted', 'f(a.filter((b) => c(b)).toSorted());', ['f(a.toSorted());', 'f(a.filter((b) => c(b)));']],
  ['nothing is added', 'a.push(...b);', [';', 'a.push(...[]);']],
  ['a number is one more', 'f(64, a1);', ['f(65, a1);']],
  ['a word is none, a sentence is left', "f('holds', 'it holds', '');", ["f('', 'it holds', '');"]],
  [
    'remarks, imports, templates and regular expressions are passed over',
    "import 'a'; /* a && b */ f(`${a && b}`, /a && b/); // 1 < 2",
    [],
  ],
  ['types are no code', 'const f = <T extends 1 | 2>(a: T, b?: T): boolean => g(a as T);', []],
];
for (const [title, source, mutants] of truth) {
  test(`mutants: ${title}`, () => {
    const made = mutantsOf(source);
    assert.deepEqual(made.map(({ is }) => is).toSorted(), mutants.toSorted());
    assert.ok(made.every(({ line, was }) => line === 1 && was !== ''));
  });
}

test('mutants: what is quoted is as long as before', () => {
  const source = "f('a\\'(', \"b{\", `c${d + `}`}`, /[/]\\/(/g); // (\na / b / c;";
  assert.equal(blanked(source), "f('____', '__', _____________, _________);     \na / b / c;");
});
