/** What one mask brings to the archive: its rows in both tables, the digests of its files, and what is missing. Survives JSON. */
import { readFileSync } from 'node:fs';
import { fitsHeaders, fitsProblemOf } from '../fits/fits.ts';
import type { FitsHeader } from '../fits/fits.ts';
import { readIpac } from '../ipac/read-ipac.ts';
import { pythonRepr } from '../python/repr.ts';
import { CARDS, COADDED, REDUCED } from './columns.ts';
import { placesOf } from './places-of.ts';

/** By column; what is not there is null. */
export type TableRow = Readonly<Record<string, string>>;

export type MaskPart = {
  readonly reduced: readonly TableRow[];
  readonly coadded: readonly TableRow[];
  /** SHA-256 by path in the archive. */
  readonly digests: Readonly<Record<string, string>>;
  /** Files of the home that have no place in the archive. */
  readonly unrecognised: readonly string[];
  /** One line for each thing that is missing, or cannot be read. */
  readonly missing: readonly string[];
};

export type HomeFile = { /** Below the home. */ readonly path: string; /** SHA-256. */ readonly digest: string; readonly absolute: string };

type Archived = { readonly at: string; readonly file: HomeFile };

export async function maskPart({ files }: { readonly files: readonly HomeFile[] }): Promise<MaskPart> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const { links, unrecognised } = placesOf(files.map(({ path }) => path));
  const archived = links.flatMap(({ at, from }): Archived[] => {
    const file = byPath.get(from);
    return file === undefined ? [] : [{ at, file }];
  });
  const places = new Set(archived.map(({ at }) => at));
  const missing: string[] = [];
  const spec1ds = new Map<string, { readonly at: string; readonly koaid: string }>();
  const reduced: TableRow[] = [];
  for (const { at, file } of archived.filter((each) => /\/Science\/spec1d_[^/]*\.fits$/.test(each.at))) {
    const header = await spec1dHeader(file, missing);
    if (header === undefined) continue;
    const row = reducedRow({ at, header, places, missing });
    reduced.push(row);
    spec1ds.set(at.slice(at.lastIndexOf('/') + 1), { at, koaid: row['koaid'] ?? '' });
  }
  const coadded = archived
    .filter(({ at }) => at.endsWith('/1D_Coadd/collate_report.dat'))
    .flatMap((report) => coaddedRows(report, { spec1ds, places, missing }));
  return { reduced, coadded, digests: Object.fromEntries(archived.map(({ at, file }) => [at, file.digest])), unrecognised, missing };
}

/** Undefined where it is no spec1d, or cannot be read. */
async function spec1dHeader({ path, absolute }: HomeFile, missing: string[]): Promise<FitsHeader | undefined> {
  try {
    const [primary, first] = await fitsHeaders(absolute, 2);
    if (first?.text('DMODCLS') === 'SpecObj') return primary;
    missing.push(`${path} is no spec1d: it has no row`);
  } catch (error) {
    const problem = fitsProblemOf(error);
    if (problem === undefined) throw error;
    missing.push(`${problem.says.replaceAll(absolute, path)}: it has no row`);
  }
  return undefined;
}

type From = { readonly at: string; readonly header: FitsHeader; readonly places: ReadonlySet<string>; readonly missing: string[] };

function reducedRow({ at, header, places, missing }: From): TableRow {
  const folder = at.slice(0, at.lastIndexOf('/'));
  const beside = (name: string, path: string): Readonly<Record<string, string>> => {
    if (places.has(path)) return { [name]: path };
    missing.push(`${at} has no ${path.slice(path.lastIndexOf('/') + 1)} beside it`);
    return {};
  };
  const cards = REDUCED.slice(5).flatMap(({ name, type }): [string, string][] => {
    const value = header.value(CARDS[name] ?? name.toUpperCase());
    return value === undefined ? [] : [[name, typeof value === 'number' && type === 'double' ? pythonRepr(value) : String(value)]];
  });
  return {
    koaid: koaidOf(header),
    spec1d_file: at,
    ...beside('spec1d_info', at.replace(/\.fits$/, '.txt')),
    ...beside('spec2d_file', at.replace(/spec1d_([^/]*)$/, 'spec2d_$1')),
    ...beside('pypeit_file', `${folder.replace(/\/Science$/, '')}/keck_deimos_A.pypeit`),
    ...Object.fromEntries(cards),
  };
}

/** KOAID, else what the name of the raw frame tells: KOA adds `.fits` to it. */
function koaidOf(header: FitsHeader): string {
  const koaid = header.value('KOAID');
  if (koaid !== undefined) return String(koaid);
  const name = String(header.value('FILENAME') ?? '');
  return /^..\.\d{8}\.\d{5}/.test(name) ? `${name.slice(0, 17)}.fits` : name;
}

type Known = {
  readonly spec1ds: ReadonlyMap<string, { readonly at: string; readonly koaid: string }>;
  readonly places: ReadonlySet<string>;
  readonly missing: string[];
};

/** Found through the report of the collation, whose columns they share. */
function coaddedRows({ at, file }: Archived, { spec1ds, places, missing }: Known): TableRow[] {
  const folder = at.slice(0, at.lastIndexOf('/'));
  const table = readIpac(readFileSync(file.absolute, 'utf8'), file.path);
  if (table.kind === 'problem') {
    missing.push(`${table.problem.says}: the coadds of ${folder} have no rows`);
    return [];
  }
  const coadd2d = [...places]
    .filter((path) => path.startsWith(`${folder.replace(/1D_Coadd$/, '2D_Coadd')}/Science_coadd/spec2d`))
    .toSorted()[0];
  if (coadd2d === undefined) missing.push(`${folder} has no 2D coadd beside it`);
  const par = `${folder}/collate1d.par`;
  return table.rows.flatMap((row) => {
    const { filename = '', spec1d_filename: spec1d = '', ...rest } = row;
    const from = spec1ds.get(spec1d);
    const lacks = !places.has(`${folder}/${filename}`) ? `${folder}/${filename}` : from === undefined ? spec1d : undefined;
    if (lacks !== undefined) {
      missing.push(`${lacks} is named in ${at}, and is not in the archive`);
      return [];
    }
    const shared = Object.fromEntries(COADDED.flatMap(({ name }) => (rest[name] === undefined ? [] : [[name, rest[name]]])));
    return [
      {
        ...shared,
        coadd1d_filename: `${folder}/${filename}`,
        ...(coadd2d === undefined ? {} : { coadd2d_filename: coadd2d }),
        ...(places.has(par) ? { coadd1d_par_file: par } : {}),
        source_id: from?.koaid ?? '',
        spec1d_filename: from?.at ?? '',
      },
    ];
  });
}
