import { decimal } from '../fits/card-value.ts';

/** Degrees an hour of right ascension is worth in the published files: 15, as astropy's arithmetic leaves it. */
const DEGREES_PER_HOUR = 14.999999999999998;

/** Hours or degrees, minutes unless the last number is those, and the last number, which may have a fraction. */
const SEXAGESIMAL = /^\s*([+-]?)(\d+)[:\s]+(?:(\d+)[:\s]+)?(\d+(?:\.\d*)?)\s*$/;

export type Position = { readonly raDegrees: number; readonly decDegrees: number };

/**
 * Right ascension and declination, degrees, from the cards RA and DEC: hours and degrees where RA is sexagesimal, else degrees.
 * Undefined where PypeIt cannot read them. Source: pypeit.core.meta `convert_radec`.
 */
export function coordinates(ra: unknown, dec: unknown): Position | undefined {
  const hours = sexagesimal(ra, 25);
  const raDegrees = hours === undefined ? numberOf(ra) : turn(hours * DEGREES_PER_HOUR);
  const decDegrees = (hours === undefined ? undefined : onSphere(sexagesimal(dec, 91))) ?? numberOf(dec);
  if (raDegrees === undefined || decDegrees === undefined) return undefined;
  return hours === undefined || onSphere(decDegrees) !== undefined ? { raDegrees, decDegrees } : undefined;
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : typeof value === 'string' ? decimal(value) : undefined;

const onSphere = (degrees: number | undefined): number | undefined =>
  degrees !== undefined && Math.abs(degrees) <= 90 ? degrees : undefined;

/** From 0 to 360. */
const turn = (degrees: number): number => (degrees < 0 ? degrees + 360 : degrees >= 360 ? degrees - 360 : degrees);

/** `limit`: what the first number must be below. Minutes and seconds may be 60, as astropy has it. */
function sexagesimal(value: unknown, limit: number): number | undefined {
  const [whole, sign, first, middle, last] = SEXAGESIMAL.exec(typeof value === 'string' ? value : '') ?? [];
  if (whole === undefined) return undefined;
  const minutes = Number(middle ?? last);
  const seconds = middle === undefined ? 0 : Number(last);
  if (Number(first) >= limit || minutes > 60 || seconds > 60) return undefined;
  const size = Number(first) + minutes / 60 + seconds / 3600;
  return sign === '-' ? -size : size;
}
