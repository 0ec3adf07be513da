import { decimal } from '../fits/card-value.ts';

/** Degrees a second of right ascension is worth in the published files: 15, as astropy's arithmetic leaves it. */
const DEGREES_PER_HOUR = 14.999999999999998;

const SEXAGESIMAL = /^\s*([+-]?)(\d+)[:\s]+(\d+)[:\s]+(\d+(?:\.\d*)?)\s*$/;

/** Right ascension and declination, degrees, from the cards RA and DEC: sexagesimal text (hours, degrees), or degrees. */
export function coordinates(ra: unknown, dec: unknown): { readonly raDegrees: number; readonly decDegrees: number } | undefined {
  const asDegrees = [numberOf(ra), numberOf(dec)] as const;
  if (asDegrees[0] !== undefined && asDegrees[1] !== undefined) return { raDegrees: asDegrees[0], decDegrees: asDegrees[1] };
  const hours = sexagesimal(ra);
  const degrees = sexagesimal(dec);
  return hours === undefined || degrees === undefined ? undefined : { raDegrees: hours * DEGREES_PER_HOUR, decDegrees: degrees };
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? decimal(value) : undefined;
}

function sexagesimal(value: unknown): number | undefined {
  const found = SEXAGESIMAL.exec(typeof value === 'string' ? value : '');
  if (found === null) return undefined;
  const size = Number(found[2]) + Number(found[3]) / 60 + Number(found[4]) / 3600;
  return found[1] === '-' ? -size : size;
}
