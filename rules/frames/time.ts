/** MJD 0 in milliseconds since 1970. */
const MJD_EPOCH_MS = Date.UTC(1858, 10, 17);
const DAY_MS = 86_400_000;

/** Days, from DATE-OBS (`2014-12-09`) and UTC (`02:36:40.07`); undefined where the calendar or the clock has no such time. */
export function mjdOfClock(date: unknown, utc: unknown): number | undefined {
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(typeof date === 'string' ? date.trim() : '');
  const clock = /^(\d\d?):(\d\d):(\d\d(?:\.\d*)?)$/.exec(typeof utc === 'string' ? utc.trim() : '');
  if (day === null || clock === null) return undefined;
  const midnightMs = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
  const isThere = new Date(midnightMs).toISOString().startsWith(day[0]) && Number(clock[1]) < 24 && Number(clock[2]) < 60;
  if (!isThere || Number(clock[3]) >= 61) return undefined;
  return (midnightMs - MJD_EPOCH_MS) / DAY_MS + (Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) / 86_400;
}

/** UTC date of an MJD; within half a millisecond of midnight it is the next day's, as times are printed to a millisecond. */
export const dateOfMjd = (mjd: number): string => new Date(MJD_EPOCH_MS + Math.round(mjd * DAY_MS)).toISOString().slice(0, 10);

/** Has it a date with a year of four digits? From year 1 to year 9998. */
export const isDated = (mjd: number): boolean => mjd >= -678_575 && mjd < 2_973_118;
