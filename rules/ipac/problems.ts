import type { Problem } from 'adap';

/** The words for a table that cannot be read. */
export const ipacDamaged = (place: { readonly file: string; readonly line: number }, why: string): Problem => ({
  code: 'ipac-damaged',
  says: `${place.file} is no IPAC table: ${why}`,
  ...place,
  column: 1,
  try: 'build it again: adap build --force TARGET',
});
