import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, readConfig, writeConfig } from '../../rules/pypeit/config-obj.ts';
import { flatten } from '../../rules/pypeit/flatten.ts';

const flat = (text: string): unknown => {
  const config = readConfig(linesOf(text), 'x.ini');
  return config.kind === 'problem' ? [config.problem.code, config.problem.line, config.problem.column] : { ...flatten(config.root) };
};

test('ConfigObj: what is written is read as it was, quotes of both kinds and line ends too', () => {
  const text =
    'a = "it\'s"\nb = \'say "x"\'\nc = """it\'s "x" here"""\nd = "x # y"\ne = "1, 2"\nf = ""\n[s]\ng = , \nh = "a,b", c\n"i=j" = [], "1,5"\nk = "", \'"5"\'';
  const config = readConfig(linesOf(text), 'x.ini');
  assert.ok(config.kind === 'config');
  const again = readConfig(linesOf(writeConfig(config.root)), 'again');
  assert.ok(again.kind === 'config', writeConfig(config.root));
  assert.deepEqual(again.root, config.root);
});

const truth: [title: string, text: string, expected: unknown][] = [
  ['sections nest by brackets, whatever the indentation', '[a]\n      [[b]]\n  c = 1\n[d]\ne = 2', { 'a.b.c': '1', 'd.e': '2' }],
  ['a remark ends a value, but not in quotes', 'a = x # y\nb = "x # y"', { a: 'x', b: 'x # y' }],
  ['commas make a list, one with a comma is a list of one', 'a = 1, 2\nb = 1,\nc = 1', { a: '[1, 2]', b: '[1]', c: '1' }],
  ['an integer is no float', 'a = 5\nb = 5.\nc = 5.00\nd = 5e0', { a: '5', b: '5.0', c: '5.0', d: '5.0' }],
  ['quotes mean nothing', 'a = \'5\'\nb = "text"', { a: '5', b: 'text' }],
  ["True and None are Python's, true is text", 'a = True\nb = None\nc = true', { a: 'True', b: 'None', c: 'true' }],
  [
    'a pair is a list of one pair',
    'a = (3,7)\nb = [(3,7)]\nc = "3,7",\nd = [ ( 3 , 7 ) ]',
    { a: '[(3, 7)]', b: '[(3, 7)]', c: '[(3, 7)]', d: '[(3, 7)]' },
  ],
  [
    'two pairs are the same in three spellings',
    'a = (1,5),(2,6)\nb = [(1,5),(2,6)]\nc = "1,5", "2,6"',
    { a: '[(1, 5), (2, 6)]', b: '[(1, 5), (2, 6)]', c: '[(1, 5), (2, 6)]' },
  ],
  [
    'a detector, a list of one, and a list in brackets',
    'a = 3\nb = 3,\nc = [3]\nd = [1,(2,6)]',
    { a: '3', b: '[3]', c: '[3]', d: '[1, (2, 6)]' },
  ],
  ['an empty value is an empty text', 'a =\nb = ""', { a: '', b: '' }],
  ['three quotes hold several lines', 'a = """x\ny"""\nb = 1', { a: 'x\ny', b: '1' }],
  ['carriage returns and a byte order mark do no harm', '\uFEFF[a]\r\nb = 1\r\n', { 'a.b': '1' }],
  ['a name may be constructor', '[constructor]\nprototype = 1', { 'constructor.prototype': '1' }],
  ['a name that stands twice is a problem', '[a]\nb = 1\n  b = 2', ['config-duplicate', 3, 3]],
  ['a section that stands twice is a problem', '[a]\n[b]\n[a]', ['config-duplicate', 3, 1]],
  ['a section too deep is a problem', '[a]\n [[[b]]]', ['config-nesting', 2, 2]],
  ['brackets that do not close are a problem', '[a]\n[[b]', ['config-syntax', 2, 1]],
  ['a line that is nothing is a problem', '[a]\n\n  what', ['config-syntax', 3, 3]],
  [
    'a list of texts is no text in brackets',
    'a = [x]\nb = [x],\nc = x,\nd = "x, y",\ne = x, y',
    { a: '[x]', b: "['[x]']", c: "['x']", d: "['x, y']", e: "['x', 'y']" },
  ],
  [
    'brackets do not hold a list together, parentheses do',
    'a = 1,2\nb = [1,2]\nc = [1,(2,6)]',
    { a: '[1, 2]', b: "['[1', '2]']", c: '[1, (2, 6)]' },
  ],
  ['a pair in quotes is a pair, and no list', 'a = "3,7"\nb = "(3,7)"\nc = (3,7)', { a: '(3, 7)', b: '(3, 7)', c: '[(3, 7)]' }],
  ['a number in quotes of its own is text', 'a = \'"5"\'\nb = \'"x"\'', { a: "'5'", b: 'x' }],
  ['a quote closes where the value ends', "a = 'it's'", { a: "it's" }],
  ['a list may not begin with a comma', 'a = , 3', ['config-syntax', 1, 5]],
  ['nothing stands behind three quotes', "a = '''x''' y", ['config-syntax', 1, 7]],
  ['a quote that does not close is a problem', 'a = "x', ['config-syntax', 1, 5]],
];

for (const [title, text, expected] of truth) test(`ConfigObj: ${title}`, () => assert.deepEqual(flat(text), expected));
