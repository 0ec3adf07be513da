/** A thread that writes one log after the other while another thread reads them; beside each, a file `closed` in the end. */
import { isMainThread, workerData } from 'node:worker_threads';
import { openLog } from '../../engine/attempt/log-writer.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { randomLines } from './printed.ts';
import { createRandom } from './random.ts';

/** What is printed into log `seed`. */
export const printedInto = (seed: number): string => randomLines(createRandom(seed), 200_000, 80);

if (!isMainThread) {
  const { folder, logs } = workerData as { folder: string; logs: number };
  for (let seed = 1; seed <= logs; seed += 1) {
    const random = createRandom(seed + 0.5);
    const printed = Buffer.from(printedInto(seed));
    const log = openLog(nodeDisk, `${folder}/${seed}`, { now: Date.now, headBytes: 50_000, tailBytes: 40_000 });
    for (let at = 0; at < printed.length;) {
      const piece = printed.subarray(at, at + 1 + random.below(8000));
      log.write(piece);
      at += piece.length;
      if (random.chance(0.5)) log.flush();
    }
    log.close();
    nodeDisk.write(`${folder}/${seed}/closed`, '');
  }
}
