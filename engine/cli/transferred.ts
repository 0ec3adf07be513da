import { sizeWords } from '../report/size-words.ts';
import { atTimes } from './at-times.ts';
import type { Context } from './command.ts';

/** `1.2 GB of 3.4 GB, 56.7 MB/s`, on a terminal. */
export function transferred(context: Context): (doneBytes: number, ofBytes: number) => void {
  const begunMs = context.world.now();
  return atTimes(context, (doneBytes: number, ofBytes: number) => {
    const seconds = Math.max(0.1, (context.world.now() - begunMs) / 1000);
    context.progress(`${sizeWords(doneBytes)} of ${sizeWords(ofBytes)}, ${sizeWords(Math.round(doneBytes / seconds))}/s`);
  });
}
