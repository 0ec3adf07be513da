/** How many workers of which size are lacking. Pure. */
import type { Wants } from '../../model/wants.ts';
import { classOf } from '../queue-names.ts';

/** A worker, or the place of one that is to come. GiB. */
export type Seat = { readonly memoryGiB: number; readonly scratchGiB: number; readonly cpus: number };

export type Lacking = Seat & { readonly count: number };

const seatFor = ({ memoryGiB, scratchGiB = 0, cpus }: Wants): Seat => ({
  memoryGiB: classOf({ memoryGiB: memoryGiB ?? 0 }),
  scratchGiB,
  cpus,
});

const fits = (wanted: Seat, seat: Seat): boolean =>
  seat.memoryGiB >= wanted.memoryGiB && seat.scratchGiB >= wanted.scratchGiB && seat.cpus >= wanted.cpus;

/**
 * What waits and what is at work is seated, the largest first, each on the smallest seat that is large enough; for the others there must be
 * more seats, as far as `most` goes: of one class of memory together, each large enough for all that is to sit there.
 */
export function lackingSeats(orders: readonly Wants[], seats: readonly Seat[], most: number): readonly Lacking[] {
  const free = seats.toSorted((a, b) => a.memoryGiB - b.memoryGiB || a.scratchGiB - b.scratchGiB);
  const lacking = orders
    .map(seatFor)
    .toSorted((a, b) => b.memoryGiB - a.memoryGiB || b.scratchGiB - a.scratchGiB)
    .filter((wanted) => {
      const at = free.findIndex((seat) => fits(wanted, seat));
      if (at >= 0) free.splice(at, 1);
      return at < 0;
    })
    .slice(0, Math.max(0, most - seats.length));
  const classes = new Map<number, Lacking>();
  for (const { memoryGiB, scratchGiB, cpus } of lacking) {
    const so = classes.get(memoryGiB) ?? { memoryGiB, scratchGiB: 0, cpus: 0, count: 0 };
    classes.set(memoryGiB, {
      memoryGiB,
      scratchGiB: Math.max(so.scratchGiB, scratchGiB),
      cpus: Math.max(so.cpus, cpus),
      count: so.count + 1,
    });
  }
  return [...classes.values()];
}
