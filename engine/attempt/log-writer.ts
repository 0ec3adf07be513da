/**
 * Writes what an attempt prints, however much it is: the beginning into `log`; once that is full, the end, which is kept in
 * memory, whole into `log.tail` at each flush. At its close that file is put behind the first (see `records/log-joint.ts`).
 */
import type { Disk } from '../disk/disk.ts';
import { createRing } from '../lib/ring.ts';
import { text } from '../lib/text.ts';
import { leftOutLine, logPath, tailPath, timesPath } from '../records/log-joint.ts';
import { lastLines } from './last-lines.ts';
import { openTimes } from './log-times.ts';

export type LogWriter = {
  /** Bytes that a command printed, in any pieces. Never throws: what the disk refuses is left out. */
  write(bytes: Uint8Array): void;
  /** A line of adap's own, e.g. `$ tar -xf a.tar` before a command; begins a new line where needed. */
  say(line: string): void;
  /** Brings what is only in memory to the disk: call it about once a second. */
  flush(): void;
  /**
   * Joins beginning and end into one file. The last call: what comes later is not written any more. Where the disk has no room
   * for the end, it may be called again once there is some.
   */
  close(): void;
  /** For evidence: without colours, of overwritten lines only the last state, each cut to 500 characters. */
  lastLines(count: number): readonly string[];
  /** How many bytes came in all. */
  bytes(): number;
};

type Options = {
  /** Ms since any time. */
  readonly now: () => number;
  readonly headBytes?: number;
  readonly tailBytes?: number;
};

/** A chatty recipe does not cost a system call a line. */
const UNWRITTEN = 64 * 1024;
const NEWLINE = 10;

export function openLog(disk: Disk, folder: string, { now, headBytes = 4 * 2 ** 20, tailBytes = 2 ** 20 }: Options): LogWriter {
  // One byte more, which tells whether the end begins with a line.
  const ring = createRing(tailBytes + 1);
  const times = openTimes(disk, timesPath(folder), { now });
  /** So much of the beginning may be in memory only; it is not overwritten there before. */
  const unwritten = Math.min(UNWRITTEN, tailBytes);
  const log = logPath(folder);
  /** So much of the stream is in `log`; so much will be, or less, once the disk refused some of it: the rest is then of the end. */
  let head = 0;
  let headEnd = headBytes;
  let beforeJoint = '';
  /** Where the stream ended when `log.tail` was written. */
  let tailed = 0;
  let isClosed = false;
  accepts(() => disk.write(log, ''));

  const writeHead = (): void => {
    const end = Math.min(ring.end(), headEnd);
    if (end === head || isClosed) return;
    const bytes = ring.part(head, end);
    const isWhole = accepts(() => disk.append(log, bytes));
    const there = isWhole ? bytes.length : writtenOf(bytes.length);
    if (there > 0) beforeJoint = bytes[there - 1] === NEWLINE ? '' : '\n';
    head += there;
    if (!isWhole) headEnd = head;
  };

  /** Of bytes that were refused, some may have been written. */
  const writtenOf = (bytes: number): number => {
    let size = 0;
    accepts(() => void (size = disk.stamp(log)?.size ?? 0));
    return Math.min(Math.max(0, size - head), bytes);
  };

  /** Where the last `tailBytes` begin, from the beginning of a line on. */
  const endFrom = (): number => {
    const from = ring.end() - tailBytes;
    return from <= 0 ? 0 : from - 1 + firstWhole(ring.part(from - 1, ring.end()));
  };

  /** What `log.tail` is to hold: the line about what is left out, and the end. */
  const tail = (): { readonly leftOut: number; readonly joint: Buffer; readonly bytes: Buffer } => {
    const from = ring.end() - tailBytes <= head ? head : endFrom();
    const leftOut = from - head;
    return { leftOut, joint: Buffer.from(beforeJoint + leftOutLine(leftOut, head)), bytes: ring.part(from, ring.end()) };
  };

  const writer: LogWriter = {
    write(bytes) {
      if (bytes.length > 0) times.note(ring.end());
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, ring.end() < headEnd ? at + Math.min(unwritten, headEnd - ring.end()) : bytes.length);
        if (head < headEnd && ring.end() + piece.length - head > unwritten) writeHead();
        ring.push(piece);
        at += piece.length;
      }
    },
    say(line) {
      const end = ring.end();
      const isBegun = end > 0 && ring.part(end - 1, end)[0] !== NEWLINE;
      writer.write(Buffer.from(`${isBegun ? '\n' : ''}${line}\n`));
    },
    flush() {
      if (isClosed) return;
      writeHead();
      times.flush();
      if (ring.end() === head || ring.end() === tailed) return;
      const { joint, bytes } = tail();
      if (accepts(() => disk.writeWhole(tailPath(folder), Buffer.concat([joint, bytes])))) tailed = ring.end();
    },
    close() {
      writer.flush();
      const isOnDisk = ring.end() === head || ring.end() === tailed;
      if (isClosed || !isOnDisk) return;
      isClosed = true;
      if (ring.end() === head) return;
      const { leftOut, joint, bytes } = tail();
      // Where only a piece of it was put behind `log`, readers take it from `log.tail`, which stays.
      const isJoined = accepts(() => disk.append(log, leftOut === 0 ? bytes : Buffer.concat([joint, bytes])));
      if (isJoined) accepts(() => disk.remove(tailPath(folder)));
    },
    lastLines: (count) => lastLines(text(ring.part(endFrom(), ring.end())), count),
    bytes: ring.end,
  };
  return writer;
}

/**
 * Behind the first byte: where the first line begins. Where that costs more than a quarter, as the line that is cut is so long:
 * its first whole character.
 */
function firstWhole(bytes: Uint8Array): number {
  const line = bytes.indexOf(NEWLINE) + 1;
  if (line > 0 && line <= bytes.length / 4) return line;
  const character = bytes.findIndex((byte, index) => index > 0 && (byte & 0xc0) !== 0x80);
  return Math.max(1, character);
}

function accepts(write: () => void): boolean {
  try {
    write();
    return true;
  } catch {
    return false;
  }
}
