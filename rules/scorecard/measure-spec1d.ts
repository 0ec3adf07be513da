import type { Fits, FitsHeader } from '../fits/fits.ts';

export type ObjectMeasures = {
  /** `SPAT0319-SLIT0327-DET03` */
  readonly name: string;
  readonly waveRmsPixels: number | undefined;
  readonly flexurePixels: number | undefined;
  /** Which extractions there are. */
  readonly extracted: { readonly optimal: 'yes' | 'no'; readonly boxcar: 'yes' | 'no' };
  /** At the place where the mask design wants an object, though none was found. */
  readonly isForced: boolean;
};

/** The objects of a spec1d. Only headers are read: a column that was not made is not in the table. Source: pypeit.specobj. */
export const measureSpec1d = (fits: Fits): readonly ObjectMeasures[] =>
  fits.hdus
    .filter(({ header }) => header.text('DMODCLS') === 'SpecObj')
    .map(({ name, header }) => {
      const columns = columnsOf(header);
      return {
        name,
        waveRmsPixels: header.number('WAVE_RMS'),
        flexurePixels: header.number('FLEX_SHIFT_TOTAL'),
        extracted: { optimal: columns.has('OPT_COUNTS') ? 'yes' : 'no', boxcar: columns.has('BOX_COUNTS') ? 'yes' : 'no' },
        isForced: header.value('MASKDEF_EXTRACT') === true,
      };
    });

const columnsOf = (header: FitsHeader): ReadonlySet<string> =>
  new Set(
    Array.from(
      { length: Math.min(999, header.number('TFIELDS') ?? 0) },
      (_, index) => header.text(`TTYPE${index + 1}`)?.toUpperCase() ?? '',
    ),
  );
