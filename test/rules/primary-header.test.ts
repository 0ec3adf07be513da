import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardValue, UNREADABLE } from '../../rules/fits/card-value.ts';
import { HEAD_BYTES, MOST_CARDS, readPrimaryHeader } from '../../rules/fits/primary-header.ts';

const SIMPLE = 'SIMPLE  =                    T';
const block = (lines: readonly string[]): Buffer => {
  const text = lines.map((line) => line.padEnd(80)).join('');
  return Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), 'latin1');
};
const header = (...lines: readonly string[]): Buffer => block([SIMPLE, ...lines, 'END']);

/** What is read of KEY, or the code of the problem; and how many bytes were asked for. */
function read(bytes: Buffer): { readonly says: unknown; readonly card?: string | undefined; readonly asked: readonly number[] } {
  const asked: number[] = [];
  const found = readPrimaryHeader('a.fits', (count) => (asked.push(count), bytes.subarray(0, count)), new Set(['KEY']));
  if (found.kind === 'header') return { says: found.cards.get('KEY'), asked };
  assert.equal(found.problem.file, 'a.fits');
  return { says: found.problem.code, card: found.problem.card, asked };
}

const values: [field: string, value: unknown][] = [
  [" 'abc'", 'abc'],
  ["           'abc'   / remark", 'abc'],
  ["' abc   '", 'abc'],
  ["''", ''],
  ["'it''s'", "it's"],
  ["'a/b' / not / this", 'a/b'],
  ["'caf\u00e9'", 'caf?'],
  ["'abc", UNREADABLE],
  ["'abc' junk", UNREADABLE],
  ["'a\nb'", UNREADABLE],
  ["'ab\0\0'", UNREADABLE],
  ['5', 5],
  ['+5 / remark', 5],
  ['007', 7],
  ['-.5', -0.5],
  ['1.5D3', 1500],
  ['1.5d-3', 0.0015],
  ['1E400', UNREADABLE],
  ['NaN', UNREADABLE],
  ['Infinity', UNREADABLE],
  ['0x10', UNREADABLE],
  ['1 000', UNREADABLE],
  ['(1.0, 2.0)', UNREADABLE],
  ['abc', UNREADABLE],
  ['T', true],
  ['F / remark', false],
  ['', undefined],
  ['/ remark', undefined],
];
for (const [field, value] of values) {
  test(`a card's field ${JSON.stringify(field)} is ${typeof value === 'symbol' ? 'no value' : JSON.stringify(value)}`, () =>
    assert.equal(cardValue(field), value));
}

const cases: [title: string, lines: readonly string[], says: unknown][] = [
  [
    'a text that goes on in CONTINUE cards is one',
    ["KEY     = 'one &'", "CONTINUE  ' two&'", "CONTINUE  'three' / remark"],
    'one  twothree',
  ],
  ['a text that ends in & without a CONTINUE card keeps it', ["KEY     = 'R&'", 'OTHER   = 1'], 'R&'],
  ['the first of two cards of one name counts', ["KEY     = 'a'", "KEY     = 'b'"], 'a'],
  ['a HIERARCH card is not the card of its last word', ["HIERARCH KEY = 'a'"], undefined],
  ['a card without the value indicator has no value', ["KEY      'a'"], undefined],
  ['a card without the blank after = is a problem', ["KEY     ='a'"], 'bad-card'],
  ['a card that cannot be read is a problem', ["KEY     = 'a"], 'bad-card'],
  ['a card that cannot be read and is not wanted is none', ["OTHER   = 'a", 'KEY     = 1'], 1],
  ['END in a text does not end the header', ["OTHER   = 'END     '", 'COMMENT END     ', 'KEY     = 1'], 1],
  ['bytes outside ASCII elsewhere do no harm', ['COMMENT \u00e9\u00ff\u0000', 'KEY     = 1'], 1],
];
for (const [title, lines, says] of cases) test(title, () => assert.equal(read(header(...lines)).says, says));

test('the card that cannot be read is named', () => assert.equal(read(header('KEY     = NaN')).card, 'KEY'));

test('an END beyond the first bytes that are read is found', () => {
  const { says, asked } = read(header(...Array.from({ length: 2000 }, () => 'COMMENT'), 'KEY     = 1'));
  assert.equal(says, 1);
  assert.deepEqual(asked, [HEAD_BYTES, HEAD_BYTES * 4, HEAD_BYTES * 16]);
});

test('a header without END is searched up to a limit, and in few reads', () => {
  const { says, card, asked } = read(Buffer.concat([header().subarray(0, 80), Buffer.alloc(80 * MOST_CARDS, 32)]));
  assert.deepEqual([says, card, asked.at(-1)], ['header-too-long', 'END', 80 * MOST_CARDS]);
  assert.ok(asked.length < 8);
});

test('at every length short of its last block, a header is a problem and never a frame', () => {
  const whole = header(...Array.from({ length: 40 }, () => 'COMMENT'), 'KEY     = 1');
  for (let length = 0; length < whole.length; length += 1) {
    const { says } = read(whole.subarray(0, length));
    assert.equal(says, length < 9 ? 'not-fits' : 'header-truncated', `${length} bytes`);
  }
  assert.equal(read(whole).says, 1);
});

test('a header stands for the frame up to the end of its last block, and no pixel does', () => {
  const whole = header('KEY     = 1');
  const found = readPrimaryHeader('a.fits', () => Buffer.concat([whole, Buffer.alloc(5000, 7)]), new Set(['KEY']));
  assert.ok(found.kind === 'header' && found.bytes.length === whole.length);
});
