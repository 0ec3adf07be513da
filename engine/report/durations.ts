const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds in words, as exactly as a person wants to know: `0.4 s`, `12 s`, `3 min`, `2 h 10 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  // Clocks step back; a time that ran backwards is none.
  const tenths = Math.round(Math.max(0, seconds) * 10) / 10;
  if (tenths < 10) return `${tenths} s`;
  const whole = Math.round(tenths);
  if (whole < MINUTE) return `${whole} s`;
  const minutes = Math.round(whole / MINUTE);
  if (minutes * MINUTE < HOUR) return `${minutes} min`;
  if (minutes * MINUTE < DAY) return two([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
  const hours = Math.round(whole / HOUR);
  return two([Math.floor(hours / 24), 'd'], [hours % 24, 'h']);
}

type Part = readonly [count: number, unit: string];

const two = ([count, unit]: Part, [less, lesser]: Part): string => `${count} ${unit}${less === 0 ? '' : ` ${less} ${lesser}`}`;
