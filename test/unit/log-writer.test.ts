import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastLines } from '../../engine/attempt/last-lines.ts';
import { openTimes } from '../../engine/attempt/log-times.ts';
import { openLog } from '../../engine/attempt/log-writer.ts';
import type { Disk } from '../../engine/disk/disk.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { createRing } from '../../engine/lib/ring.ts';
import { readLog, readTimes, timeAt } from '../../engine/records/attempt-log.ts';
import { createMemoryDisk } from '../rig/memory-disk.ts';
import { randomLines, shownOf } from '../rig/printed.ts';
import { createRandom } from '../rig/random.ts';
import { refusingDisk } from '../rig/refusing-disk.ts';
import { temporary } from '../rig/temporary.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const still = { now: () => 0 };
const memory = (): Disk => createMemoryDisk(() => 0, 1);
const fileText = (disk: Disk, path: string): string | undefined => {
  const read = disk.read(path);
  return read === undefined ? undefined : Buffer.from(read).toString();
};

/** Lines of ten bytes: `line00000\n`, `line00001\n`, … */
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `line${String(from + index).padStart(5, '0')}\n`).join('');

const small = { ...still, headBytes: 100, tailBytes: 50 };

/** Of a stream, with 100 bytes of beginning and 50 of end. */
const truth: [title: string, stream: string, live: string, tail: string | undefined, closed: string][] = [
  ['nothing', '', '', undefined, ''],
  ['a line', 'hello\n', 'hello\n', undefined, 'hello\n'],
  ['a line without its end', 'hello', 'hello', undefined, 'hello'],
  ['just as much as the beginning holds', lines(0, 10), lines(0, 10), undefined, lines(0, 10)],
  ['one byte more', `${lines(0, 10)}x`, lines(0, 10), '... 0 B left out (0 bytes from byte 100 on) ...\nx', `${lines(0, 10)}x`],
  ['as much as both hold', lines(0, 15), lines(0, 10), `... 0 B left out (0 bytes from byte 100 on) ...\n${lines(10, 15)}`, lines(0, 15)],
  [
    'one line more',
    lines(0, 16),
    lines(0, 10),
    `... 10 B left out (10 bytes from byte 100 on) ...\n${lines(11, 16)}`,
    `${lines(0, 10)}... 10 B left out (10 bytes from byte 100 on) ...\n${lines(11, 16)}`,
  ],
  [
    'one byte more, and the end begins with a line',
    `${lines(0, 16)}x`,
    lines(0, 10),
    `... 20 B left out (20 bytes from byte 100 on) ...\n${lines(12, 16)}x`,
    `${lines(0, 10)}... 20 B left out (20 bytes from byte 100 on) ...\n${lines(12, 16)}x`,
  ],
  [
    'a beginning that ends within a line',
    `>${lines(0, 20)}`,
    `>${lines(0, 9)}line00009`,
    `\n... 51 B left out (51 bytes from byte 100 on) ...\n${lines(15, 20)}`,
    `>${lines(0, 9)}line00009\n... 51 B left out (51 bytes from byte 100 on) ...\n${lines(15, 20)}`,
  ],
  [
    'an end that is nearly all of one line',
    `${lines(0, 10)}${'x'.repeat(1000)}\nlast\n`,
    lines(0, 10),
    `... 956 B left out (956 bytes from byte 100 on) ...\n${'x'.repeat(44)}\nlast\n`,
    `${lines(0, 10)}... 956 B left out (956 bytes from byte 100 on) ...\n${'x'.repeat(44)}\nlast\n`,
  ],
  [
    'an end without a line in it',
    lines(0, 10) + 'x'.repeat(1000),
    lines(0, 10),
    `... 950 B left out (950 bytes from byte 100 on) ...\n${'x'.repeat(50)}`,
    `${lines(0, 10)}... 950 B left out (950 bytes from byte 100 on) ...\n${'x'.repeat(50)}`,
  ],
  [
    'an end that begins within a character',
    `${lines(0, 10)}.${'ü'.repeat(500)}x`,
    lines(0, 10),
    `... 953 B left out (953 bytes from byte 100 on) ...\n${'ü'.repeat(24)}x`,
    `${lines(0, 10)}... 953 B left out (953 bytes from byte 100 on) ...\n${'ü'.repeat(24)}x`,
  ],
];

const realFolder = temporary();
test.after(() => realFolder[Symbol.asyncDispose]());

for (const [where, disk, folder] of [
  ['in memory', memory(), '/log'],
  ['on a real disk', nodeDisk, realFolder.path],
] as const) {
  for (const [title, stream, live, tail, closed] of truth) {
    test(`log: ${title}, ${where}`, () => {
      const place = `${folder}/${title}`;
      const log = openLog(disk, place, small);
      log.write(bytes(stream));
      log.flush();
      assert.deepEqual([fileText(disk, `${place}/log`), fileText(disk, `${place}/log.tail`)], [live, tail]);
      log.close();
      assert.deepEqual([fileText(disk, `${place}/log`), fileText(disk, `${place}/log.tail`)], [closed, undefined]);
      assert.equal(log.bytes(), bytes(stream).length);
    });
  }
}

test('log: what a command printed is on disk after a flush, or once it is 64 KiB', () => {
  const disk = memory();
  const log = openLog(disk, '/log', still);
  log.write(bytes('x'.repeat(1000)));
  assert.equal(disk.stamp('/log/log')?.size, 0);
  log.flush();
  assert.equal(disk.stamp('/log/log')?.size, 1000);
  for (let pushed = 0; pushed < 100; pushed += 1) log.write(bytes('y'.repeat(1000)));
  assert.ok((disk.stamp('/log/log')?.size ?? 0) > 1000 + 100_000 - 65_536);
});

test('log: the bytes of a piece may be reused by who wrote them', () => {
  const disk = memory();
  const log = openLog(disk, '/log', still);
  const piece = bytes('first\n');
  log.write(piece);
  piece.write('other\n');
  log.write(piece);
  log.close();
  assert.equal(fileText(disk, '/log/log'), 'first\nother\n');
});

test('log: what adap says stands on lines of its own', () => {
  const disk = memory();
  const log = openLog(disk, '/log', still);
  log.say('$ one');
  log.write(bytes('half'));
  log.say('$ two');
  log.write(bytes('whole\n'));
  log.say('$ three');
  log.close();
  assert.equal(fileText(disk, '/log/log'), '$ one\nhalf\n$ two\nwhole\n$ three\n');
});

test('log: what comes after its close is not written, and still counts', () => {
  const disk = memory();
  const log = openLog(disk, '/log', small);
  log.write(bytes(lines(0, 20)));
  log.close();
  const closed = fileText(disk, '/log/log');
  log.write(bytes(lines(20, 40)));
  log.flush();
  log.close();
  assert.deepEqual([fileText(disk, '/log/log'), disk.stamp('/log/log.tail'), log.bytes()], [closed, undefined, 400]);
});

/** How far the first line lies behind the first byte, where that costs no more than a quarter of the end. */
const lineAfter = (end: string, tailBytes: number): number => {
  const newline = end.indexOf('\n');
  return newline === -1 || newline + 1 > (tailBytes + 1) / 4 ? 0 : newline;
};

test('log: beginning, what is left out, and end make the stream, in whatever pieces it comes', () => {
  for (let seed = 1; seed <= 2000; seed += 1) {
    const random = createRandom(seed);
    const [headBytes, tailBytes] = [random.below(60), 1 + random.below(40)];
    const printed = randomLines(random, random.below(200));
    const disk = memory();
    const log = openLog(disk, '/log', { ...still, headBytes, tailBytes });
    for (let at = 0; at < printed.length;) {
      const piece = printed.slice(at, at + 1 + random.below(30));
      log.write(bytes(piece));
      at += piece.length;
      if (random.chance(0.2)) log.flush();
    }
    log.close();
    const from = Math.max(headBytes, printed.length - tailBytes);
    const end = printed.slice(from);
    const cut = headBytes + tailBytes >= printed.length ? 0 : lineAfter(printed.slice(from - 1), tailBytes);
    const leftOut = Math.max(0, printed.length - headBytes - tailBytes) + cut;
    const read = readLog(disk, '/log')!;
    assert.equal(read.leftOut, leftOut, `seed ${seed}`);
    const parts = leftOut > 0 ? [printed.slice(0, headBytes), end.slice(cut)] : [printed];
    assert.deepEqual(
      read.parts.map((part) => Buffer.from(part.bytes).toString()),
      parts,
      `seed ${seed}`,
    );
    assert.equal(read.text, fileText(disk, '/log/log'), `seed ${seed}`);
    assert.deepEqual(shownOf(printed, read.text), { to: printed.length, leftOut }, `seed ${seed}`);
    assert.deepEqual(disk.names('/log'), printed === '' ? ['log'] : ['log', 'log.times'], `seed ${seed}`);
  }
});

/** What each disk below allows: whatever it refuses, what it has is a part of the stream, and says from where. */
const disks: [title: string, isFull: (random: number) => (write: number) => boolean][] = [
  ['every n-th write', (n) => (write) => write % n === 0],
  ['only the n-th write', (n) => (write) => write === n],
  ['all from the n-th write on', (n) => (write) => write >= n],
  ['all up to the n-th write', (n) => (write) => write <= n],
];
for (const [title, isFull] of disks) {
  for (const refusal of ['none-written', 'half-written'] as const) {
    test(`log: a disk that refuses ${title} (${refusal}) stops nobody, and holds nothing wrong`, () => {
      let ends = 0;
      let rounds = 0;
      for (let n = 1; n <= 40; n += 1) {
        for (let seed = 1; seed <= 25; seed += 1) {
          const random = createRandom(seed);
          const printed = randomLines(random, random.below(400));
          const disk = refusingDisk(memory(), isFull(n), refusal);
          const log = openLog(disk, '/log', { now: () => rounds, headBytes: 100, tailBytes: 60 });
          for (let at = 0; at < printed.length; at += 20) {
            log.write(bytes(printed.slice(at, at + 20)));
            if (random.chance(0.5)) log.flush();
            const live = readLog(disk, '/log');
            if (live !== undefined) shownOf(printed, live.text);
          }
          log.close();
          assert.equal(log.bytes(), printed.length);
          const read = readLog(disk, '/log');
          const shown = shownOf(printed, read?.text ?? '');
          assert.equal(shown.leftOut, read?.leftOut ?? 0);
          rounds += 1;
          if (shown.to === printed.length) ends += 1;
        }
      }
      console.log(`${title}, ${refusal}: ${rounds} logs, ${ends} with their end on disk`);
    });
  }
}

test('log: a disk that is full for a while costs what does not fit into memory meanwhile', () => {
  const disk = memory();
  let isFull = false;
  const log = openLog(
    refusingDisk(disk, () => isFull, 'half-written'),
    '/log',
    small,
  );
  log.write(bytes(lines(0, 3)));
  log.flush();
  isFull = true;
  log.write(bytes(lines(3, 4)));
  log.flush();
  isFull = false;
  log.write(bytes(lines(4, 8)));
  log.close();
  assert.equal(fileText(disk, '/log/log'), lines(0, 8));
});

test('log: closed on a full disk, it can be closed again once there is room', () => {
  const disk = memory();
  let isFull = false;
  const log = openLog(
    refusingDisk(disk, () => isFull, 'none-written'),
    '/log',
    small,
  );
  log.write(bytes(lines(0, 30)));
  isFull = true;
  log.close();
  assert.equal(readLog(disk, '/log')?.text, lines(0, 10));
  isFull = false;
  for (let again = 0; again < 2; again += 1) {
    log.close();
    assert.equal(fileText(disk, '/log/log'), `${lines(0, 10)}... 150 B left out (150 bytes from byte 100 on) ...\n${lines(25, 30)}`);
    assert.equal(disk.stamp('/log/log.tail'), undefined);
  }
});

test('times: a byte was printed at most 250 ms after its time', () => {
  const disk = memory();
  const random = createRandom(7);
  let now = 1_000_000;
  const log = openLog(disk, '/log', { now: () => now, headBytes: 1000, tailBytes: 1000 });
  const printed: [offset: number, ms: number][] = [];
  for (let piece = 0; piece < 5000; piece += 1) {
    printed.push([log.bytes(), now - 1_000_000]);
    log.write(bytes('x'.repeat(1 + random.below(50))));
    now += random.chance(0.01) ? random.below(60_000) : random.below(100);
    if (random.chance(0.1)) log.flush();
  }
  log.close();
  const times = readTimes(disk, '/log');
  assert.ok(times.length < 5000 / 2, String(times.length));
  for (const [offset, ms] of printed) {
    const at = timeAt(times, offset)!;
    assert.ok(at <= ms && ms - at < 250, `byte ${offset}: ${at}, was ${ms}`);
  }
});

test('times: before any, there is none', () => assert.equal(timeAt(readTimes(memory(), '/log'), 0), undefined));

test('times: a clock that is set back stands still', () => {
  const disk = memory();
  let now = 5000;
  const times = openTimes(disk, '/log.times', { now: () => now });
  for (const [offset, at] of [
    [0, 5000],
    [1, 6000],
    [2, 1000],
    [3, 1300],
    [4, 2000],
  ] as const) {
    now = at;
    times.note(offset);
  }
  times.flush();
  assert.equal(fileText(disk, '/log.times'), '0 0\n1 1000\n3 1300\n4 2000\n');
});

test('times: of a long attempt every second one is given up, again and again', () => {
  const disk = memory();
  let now = 0;
  const times = openTimes(disk, '/log/log.times', { now: () => now, most: 100 });
  disk.makeFolder('/log');
  for (; now < 10_000_000; now += 100) {
    times.note(now);
    if (now % 1000 === 0) times.flush();
    if (now % 100_000 === 0) assert.ok((fileText(disk, '/log/log.times') ?? '').split('\n').length <= 101);
  }
  const read = readTimes(disk, '/log');
  assert.ok(read.length > 40 && read.length <= 100, String(read.length));
  assert.ok(read.every(({ offset, ms }) => offset === ms));
  const steps = read.slice(1).map(({ ms }, index) => ms - read[index]!.ms);
  assert.ok(Math.max(...steps) <= 2 * Math.min(...steps) + 100, JSON.stringify([Math.min(...steps), Math.max(...steps)]));
});

test('times: what a full disk refused comes later, once and in whole lines', () => {
  for (const most of [20, 1000]) {
    for (const refusal of ['none-written', 'half-written'] as const) {
      for (let n = 1; n < 30; n += 1) {
        const disk = memory();
        disk.makeFolder('/log');
        let now = 0;
        const refusing = refusingDisk(disk, (write) => write % 5 === n % 5 || write === n, refusal);
        const times = openTimes(refusing, '/log/log.times', { now: () => now, most });
        for (; now < 12_000; now += 300) {
          times.note(now);
          if (now % 900 === 0) times.flush();
        }
        for (let end = 0; end < 3; end += 1) times.flush();
        const read = readTimes(disk, '/log');
        const steps = read.map(({ ms }, index) => ms - (read[index - 1]?.ms ?? 0));
        assert.ok(
          read.every(({ offset, ms }) => offset === ms),
          JSON.stringify(read),
        );
        if (most === 1000) assert.deepEqual(steps, [0, ...Array.from({ length: 39 }, () => 300)]);
        else assert.ok(read.length <= most && steps.slice(1).every((step) => step > 0), JSON.stringify(read));
      }
    }
  }
});

const shown: [title: string, printed: string, count: number, lines: string[]][] = [
  ['nothing', '', 5, []],
  ['fewer than asked for', 'a\nb\n', 5, ['a', 'b']],
  ['more than asked for', 'a\nb\nc\nd\n', 2, ['c', 'd']],
  ['none asked for', 'a\nb\n', 0, []],
  ['a last line without its end', 'a\nb', 5, ['a', 'b']],
  ['empty lines within, none behind', 'a\n\nb\n\n\n', 5, ['a', '', 'b']],
  ['a line of colours alone behind', 'a\n\x1b[0m\n', 5, ['a']],
  ['colours', '\x1b[1;31m[ERROR]\x1b[0m \x1b[38;5;208mno\x1b[m\n', 5, ['[ERROR] no']],
  ['a title, and a link', '\x1b]0;title\x07a \x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\\n', 5, ['a b']],
  ['tput sgr0', 'a\x1b(B\x1b[m\n', 5, ['a']],
  ['a progress bar', '10%\r20%\r100%\n', 5, ['100%']],
  ['a progress bar that ends in its \\r', '10%\r20%\r', 5, ['20%']],
  ['a progress bar in colours', '\r\x1b[32m 1/3\x1b[0m\r\x1b[32m 3/3\x1b[0m\ndone\n', 5, [' 3/3', 'done']],
  ['lines of Windows', 'a\r\nb\r\n', 5, ['a', 'b']],
  ['600 characters', `${'x'.repeat(600)}\n`, 5, ['x'.repeat(500)]],
  ['600 characters of two units each', `${'😀'.repeat(600)}\n`, 5, ['😀'.repeat(500)]],
  ['600 characters behind a bar', `${'y'.repeat(600)}\r${'x'.repeat(10)}\n`, 5, ['x'.repeat(10)]],
];
for (const [title, printed, count, expected] of shown) {
  test(`last lines: ${title}`, () => assert.deepEqual(lastLines(printed, count), expected));
}

test('last lines: of a log that was never flushed, in pieces of one byte', () => {
  const log = openLog(memory(), '/log', still);
  for (const byte of bytes('grüße\n€uro 😀\n')) log.write(Uint8Array.of(byte));
  assert.deepEqual(log.lastLines(20), ['grüße', '€uro 😀']);
});

test('last lines: those of a long log begin where a line begins', () => {
  const log = openLog(memory(), '/log', small);
  log.write(bytes(lines(0, 1000)));
  assert.deepEqual(log.lastLines(2), ['line00998', 'line00999']);
  assert.deepEqual(log.lastLines(20), ['line00995', 'line00996', 'line00997', 'line00998', 'line00999']);
});

test('last lines: of one endless line, its end', () => {
  const log = openLog(memory(), '/log', small);
  log.write(bytes(`.${'ü'.repeat(500)}x`));
  assert.deepEqual(log.lastLines(20), [`${'ü'.repeat(24)}x`]);
});

test('ring: it keeps the end, whatever the pieces', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = createRandom(seed);
    const capacity = 1 + random.below(20);
    const ring = createRing(capacity);
    let all = '';
    for (let piece = 0; piece < 30; piece += 1) {
      const more = randomLines(random, random.below(45));
      ring.push(bytes(more));
      all += more;
      assert.equal(ring.part(ring.start(), ring.end()).toString(), all.slice(-capacity));
      const from = ring.start() + random.below(ring.end() - ring.start() + 1);
      assert.equal(ring.part(from, ring.end()).toString(), all.slice(from));
    }
  }
});

test('log: a gigabyte takes the time of copying it, and no memory', async () => {
  await using folder = temporary();
  const piece = bytes(lines(0, 6553));
  const log = openLog(nodeDisk, folder.path, { now: Date.now });
  for (let warm = 0; warm < 200; warm += 1) log.write(piece);
  log.flush();
  const before = process.memoryUsage().rss;
  const began = process.hrtime.bigint();
  let flushes = 0;
  while (log.bytes() < 2 ** 30) {
    log.write(piece);
    if (log.bytes() > flushes * 2 ** 26) {
      log.flush();
      flushes += 1;
    }
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const grown = process.memoryUsage().rss - before;
  log.close();
  console.log(
    `1 GiB in pieces of 64 kB, ${flushes} flushes: ${(2 ** 30 / 1e9 / seconds).toFixed(1)} GB/s, ${(grown / 1e6).toFixed(0)} MB more memory`,
  );
  assert.ok(grown < 64 * 2 ** 20, String(grown));
  const read = readLog(nodeDisk, folder.path)!;
  assert.equal(read.parts.reduce((sum, part) => sum + part.bytes.length, 0) + read.leftOut, log.bytes());
  assert.ok((nodeDisk.stamp(`${folder.path}/log`)?.size ?? 0) < 5.1 * 2 ** 20);
  assert.match(read.text, /\n\.\.\. 1\.07 GB left out \(\d+ bytes from byte 4194304 on\) \.\.\.\nline\d{5}\n/);
});
