import type { Frame } from '../frames/frame.ts';
import { atStow, chooseLatest, exposureWithin } from './wishes.ts';

const WISHES = [exposureWithin({ isEnough: (seconds) => seconds > 5 && seconds <= 30 }), atStow];

/** How many flats a reduction takes. */
const COUNT = 3;

/** The last three flats that are as one would like them. As published: three are not enough for a wish to stand, it takes four. */
export const chooseFlats = (
  flats: readonly Frame[],
  excluded: ReadonlySet<string>,
  selection: 'as-published' | 'strict',
): readonly Frame[] =>
  chooseLatest(
    flats.filter((frame) => !excluded.has(frame.filename)),
    { least: selection === 'strict' ? COUNT : COUNT + 1, most: COUNT },
    WISHES,
  ).frames;
