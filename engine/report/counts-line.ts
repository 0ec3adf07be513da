import type { Counts } from '../model/event.ts';

/** `2 built, 166 fresh, 1 failed` */
export function countsLine(counts: Counts): string {
  const rest = (['failed', 'held', 'blocked', 'retired', 'left'] as const).flatMap((name) =>
    counts[name] > 0 ? [`${counts[name]} ${name === 'left' ? 'not begun' : name}`] : [],
  );
  return [`${counts.built} built`, `${counts.fresh} fresh`, ...rest].join(', ');
}
