import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { openLog } from '../../engine/attempt/log-writer.ts';
import type { Disk } from '../../engine/disk/disk.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { followLog, readLog } from '../../engine/records/attempt-log.ts';
import { leftOutLine } from '../../engine/records/log-joint.ts';
import { printedInto } from '../rig/log-printer.ts';
import { createMemoryDisk } from '../rig/memory-disk.ts';
import { randomLines, shownOf } from '../rig/printed.ts';
import { createRandom } from '../rig/random.ts';
import { refusingDisk } from '../rig/refusing-disk.ts';
import { temporary } from '../rig/temporary.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const still = { now: () => 0 };
const small = { ...still, headBytes: 100, tailBytes: 50 };
const memory = (): Disk => createMemoryDisk(() => 0, 1);
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `line${String(from + index).padStart(5, '0')}\n`).join('');

/** All 300 bytes were printed; 150 of them are kept. */
const joint = leftOutLine(150, 100);
const [head, tail] = [lines(0, 10), lines(25, 30)];

const truth: [title: string, files: Record<string, string>, text: string | undefined, leftOut: number][] = [
  ['no log', {}, undefined, 0],
  ['an empty log', { log: '' }, '', 0],
  ['one that grows', { log: lines(0, 3) }, lines(0, 3), 0],
  ['beginning and end', { log: head, 'log.tail': joint + tail }, head + joint + tail, 150],
  ['beginning and end, with nothing between', { log: head, 'log.tail': leftOutLine(0, 100) + lines(10, 12) }, lines(0, 12), 0],
  ['closed', { log: head + joint + tail }, head + joint + tail, 150],
  ['killed while it was closed, within the line', { log: head + joint.slice(0, 20), 'log.tail': joint + tail }, head + joint + tail, 150],
  ['killed while it was closed, within the end', { log: head + joint + 'line0', 'log.tail': joint + tail }, head + joint + tail, 150],
  ['killed when it was as good as closed', { log: head + joint + tail, 'log.tail': joint + tail }, head + joint + tail, 150],
  ['no beginning: the disk was full', { 'log.tail': leftOutLine(250, 0) + tail }, leftOutLine(250, 0) + tail, 250],
  ['a beginning that ends within a line', { log: 'half', 'log.tail': `\n${leftOutLine(9, 4)}end\n` }, `half\n${leftOutLine(9, 4)}end\n`, 9],
  ['the same, closed', { log: `half\n${leftOutLine(9, 4)}end\n` }, `half\n${leftOutLine(9, 4)}end\n`, 9],
  ['a recipe that prints such a line', { log: lines(0, 3) + joint + lines(3, 6) }, lines(0, 3) + joint + lines(3, 6), 0],
  ['one that prints it where the end is', { log: head, 'log.tail': joint + joint + tail }, head + joint + joint + tail, 150],
];

for (const [title, files, text, leftOut] of truth) {
  test(`read log: ${title}`, () => {
    const disk = memory();
    for (const [name, content] of Object.entries(files)) disk.write(`/log/${name}`, content);
    const read = readLog(disk, '/log');
    assert.deepEqual([read?.text, read?.leftOut ?? 0], [text, leftOut]);
    assert.equal(followLog(disk, '/log').next(), text ?? '');
  });
}

test('read log: each part says where in all that was printed it begins', () => {
  const disk = memory();
  disk.write('/log/log', head + joint + tail);
  const parts = readLog(disk, '/log')?.parts.map((part) => [part.offset, Buffer.from(part.bytes).toString()]);
  assert.deepEqual(parts, [
    [0, head],
    [250, tail],
  ]);
});

test('follow: what is new, each time; across the joint; and nothing at the end', () => {
  const disk = memory();
  const log = openLog(disk, '/log', small);
  const follower = followLog(disk, '/log');
  const print = (from: number, to: number): string => {
    log.write(bytes(lines(from, to)));
    log.flush();
    return follower.next();
  };
  assert.equal(follower.next(), '');
  assert.equal(print(0, 3), lines(0, 3));
  assert.equal(print(3, 12), lines(3, 12));
  assert.equal(follower.next(), '');
  assert.equal(print(12, 15), lines(12, 15));
  assert.equal(print(15, 30), `${leftOutLine(100, 150)}${lines(25, 30)}`);
  assert.equal(print(30, 32), lines(30, 32));
  log.write(bytes(lines(32, 33)));
  log.close();
  assert.equal(follower.next(), lines(32, 33));
  assert.equal(follower.next(), '');
});

test('follow: a log of which the beginning was there before', () => {
  const disk = memory();
  const log = openLog(disk, '/log', small);
  log.write(bytes(lines(0, 50)));
  log.flush();
  const follower = followLog(disk, '/log');
  assert.equal(follower.next(), `${head}${leftOutLine(350, 100)}${lines(45, 50)}`);
  log.close();
  assert.equal(follower.next(), '');
});

test('follow: a log that is moved when it is closed', async () => {
  await using folder = temporary();
  const log = openLog(nodeDisk, `${folder.path}/now`, small);
  const follower = followLog(nodeDisk, `${folder.path}/now`);
  log.write(bytes(lines(0, 12)));
  log.flush();
  assert.equal(follower.next(), lines(0, 12));
  log.write(bytes(lines(12, 30)));
  log.close();
  renameSync(`${folder.path}/now`, `${folder.path}/kept`);
  assert.equal(follower.next(), '');
  assert.equal(follower.next(`${folder.path}/kept`), `${leftOutLine(130, 120)}${lines(25, 30)}`);
  assert.equal(follower.next(), '');
});

test('follow: another attempt in the same place is shown from its beginning', () => {
  const disk = memory();
  const follower = followLog(disk, '/log');
  const first = openLog(disk, '/log', small);
  first.write(bytes(`${lines(0, 20)}half`));
  first.close();
  follower.next();
  disk.remove('/log');
  const second = openLog(disk, '/log', small);
  second.write(bytes(lines(7, 9)));
  second.flush();
  assert.equal(follower.next(), `\n${lines(7, 9)}`);
});

test('follow: a character that is cut between two pieces comes out whole', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = createRandom(seed);
    const text = Array.from({ length: 80 }, () => random.pick(['a', 'ü', '€', '😀', '\ufeff', '\n'])).join('');
    const printed = bytes(text);
    const disk = memory();
    // The beginning ends anywhere, also within a character; the end holds all the rest.
    const log = openLog(disk, '/log', { ...still, headBytes: random.below(printed.length), tailBytes: printed.length });
    const follower = followLog(disk, '/log');
    let shown = '';
    for (let at = 0; at < printed.length;) {
      const piece = printed.subarray(at, at + 1 + random.below(3));
      log.write(piece);
      at += piece.length;
      log.flush();
      shown += follower.next();
    }
    log.close();
    shown += follower.next();
    assert.equal(shown, text, `seed ${seed}`);
    assert.equal(readLog(disk, '/log')?.text, text, `seed ${seed}`);
    assert.equal(log.lastLines(1000).join('\n'), text.replace(/\n+$/, ''), `seed ${seed}`);
  }
});

type Shown = { readonly at: number; readonly end: number; readonly headBytes: number; readonly tailBytes: number };

/** What is shown of a stream that has come as far as `end`, to who has seen it as far as `at`. */
function expected(printed: string, { at, end, headBytes, tailBytes }: Shown): string {
  const seen = Math.max(at, headBytes);
  const start = end - tailBytes;
  const newline = printed.slice(start - 1, end).indexOf('\n');
  const from = start <= headBytes ? headBytes : newline === -1 || newline + 1 > (tailBytes + 1) / 4 ? start : start + newline;
  if (end <= headBytes || from <= seen) return printed.slice(at, end);
  const begun = seen > 0 && printed[seen - 1] !== '\n' ? '\n' : '';
  return printed.slice(at, seen) + begun + leftOutLine(from - seen, seen) + printed.slice(from, end);
}

test('follow: after each flush it shows just what is new, or what is left out before it', () => {
  let gaps = 0;
  for (let seed = 1; seed <= 2000; seed += 1) {
    const random = createRandom(seed);
    const [headBytes, tailBytes] = [random.below(60), 1 + random.below(60)];
    const printed = randomLines(random, random.below(300));
    const disk = memory();
    const log = openLog(disk, '/log', { ...still, headBytes, tailBytes });
    const follower = followLog(disk, '/log');
    for (let seen = 0, at = 0; at < printed.length;) {
      const piece = printed.slice(at, at + 1 + random.below(40));
      log.write(bytes(piece));
      at += piece.length;
      if (at < printed.length && random.chance(0.3)) continue;
      if (at < printed.length) log.flush();
      else log.close();
      const says = expected(printed, { at: seen, end: at, headBytes, tailBytes });
      if (says.includes('...')) gaps += 1;
      assert.equal(follower.next(), says, `seed ${seed}, at ${at}`);
      seen = at;
    }
  }
  console.log(`2000 logs followed, ${gaps} gaps told`);
  assert.ok(gaps > 1000);
});

for (const where of ['memory', 'a real disk'] as const) {
  test(`follow: whenever who writes and who reads come to act, all is shown once, or told as left out (${where})`, async () => {
    await using folder = temporary();
    const rounds = where === 'memory' ? 3000 : 200;
    let gaps = 0;
    for (let seed = 1; seed <= rounds; seed += 1) {
      const random = createRandom(seed);
      const printed = randomLines(random, random.below(400));
      const [disk, place] = where === 'memory' ? [memory(), '/log'] : [nodeDisk, `${folder.path}/${seed}`];
      const follower = followLog(disk, place);
      let shown = follower.next();
      const log = openLog(disk, place, { ...still, headBytes: random.below(120), tailBytes: 1 + random.below(80) });
      for (let at = 0; at < printed.length;) {
        const piece = printed.slice(at, at + 1 + random.below(50));
        log.write(bytes(piece));
        at += piece.length;
        if (random.chance(0.4)) log.flush();
        if (random.chance(0.4)) shown += follower.next();
      }
      log.close();
      shown += follower.next();
      const all = shownOf(printed, shown);
      assert.equal(all.to, printed.length, `seed ${seed}`);
      if (all.leftOut > 0) gaps += 1;
      assert.equal(follower.next(), '', `seed ${seed}`);
    }
    console.log(`${where}: ${rounds} logs followed, ${gaps} of them with gaps`);
  });
}

test('follow: between any two steps of who writes, also those within a close, on a disk that may refuse them', () => {
  let looks = 0;
  for (let seed = 1; seed <= 600; seed += 1) {
    const random = createRandom(seed);
    const printed = randomLines(random, random.below(300));
    const beneath = memory();
    const follower = followLog(beneath, '/log');
    const every = random.pick([3, 5, 7, Infinity]);
    const refusing = refusingDisk(beneath, (write) => write % every === 0, random.pick(['none-written', 'half-written']));
    let shown = '';
    const look = (): void => {
      if (random.chance(0.5)) return;
      looks += 1;
      shown += follower.next();
    };
    const watched =
      <Arguments extends unknown[]>(act: (...given: Arguments) => void) =>
      (...given: Arguments): void => {
        look();
        act(...given);
        look();
      };
    const disk: Disk = {
      ...refusing,
      append: watched((path: string, more: Uint8Array) => {
        // A piece of it is there before all of it is.
        if (every !== Infinity) return refusing.append(path, more);
        refusing.append(path, more.subarray(0, more.length >> 1));
        look();
        refusing.append(path, more.subarray(more.length >> 1));
      }),
      writeWhole: watched(refusing.writeWhole),
      remove: watched(refusing.remove),
    };
    const log = openLog(disk, '/log', { ...still, headBytes: random.below(100), tailBytes: 1 + random.below(80) });
    for (let at = 0; at < printed.length; at += 15) {
      log.write(bytes(printed.slice(at, at + 15)));
      if (random.chance(0.5)) log.flush();
    }
    log.close();
    shown += follower.next();
    const { to } = shownOf(printed, shown);
    if (every === Infinity) assert.equal(to, printed.length, `seed ${seed}`);
    assert.equal(follower.next(), '', `seed ${seed}`);
  }
  console.log(`600 logs, looked at ${looks} times`);
});

test('follow, read log: also where a log goes on between any two looks at its files', () => {
  let [closedWithin, gaps] = [0, 0];
  for (let seed = 1; seed <= 4000; seed += 1) {
    const random = createRandom(seed);
    const printed = randomLines(random, random.below(300));
    const disk = memory();
    const steps: (() => void)[] = [];
    const later: Disk = {
      ...disk,
      write: (path, all) => void steps.push(() => disk.write(path, all)),
      // A piece of it is there before all of it is.
      append: (path, more) =>
        void steps.push(
          () => disk.append(path, more.subarray(0, more.length >> 1)),
          () => disk.append(path, more.subarray(more.length >> 1)),
        ),
      writeWhole: (path, all) => void steps.push(() => disk.writeWhole(path, all)),
      remove: (path) => void steps.push(() => disk.remove(path)),
    };
    const log = openLog(later, '/log', { ...still, headBytes: random.below(100), tailBytes: 1 + random.below(80) });
    for (let at = 0; at < printed.length; at += 25) {
      log.write(bytes(printed.slice(at, at + 25)));
      if (random.chance(0.5)) log.flush();
    }
    log.close();
    const pause = 1 + random.below(8);
    const goOn = (): void => {
      for (let some = random.below(10) - pause; some > 0; some -= 1) steps.shift()?.();
    };
    const between =
      <Arguments extends unknown[], Result>(look: (...given: Arguments) => Result) =>
      (...given: Arguments): Result => {
        goOn();
        return look(...given);
      };
    const moving: Disk = { ...disk, read: between(disk.read), stamp: between(disk.stamp), readPart: between(disk.readPart) };
    const follower = followLog(moving, '/log');
    let shown = '';
    while (steps.length > 0) {
      const before = steps.length;
      if (random.chance(0.5)) shown += follower.next();
      else shownOf(printed, readLog(moving, '/log')?.text ?? '');
      if (before > 4 && steps.length === 0) closedWithin += 1;
    }
    shown += follower.next();
    const all = shownOf(printed, shown);
    assert.equal(all.to, printed.length, `seed ${seed}`);
    if (all.leftOut > 0) gaps += 1;
  }
  console.log(`4000 logs, ${gaps} with gaps, ${closedWithin} closed within one look`);
});

test('follow: while another thread writes', async () => {
  await using folder = temporary();
  const worker = new Worker(new URL('../rig/log-printer.ts', import.meta.url), { workerData: { folder: folder.path, logs: LOGS } });
  const failed = new Promise<never>((_, fail) => worker.on('error', fail));
  let [looks, gaps] = [0, 0];
  const follow = async (): Promise<void> => {
    for (let seed = 1; seed <= LOGS; seed += 1) {
      const place = `${folder.path}/${seed}`;
      const follower = followLog(nodeDisk, place);
      const printed = printedInto(seed);
      const shown: string[] = [];
      for (let isClosed = false; !isClosed; looks += 1) {
        await new Promise<void>((done) => void setImmediate(done));
        isClosed = nodeDisk.stamp(`${place}/closed`) !== undefined;
        shown.push(follower.next());
        shownOf(printed, readLog(nodeDisk, place)?.text ?? '');
      }
      const all = shownOf(printed, shown.join(''));
      assert.equal(all.to, printed.length, `seed ${seed}`);
      if (all.leftOut > 0) gaps += 1;
    }
  };
  await Promise.race([follow(), failed]);
  await worker.terminate();
  console.log(`${LOGS} logs, looked at ${looks} times while they were written, ${gaps} of them with gaps`);
});

const LOGS = 60;
