/** When a log was printed: a line `OFFSET MS` for what came after a while, OFFSET in bytes and MS since its opening. */
import type { Disk } from '../disk/disk.ts';
import { text } from '../lib/text.ts';

export type TimesWriter = {
  /** Output comes now, and begins at this byte. */
  note(offset: number): void;
  /** Never throws: what the disk refuses is tried again. */
  flush(): void;
};

const SPACING_MS = 250;
/** 25,000 s of output without a pause; some 2 MB. */
const MOST = 100_000;

export function openTimes(
  disk: Disk,
  path: string,
  { now, most = MOST }: { readonly now: () => number; readonly most?: number },
): TimesWriter {
  let spacing = SPACING_MS;
  let seen = now();
  let elapsed = 0;
  let last = -Infinity;
  let waiting: string[] = [];
  let written = 0;
  let isTorn = false;

  /** Every second one goes, until there are few enough; so does what a refused write left half done. */
  const rewrite = (): void => {
    const first = offsetOf(waiting[0] ?? '');
    const whole = text(disk.read(path) ?? new Uint8Array()).match(/^\d+ \d+\n/gm) ?? [];
    let lines = [...whole.filter((line) => offsetOf(line) < first), ...waiting];
    let thinned = spacing;
    for (; lines.length > most; thinned *= 2) lines = lines.filter((_, index) => index % 2 === 0);
    disk.writeWhole(path, lines.join(''));
    spacing = thinned;
    written = lines.length;
  };

  return {
    note(offset) {
      const is = now();
      // A clock that is set back stands still.
      elapsed += Math.max(0, is - seen);
      seen = is;
      if (elapsed - last < spacing) return;
      last = elapsed;
      waiting.push(`${offset} ${Math.round(elapsed)}\n`);
    },
    flush() {
      if (waiting.length === 0) return;
      try {
        if (isTorn || written + waiting.length > most) rewrite();
        else {
          disk.append(path, Buffer.from(waiting.join('')));
          written += waiting.length;
        }
        waiting = [];
        isTorn = false;
      } catch {
        isTorn = true;
      }
    },
  };
}

const offsetOf = (line: string): number => Number.parseInt(line, 10);
