/** What an attempt printed, as far as it is on disk: whole, as it grows, and when. Written by `attempt/log-writer.ts`. */
import type { Disk } from '../disk/disk.ts';
import { codeOf } from '../disk/node-disk.ts';
import { text } from '../lib/text.ts';
import { jointAtTop, jointIn, leftOutLine, logPath, tailPath, timesPath } from './log-joint.ts';

/** Bytes that were printed one after the other; `offset` counts all that were printed before them. */
export type LogPart = { readonly offset: number; readonly bytes: Uint8Array };

export type Log = {
  /** Its parts, with a line about what is left out between them. */
  readonly text: string;
  /** Bytes that were printed and are not kept. */
  readonly leftOut: number;
  readonly parts: readonly LogPart[];
};

/** The whole log; of a live attempt as of now. */
export function readLog(disk: Disk, folder: string): Log | undefined {
  const { parts } = partsOf(disk, folder, 0) ?? {};
  if (parts === undefined) return undefined;
  let leftOut = 0;
  let at = 0;
  const shown: Uint8Array[] = [];
  for (const { offset, bytes } of parts) {
    if (offset > at) {
      leftOut += offset - at;
      const before = shown.at(-1)?.at(-1);
      shown.push(Buffer.from(`${before === undefined || before === NEWLINE ? '' : '\n'}${leftOutLine(offset - at, at)}`));
    }
    shown.push(bytes);
    at = offset + bytes.length;
  }
  return { text: text(Buffer.concat(shown)), leftOut, parts };
}

export type LogFollower = {
  /** What was printed since the last call, with a line where some of it is not kept. `movedTo`: the folder where the log lies now. */
  next(movedTo?: string): string;
};

export function followLog(disk: Disk, folder: string): LogFollower {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let place = folder;
  let at = 0;
  /** Where `log` ends, and is followed by `log.tail`; not known before that was seen. */
  let headEnd = Infinity;
  let last = '\n';
  const next = (movedTo = place): string => {
    place = movedTo;
    const found = partsOf(disk, place, Math.min(at, headEnd));
    if (found === undefined) return '';
    if (found.isShorter) {
      // Another attempt has begun in the same place.
      [at, headEnd] = [0, Infinity];
      return line(decoder.decode()) + next();
    }
    headEnd = found.headEnd ?? headEnd;
    let said = '';
    for (const { offset, bytes } of found.parts) {
      if (offset + bytes.length <= at) continue;
      if (offset > at) {
        said += line(decoder.decode()) + leftOutLine(offset - at, at);
        at = offset;
      }
      said += decoder.decode(bytes.subarray(at - offset), { stream: true });
      last = said.at(-1) ?? last;
      at = offset + bytes.length;
    }
    return said;
  };
  /** Ends the line that was begun. */
  const line = (rest: string): string => {
    const isOpen = rest !== '' || last !== '\n';
    last = '\n';
    return isOpen ? `${rest}\n` : '';
  };
  return { next };
}

const NEWLINE = 10;

type Found = {
  readonly parts: readonly LogPart[];
  readonly headEnd?: number;
  /** There is less than was asked for: it is not the log that it was. */
  readonly isShorter?: true;
};

/** The parts of a log from byte `from` of the file `log` on, which lies in its beginning. */
function partsOf(disk: Disk, folder: string, from: number): Found | undefined {
  for (;;) {
    const tail = disk.read(tailPath(folder));
    const size = disk.stamp(logPath(folder))?.size;
    if (size === undefined && tail === undefined) return undefined;
    if ((size ?? 0) < from) return { parts: [], isShorter: true };
    const log = size === undefined || size === from ? new Uint8Array() : partOf(disk, logPath(folder), { from, bytes: size - from });
    if (log === undefined) return undefined;
    const joint = tail === undefined ? undefined : jointAtTop(tail);
    // What lies behind the beginning while there is a `log.tail` is that file, or a piece of it: the log is being closed.
    if (tail !== undefined && joint !== undefined)
      return {
        parts: [
          { offset: from, bytes: log.subarray(0, joint.headEnd - from) },
          { offset: joint.tailStart, bytes: tail.subarray(joint.to) },
        ],
        headEnd: joint.headEnd,
      };
    // No `log.tail` before and after, and no growth meanwhile: this is no log that is just being closed.
    const isStill = disk.stamp(tailPath(folder)) === undefined && disk.stamp(logPath(folder))?.size === size;
    if (isStill || tail !== undefined) return split({ offset: from, bytes: log });
  }
}

function split(log: LogPart): Found {
  const joint = jointIn(log.bytes, log.offset);
  if (joint === undefined) return { parts: [log] };
  return {
    parts: [
      { offset: log.offset, bytes: log.bytes.subarray(0, joint.from) },
      { offset: joint.tailStart, bytes: log.bytes.subarray(joint.to) },
    ],
    headEnd: joint.headEnd,
  };
}

/** Undefined where the file was moved away since it was looked at. */
function partOf(disk: Disk, path: string, { from, bytes }: { readonly from: number; readonly bytes: number }): Uint8Array | undefined {
  try {
    return disk.readPart(path, from, bytes);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** From early to late. */
export type LogTimes = readonly { readonly offset: number; readonly ms: number }[];

/** When what was printed: ms since the log was opened, by byte. */
export function readTimes(disk: Disk, folder: string): LogTimes {
  const lines = text(disk.read(timesPath(folder)) ?? new Uint8Array()).split('\n');
  // What stands behind the last newline is being written.
  return lines.slice(0, -1).flatMap((each) => {
    const [, offset, ms] = /^(\d+) (\d+)$/.exec(each) ?? [];
    return offset === undefined || ms === undefined ? [] : [{ offset: Number(offset), ms: Number(ms) }];
  });
}

/** Of the byte at `offset`: ms since the log was opened; early by up to the spacing of its times, 250 ms in its first hours. */
export function timeAt(times: LogTimes, offset: number): number | undefined {
  let from = 0;
  let to = times.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((times[middle]?.offset ?? 0) <= offset) from = middle + 1;
    else to = middle;
  }
  return times[from - 1]?.ms;
}
