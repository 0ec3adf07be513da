import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScreen } from '../../engine/cli/live-screen.ts';
import type { Screen } from '../../engine/cli/live-screen.ts';
import { createRandom } from '../rig/random.ts';
import { createTerminal } from '../rig/terminal.ts';
import type { FakeTerminal, WhenResized } from '../rig/terminal.ts';

type Rig = { screen: Screen; terminal: FakeTerminal; tick: () => void; writes: string[]; isTicking: () => boolean; everyMs: () => number };

function rig(size: { columns: number; rows: number; whenResized?: WhenResized }, isTerminal: 'terminal' | 'pipe' = 'terminal'): Rig {
  const terminal = createTerminal(size);
  const writes: string[] = [];
  let call: (() => void) | undefined;
  let everyMs = 0;
  const screen = openScreen({
    write: (text) => {
      writes.push(text);
      terminal.write(text);
    },
    columns: terminal.columns,
    rows: terminal.rows,
    isTerminal: isTerminal === 'terminal',
    every: (milliseconds, each) => {
      everyMs = milliseconds;
      call = each;
      return () => (call = undefined);
    },
  });
  return { screen, terminal, tick: () => call?.(), writes, isTicking: () => call !== undefined, everyMs: () => everyMs };
}

test('lines scroll above the footer, and at the close nothing is left of it', () => {
  const { screen, terminal, tick, isTicking } = rig({ columns: 30, rows: 10 });
  screen.line('before');
  screen.footer(() => ['a bar', 'a sum']);
  tick();
  assert.deepEqual(terminal.screen(), ['before', '', 'a bar', 'a sum']);
  for (const each of ['one', 'two']) screen.line(each);
  tick();
  assert.deepEqual(terminal.screen(), ['before', 'one', 'two', '', 'a bar', 'a sum']);
  screen.close();
  assert.deepEqual(terminal.screen(), ['before', 'one', 'two']);
  assert.deepEqual(terminal.cursor(), { row: 3, column: 0 });
  assert.ok(!isTicking());
  screen.close();
  screen.line('after');
  assert.deepEqual(terminal.screen(), ['before', 'one', 'two', 'after']);
});

test('what is not a terminal gets lines and nothing else', () => {
  const { screen, writes, tick, isTicking } = rig({ columns: 30, rows: 10 }, 'pipe');
  screen.footer(() => ['a sum']);
  screen.line('one');
  assert.ok(!isTicking());
  tick();
  screen.line('two');
  screen.close();
  assert.deepEqual(writes, ['one\n', 'two\n']);
});

test('the footer is drawn five times a second at most, and only when it changed', () => {
  const { screen, writes, tick, everyMs } = rig({ columns: 30, rows: 10 });
  let sum = 'one';
  screen.footer(() => [sum]);
  for (let count = 0; count < 3; count += 1) tick();
  assert.equal(everyMs(), 200);
  assert.equal(writes.length, 1);
  sum = 'two';
  for (let count = 0; count < 3; count += 1) tick();
  assert.equal(writes.length, 2);
  for (let count = 0; count < 100; count += 1) screen.line(`line ${count}`);
  assert.equal(writes.length, 3, 'the first of a quiet time at once');
  tick();
  assert.equal(writes.length, 4, 'the others together');
});

test('lines that were held back for a tick are printed at the close', () => {
  const { screen, terminal } = rig({ columns: 30, rows: 10 });
  screen.footer(() => ['a sum']);
  screen.line('one');
  screen.close();
  assert.deepEqual(terminal.screen(), ['one']);
});

test('a footer without lines is none', () => {
  const { screen, terminal, tick, writes } = rig({ columns: 30, rows: 10 });
  let lines: string[] = [];
  screen.footer(() => lines);
  tick();
  assert.deepEqual(writes, []);
  lines = ['a sum'];
  tick();
  assert.deepEqual(terminal.screen(), ['', 'a sum']);
  lines = [];
  tick();
  assert.deepEqual(terminal.screen(), []);
});

const nine = Array.from({ length: 9 }, (_, index) => (index === 8 ? 'the sum of all of it' : `row ${index} of the footer`));
const sizes: [title: string, columns: number, rows: number, footer: string[]][] = [
  ['all of it where there is room', 80, 24, nine],
  ['rows less two, the sum among them', 80, 8, [...nine.slice(0, 5), 'the sum of all of it']],
  ['six rows', 80, 6, [...nine.slice(0, 3), 'the sum of all of it']],
  ['the sum alone on five rows', 80, 5, ['the sum of all of it']],
  ['the sum alone on two rows', 80, 2, ['the sum of all of it']],
  ['nothing on one row', 80, 1, []],
  ['cut to 20 columns', 20, 5, ['the sum of all of i']],
  ['a terminal that does not know its size is one of 80 by 24', 0, 0, nine],
];
for (const [title, columns, rows, footer] of sizes) {
  test(`the footer shows ${title}`, () => {
    const terminal = createTerminal({ columns: columns || 80, rows: rows || 24 });
    let tick = (): void => undefined;
    const screen = openScreen({
      write: terminal.write,
      columns: () => columns,
      rows: () => rows,
      isTerminal: true,
      every: (_milliseconds, each) => {
        tick = each;
        return () => undefined;
      },
    });
    screen.footer(() => nine);
    tick();
    assert.deepEqual(terminal.screen(), footer.length > 0 ? ['', ...footer] : []);
  });
}

test('what another printed on the way is kept, and the footer comes back whole', () => {
  const { screen, terminal, tick } = rig({ columns: 30, rows: 10 });
  let sum = 'first sum';
  screen.footer(() => ['a bar', sum]);
  screen.line('one');
  tick();
  terminal.write('a warning of another\n');
  sum = 'second sum';
  tick();
  assert.deepEqual(terminal.screen(), ['one', 'a warning of another', '', 'a bar', 'second sum']);
  terminal.write('^C');
  screen.line('interrupted');
  tick();
  assert.deepEqual(terminal.screen(), ['one', 'a warning of another', 'interrupted', '', 'a bar', 'second sum']);
});

test('control characters in a footer do not reach the terminal', () => {
  const { screen, terminal, tick } = rig({ columns: 30, rows: 10 });
  screen.footer(() => ['a\x1b[2Jb\nc\td']);
  tick();
  assert.deepEqual(terminal.screen(), ['', 'a [2Jb c d']);
});

/** A line is known by its number, however much of it a terminal has cut off. */
const numbers = (rows: readonly string[]): number[] => rows.flatMap((row) => /^line (\d+)/.exec(row)?.[1] ?? []).map(Number);
const isFooter = (row: string): boolean => /^(row|sum) /.test(row);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** All, or as many of the first as there is room for above the last. */
function fitting(footer: readonly string[], terminal: FakeTerminal): readonly string[] {
  const room = terminal.rows() < 6 ? 1 : terminal.rows() - 2;
  return footer.length <= room ? footer : [...footer.slice(0, room - 1), ...footer.slice(-1)];
}

const kinds: [title: string, whenResized: WhenResized][] = [
  ['where long lines are laid out anew at another width', 'lays-out'],
  ['where another width cuts rows off', 'cuts'],
];
for (const [title, whenResized] of kinds) {
  test(`whatever happens, all lines are there in order and the footer once, at the bottom, ${title}`, () => {
    const rounds = Number(process.env['ADAP_ROUNDS'] ?? 300);
    for (let seed = 0; seed < rounds; seed += 1) {
      const random = createRandom(seed);
      const { screen, terminal, tick } = rig({ columns: 20 + random.below(60), rows: 5 + random.below(25), whenResized });
      const told: string[] = [];
      let footer: string[] = [];
      screen.footer(() => footer);
      for (let step = 0; step < 60; step += 1) {
        const what = random.below(10);
        if (what < 5) {
          told.push(`line ${told.length} ${'x'.repeat(random.below(random.chance(0.2) ? 120 : 30))}`);
          screen.line(told.at(-1)!);
        } else if (what < 7) {
          const rows = upTo(random.below(12)).map((row) => `row ${row} ${'-'.repeat(random.below(100))}`);
          footer = random.chance(0.1) ? [] : [...rows, `sum ${step}`];
        } else if (what < 9) tick();
        else resizeToHold(terminal, 20 + random.below(60), 5 + random.below(25));
        if (what < 7) continue;
        tick();
        const shown = terminal.screen();
        const expected = fitting(footer, terminal).map((row) => row.slice(0, terminal.columns() - 1).trimEnd());
        const message = JSON.stringify({ seed, step, columns: terminal.columns(), rows: terminal.rows() });
        assert.deepEqual(shown.slice(shown.length - expected.length), expected, message);
        assert.equal(terminal.printed().filter(isFooter).length, expected.length, message);
        assert.deepEqual(numbers(terminal.printed()), upTo(told.length), message);
      }
      screen.close();
      const left = terminal.printed().filter((row) => row !== '');
      if (whenResized === 'lays-out') assert.deepEqual(left, told, `seed ${seed}`);
      assert.deepEqual(numbers(left), upTo(told.length), `seed ${seed}`);
      assert.equal(left.length, told.length, `seed ${seed}`);
    }
  });
}

/** What is drawn, laid out anew, has to fit in the window: what a terminal scrolls out, nobody can call back. */
function resizeToHold(terminal: FakeTerminal, columns: number, rows: number): void {
  const drawn = terminal
    .printed()
    .filter(isFooter)
    .reduce((sum, row) => sum + Math.ceil(row.length / columns), 1);
  if (drawn < rows) terminal.resize(columns, rows);
}

test('a window made too small for its footer loses no line, and has the footer at its bottom', () => {
  for (const whenResized of ['lays-out', 'cuts'] as const) {
    const { screen, terminal, tick } = rig({ columns: 100, rows: 24, whenResized });
    screen.footer(() => [...upTo(12).map((row) => `row ${row} ${'-'.repeat(90)}`), 'sum 1']);
    for (let count = 0; count < 40; count += 1) screen.line(`line ${count}`);
    tick();
    terminal.resize(20, 5);
    tick();
    assert.deepEqual(numbers(terminal.printed()), upTo(40));
    assert.equal(terminal.screen().at(-1), 'sum 1');
    assert.equal(terminal.screen().filter(isFooter).length, 1);
  }
});
