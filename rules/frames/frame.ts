/** A cell of PypeIt's metadata table; undefined is PypeIt's None. */
export type Cell = string | number | undefined;

/**
 * One raw DEIMOS frame as PypeIt sees it: the metadata of `keck_deimos`, from the primary header. Survives JSON.
 * Source: pypeit.spectrographs.keck_deimos `init_meta`, `check_frame_type`.
 */
export type Frame = {
  /** `DE.20060427.12345.fits` or `.fits.gz`. */
  readonly filename: string;
  /** Types as PypeIt joins them: `science`, `arc,tilt`, `pixelflat,illumflat,trace`, `bias`, `dark`; `None` when there is none. */
  readonly frametype: string;
  readonly raDegrees?: number;
  readonly decDegrees?: number;
  /** TARGNAME */
  readonly target?: string;
  /** SLMSKNAM */
  readonly decker: string;
  /** GRATENAM */
  readonly dispname: string;
  /** Tilt of the grating in use, Angstrom: G3TLTWAV or G4TLTWAV by GRATEPOS. */
  readonly dispangle: number;
  /** DWFILNAM */
  readonly filter1: string;
  /** BINNING, swapped to `spectral,spatial`. */
  readonly binning?: string;
  /** MJD-OBS, or DATE-OBS and UTC when it is absent; days. */
  readonly mjd: number;
  readonly airmass?: number;
  /** ELAPTIME, seconds. */
  readonly exptimeSeconds?: number;
  /** AMPMODE */
  readonly amp?: string;
  /** MOSMODE */
  readonly mode?: string;
  /** LAMPS */
  readonly lampstat01?: string;
  /** HATCHPOS */
  readonly hatch?: string;
  /** OBSTYPE */
  readonly idname?: string;
  readonly object?: string;
  readonly dateobs?: string;
  readonly utc?: string;
  /** FRAMENO; text or number as the header has it. */
  readonly frameno?: string | number;
  readonly instrument?: string;
};
