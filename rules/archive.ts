/** What KOA receives: the flattened tree of each mask, as links, and the tables of all. */
import type { Facts, Handle, Params, Rule } from 'adap';
import { maskPart } from './archive/mask-part.ts';
import type { MaskPart } from './archive/mask-part.ts';
import { placesOf } from './archive/places-of.ts';
import { tables } from './archive/tables.ts';
import { coaddsIn, nameOf, paramsOf } from './coadd.ts';
import type { DeimosConfig } from './config.ts';
import { datasets } from './datasets.ts';
import { layout } from './layout.ts';
import { reduceDirectories } from './setup/custom-files.ts';

type Output = { readonly rule: string; readonly at: Params; readonly output: string };

/** Outputs of a mask that may have a place in the archive. What cannot be made is lacking there, and nobody waits for it. */
const outputsOf = (facts: Facts, config: DeimosConfig, mask: string): readonly Output[] =>
  facts.once(`archived of ${mask}`, () => findOutputs(facts, config, mask));

function findOutputs(facts: Facts, config: DeimosConfig, mask: string): readonly Output[] {
  const ofReductions = datasets(facts, config, { mask }).flatMap((dataset) =>
    !dataset.isComplete
      ? []
      : reduceDirectories(facts, dataset).flatMap(({ reduce }) => {
          const at = { mask, setup: dataset.setup, dates: dataset.dates, reduce };
          return [
            { rule: 'setup', at, output: 'file' },
            ...['science', 'calibrations', 'qa', 'log', 'calib', 'par'].map((output) => ({ rule: 'reduce', at, output })),
            { rule: 'warnings', at, output: 'file' },
          ];
        }),
  );
  const ofCoadds = (['1D', '2D'] as const).flatMap((dimension) =>
    coaddsIn(facts, config, { dimension, where: { mask } }).map((coadd) => ({
      rule: nameOf(dimension, coadd.level),
      at: paramsOf(coadd),
      output: 'coadd',
    })),
  );
  return [...ofReductions, ...ofCoadds];
}

const needOf = ({ rule, at, output }: Output): string => `${rule} ${Object.values(at).join('/')} ${output}`;

const handles = (outputs: readonly Output[]): Readonly<Record<string, Handle>> =>
  Object.fromEntries(outputs.map((each) => [needOf(each), { kind: 'output', ...each, by: 'bytes', lacking: 'goes-on' }]));

const masks = (facts: Facts, config: DeimosConfig, { mask, setup }: Params): readonly string[] => [
  ...new Set(
    datasets(facts, config, { ...(mask === undefined ? {} : { mask }), ...(setup === undefined ? {} : { setup }) })
      .filter((dataset) => dataset.isComplete)
      .map((dataset) => dataset.mask),
  ),
];

export function archive(config: DeimosConfig): readonly Rule[] {
  const ofMask = {
    each: (facts: Facts, where: Params) => masks(facts, config, where).map((mask) => ({ mask })),
    needs: (at: Params, facts: Facts): Readonly<Record<string, Handle>> => {
      const outputs = outputsOf(facts, config, at['mask'] ?? '');
      return { ...handles(outputs), names: { kind: 'ignored', value: outputs.map(needOf) }, home: { kind: 'ignored', value: facts.here } };
    },
    subject: ({ mask = '' }: Params) => mask,
    revision: 1,
  } as const;
  return [
    {
      ...ofMask,
      name: 'archive',
      kind: 'links',
      mode: 'hard',
      makes: { tree: { path: layout.archive } },
      links: (given) =>
        placesOf(filesOf(given).map(({ path }) => path)).links.map(({ from, at }) => ({
          // Below the mask's own folder.
          name: at.slice(at.indexOf('/') + 1),
          to: `${given.value<string>('home')}/${from}`,
          ...digestIn(filesOf(given), from),
        })),
    },
    {
      ...ofMask,
      name: 'archive-part',
      kind: 'writes',
      makes: { part: { path: layout.archivePart } },
      writes: async (given) => {
        const home = given.value<string>('home');
        const files = filesOf(given).map((file) => ({ ...file, absolute: `${home}/${file.path}` }));
        return { part: `${JSON.stringify(await maskPart({ files }), undefined, 1)}\n` };
      },
    },
    {
      name: 'archive-tables',
      revision: 1,
      kind: 'writes',
      makes: Object.fromEntries(Object.entries(layout.archiveTables).map(([name, path]) => [name, { path }])),
      each: (facts) => (masks(facts, config, {}).length === 0 ? [] : [{}]),
      needs: (_, facts) => {
        const all = masks(facts, config, {});
        return {
          ...Object.fromEntries(
            all.map((mask): [string, Handle] => [
              mask,
              { kind: 'output', rule: 'archive-part', at: { mask }, output: 'part', by: 'bytes', lacking: 'goes-on' },
            ]),
          ),
          masks: { kind: 'ignored', value: all },
        };
      },
      subject: () => 'all masks',
      writes: (given) =>
        tables(
          given
            .value<readonly string[]>('masks')
            .flatMap((mask) =>
              given.made(mask) === undefined
                ? []
                : [{ mask, part: JSON.parse(Buffer.from(given.bytes(mask)).toString('utf8')) as MaskPart }],
            ),
        ),
    },
  ];
}

type File = { readonly path: string; readonly digest: string };

const filesOf = (given: Parameters<Extract<Rule, { kind: 'links' }>['links']>[0]): readonly File[] =>
  given
    .value<readonly string[]>('names')
    .flatMap((need) => (given.made(need)?.members ?? []).map(({ path, digest }) => ({ path, digest })));

const digestIn = (files: readonly File[], path: string): { readonly digest?: string } => {
  const digest = files.find((file) => file.path === path)?.digest;
  return digest === undefined ? {} : { digest };
};
