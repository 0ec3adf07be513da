/** What collate_warnings.txt says. */
export type CollateWarnings = {
  /** spec1d that could not be read or fluxed. */
  readonly failures: readonly Complaint[];
  /** Objects that could not be coadded. */
  readonly failedObjects: readonly Complaint[];
  /** Spectra of objects that were seen once. */
  readonly seenOnce: number;
  /** Spectra that the parameters keep out: serendipitous ones, flagged slits, bad wavelengths. */
  readonly excluded: number;
};

/** A file by its name, and the exception. */
export type Complaint = { readonly name: string; readonly why: string };

const TITLES = { failures: 'spec1d_* failures', excluded: 'Excluded Objects:', failedObjects: 'Failed to Coadd:' } as const;

const SPEC1D =
  /^(?:Failed to (?:read|flux calibrate|perform \w+ correction on)|Could not find archived sensfunc to flux) (.*?\.fits(?:\.gz)?)(?:, skipping it\.|: (.*))$/;
const OBJECT = /^Failed to coadd (.*\.fits):()$/;

/** Source: pypeit.scripts.collate_1d `write_warnings`, `flux`, `read_spec1d_files`, `exclude_source_objects`. */
export function readCollateWarnings(text: string): CollateWarnings {
  const lines = text.split(/\r?\n/);
  const places = Object.values(TITLES).map((title) => lines.indexOf(title));
  const section = (title: string): readonly string[] => {
    const from = lines.indexOf(title);
    const to = Math.min(...places.filter((place) => place > from), lines.length);
    return from < 0 ? [] : lines.slice(from + 1, to);
  };
  const excluded = section(TITLES.excluded).filter((line) => line.startsWith('Excluding '));
  const seenOnce = excluded.filter((line) => line.includes('no other SpecObj to coadd with')).length;
  return {
    failures: complaints(section(TITLES.failures), SPEC1D),
    failedObjects: complaints(section(TITLES.failedObjects), OBJECT),
    seenOnce,
    excluded: excluded.length - seenOnce,
  };
}

/** Each begins with a line of its own; the traceback of Python follows. */
function complaints(lines: readonly string[], head: RegExp): readonly Complaint[] {
  const found: Complaint[] = [];
  for (const [index, line] of lines.entries()) {
    const [, path = '', said = ''] = head.exec(line) ?? [];
    if (path === '') continue;
    const next = lines.findIndex((each, at) => at > index && head.test(each));
    const traceback = lines.slice(index + 1, next < 0 ? lines.length : next);
    // Behind the last of its indented lines stands the exception.
    const exception = traceback[traceback.findLastIndex((each) => /^\s+\S/.test(each)) + 1] ?? '';
    found.push({ name: path.slice(path.lastIndexOf('/') + 1), why: said === '' ? exception.trim() : said });
  }
  return found;
}

/** In words, for a coadd that ended well. What the parameters keep out is as it was wanted, and no caveat. */
export function caveatsOf({ failures, failedObjects }: CollateWarnings): readonly string[] {
  return [
    ...(failures.length === 0 ? [] : [`${count(failures, 'spec1d failure')} though pypeit_collate_1d ended well: ${listed(failures)}`]),
    ...(failedObjects.length === 0 ? [] : [`${count(failedObjects, 'object')} failed to coadd: ${listed(failedObjects)}`]),
  ];
}

const count = (of: readonly unknown[], noun: string): string => `${of.length} ${noun}${of.length === 1 ? '' : 's'}`;

const MOST = 3;

const listed = (all: readonly Complaint[]): string =>
  [
    ...all.slice(0, MOST).map(({ name, why }) => (why === '' ? name : `${name} (${why})`)),
    ...(all.length > MOST ? [`and ${all.length - MOST} more`] : []),
  ].join(', ');
