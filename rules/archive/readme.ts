/** For those who receive the archive. */
export const README = `Reduced spectra of Keck/DEIMOS slit masks
=========================================

What this is
  Raw DEIMOS frames of the Keck Observatory Archive (KOA), reduced with PypeIt, mask by mask, by the same parameters but where a file of its own
  says otherwise. Every file is as PypeIt wrote it. https://pypeit.readthedocs.io describes their formats.

Folders
  MASK/SETUP/DATES/keck_deimos_A/
      one reduction: the frames of one mask and setup that were taken within a few days. SETUP is grating_wavelength_filter, the wavelength in
      Angstrom; DATES is the UTC date of the first frame, or those of the first and the last.
    keck_deimos_A.pypeit             frames and parameters that PypeIt was given
    keck_deimos_A.par                all parameters as they were in force
    keck_deimos_A.calib              which frames calibrated which
    keck_deimos_A.log                what PypeIt said; keck_deimos_A_useful_warns.log has the warnings of it that matter
    QA.tar.gz                        plots for quality assessment
    Calibrations/                    edges of slits, arcs, wavelength solutions, tilts, flat fields
    Science/spec2d_*.fits            the calibrated exposure, sky and object models in two dimensions
    Science/spec1d_*.fits            extracted spectra, one table an object; flux calibrated where that was possible
    Science/spec1d_*.txt             the same objects as a list
  MASK/SETUP/1D_Coadd/, or MASK/SETUP/DATES/1D_Coadd/
      spectra of one object from several exposures, coadded
    J*.fits                          named after its position: JHHMMSS.SS+DDMMSS.SS_DEIMOS_firstdate_lastdate
    collate_report.dat               which spectra went into which coadd (IPAC table)
    collate_warnings.txt             what was left out, and why
    collate1d.par, *.log.txt         parameters, and what PypeIt said
  MASK/SETUP/2D_Coadd/, or MASK/SETUP/DATES/2D_Coadd/
      exposures coadded in two dimensions, and what was extracted from that
    Science_coadd/                   spec2d, spec1d and list, as above; slits have numbers of their own here
    QA_coadd.tar.gz, *.coadd2d, *.par, *.log.txt

Tables (IPAC format, a row for each)
  reduced_files_meta.dat: every spec1d in Science/
    koaid                            of the raw frame
    spec1d_file, spec1d_info, spec2d_file, pypeit_file   paths in this archive
    ra, dec                          of the telescope, degrees
    target, progpi, semester, progid, dispname (grating), slmsknam (mask), binning
    mjd                              days; airmass; exptime in seconds
  coadded_files_meta.dat: every spectrum that went into a coadd of 1D_Coadd/
    coadd1d_filename, coadd2d_filename, coadd1d_par_file, spec1d_filename   paths in this archive
    maskdef_objname, maskdef_id      object and slit of the mask design
    pypeit_name, det                 of the extracted object, and its detector or mosaic
    objra, objdec                    degrees
    s2n                              median signal to noise of a pixel
    maskdef_extract                  True: extracted where the design says, for it was not found
    wave_rms                         of the wavelength solution, pixels
    source_id                        koaid of the raw frame
    dispname, slmsknam, binning, mjd, airmass, exptime, guidfwhm (arcsec), progpi, semester, progid: as above

Checking a copy
  sha256sum -c checksums.sha256
  report.txt says what is missing, and what has no place here.
`;
