import type { Counts } from '../model/event.ts';

/** `2 built, 166 fresh, 1 failed` */
export function countsLine(counts: Counts): string {
  const rest = (['failed', 'held', 'blocked', 'retired'] as const).flatMap((name) => (counts[name] > 0 ? [`${counts[name]} ${name}`] : []));
  return [`${counts.built} built`, `${counts.fresh} fresh`, ...rest].join(', ');
}
