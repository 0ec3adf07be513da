import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printLiteral, readLiteral } from '../../rules/python/literal.ts';
import { pythonRepr } from '../../rules/python/repr.ts';

/** As Python 3.11 prints them. */
const floats: [number, string][] = [
  [1, '1.0'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1e-4, '0.0001'],
  [1e-5, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [1e100, '1e+100'],
  [1e8, '100000000.0'],
  [9999999999999998, '9999999999999998.0'],
  [1e16, '1e+16'],
  [1.5e16, '1.5e+16'],
  [-0, '-0.0'],
  [57.99999999999999, '57.99999999999999'],
  [5e-324, '5e-324'],
  [Infinity, 'inf'],
  [NaN, 'nan'],
];
for (const [value, text] of floats) test(`a float is written as in Python: ${text}`, () => assert.equal(pythonRepr(value), text));

/** What Python's eval gives, printed by its repr; undefined is an exception, or what nobody writes. */
const literals: [string, string | undefined][] = [
  ['5', '5'],
  ['+5', '5'],
  ['5.', '5.0'],
  ['5e0', '5.0'],
  ['1_000', '1000'],
  ['007', undefined],
  ['00', '0'],
  ['-0', '0'],
  ['True', 'True'],
  ['true', undefined],
  ['3,7', '(3, 7)'],
  ['3,', '(3,)'],
  ['(3)', '3'],
  ['(3,)', '(3,)'],
  ['()', '()'],
  ['[(2,6), 3]', '[(2, 6), 3]'],
  ['[1 2]', undefined],
  ['(1,5', undefined],
  ['1)', undefined],
  [',', undefined],
  ['[,]', undefined],
  ['"a"', "'a'"],
  ["['a',]", "['a']"],
  ['slitcen', undefined],
  ['', undefined],
];
for (const [text, expected] of literals) {
  test(`Python evaluates ${JSON.stringify(text)} to ${expected ?? 'nothing'}`, () => {
    const literal = readLiteral(text);
    assert.equal(literal === undefined ? undefined : printLiteral(literal), expected);
  });
}
