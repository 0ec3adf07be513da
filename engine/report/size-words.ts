const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes as people say them, by thousands: `512 B`, `56.7 GB`. */
export function sizeWords(bytes: number): string {
  let size = bytes;
  let unit = 'B';
  for (const next of UNITS) {
    // What would be printed as 1000.0 is one of the next unit.
    if (size < 999.95) break;
    size /= 1000;
    unit = next;
  }
  return `${unit === 'B' ? size : size.toFixed(1)} ${unit}`;
}

/** `1,234` */
export const countWords = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
