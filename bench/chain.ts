import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A synthetic archive of the shape of the whole chain: per dataset 24 raw files that feed setup, reduction and scorecard; per two
 * datasets a 1D, a 2D and an archive entry. 4.5 targets and 28.5 files a dataset, in which every tool makes the same nodes from the same edges.
 */
export type Chain = { readonly nodes: readonly Node[]; readonly raw: readonly string[] };
type Node = { readonly makes: string; readonly needs: readonly string[] };

const RAW_FILES = 24;

export function chainOf(datasets: number, home = 'home'): Chain {
  const names = Array.from({ length: datasets }, (_, index) => `D${String(index).padStart(5, '0')}`);
  const rawOf = (name: string): string[] =>
    Array.from({ length: RAW_FILES }, (_, index) => `raw/${name}/${String(index).padStart(2, '0')}.raw`);
  const ofOne = names.flatMap((name) => [
    { makes: `${home}/${name}/setup`, needs: rawOf(name) },
    { makes: `${home}/${name}/reduce`, needs: [`${home}/${name}/setup`, ...rawOf(name)] },
    { makes: `${home}/${name}/scorecard`, needs: [`${home}/${name}/reduce`] },
  ]);
  const ofTwo = names.flatMap((name, index) => {
    const other = names[index + 1];
    if (index % 2 === 1 || other === undefined) return [];
    const reduced = [`${home}/${name}/reduce`, `${home}/${other}/reduce`];
    const [one, two] = [`${home}/coadd/${name}/1D`, `${home}/coadd/${name}/2D`];
    return [
      { makes: one, needs: reduced },
      { makes: two, needs: reduced },
      { makes: `${home}/coadd/${name}/archive`, needs: [one, two, ...reduced] },
    ];
  });
  return { nodes: [...ofOne, ...ofTwo], raw: names.flatMap(rawOf) };
}

export function writeRaw(folder: string, chain: Chain): void {
  for (const each of new Set(chain.raw.map((path) => join(folder, path, '..')))) mkdirSync(each, { recursive: true });
  for (const path of chain.raw) writeFileSync(join(folder, path), path);
}

export const ninjaFile = ({ nodes }: Chain): string =>
  ['rule make', '  command = touch $out', ...nodes.map(({ makes, needs }) => `build ${makes}: make ${needs.join(' ')}`), ''].join('\n');

/** The outputs exist when make first sees them, in the order of their times: it has nothing to start. */
export const makeFile = ({ nodes }: Chain): string =>
  [
    `all: ${nodes.map(({ makes }) => makes).join(' ')}`,
    ...nodes.map(({ makes, needs }) => `${makes}: ${needs.join(' ')}\n\ttouch $@`),
    '',
  ].join('\n');

/** The same as rules of adap. */
export const ADAPFILE = `import type { Facts, Handle, Params, Project, Rule } from 'adap';

const raw = (facts: Facts, name: string): Handle => ({
  kind: 'members',
  noun: 'frame',
  members: Object.fromEntries(facts.group(name).map((entry) => [entry.path.slice(entry.path.lastIndexOf('/') + 1), entry.digest + ' ' + entry.size])),
});
const output = (rule: string, at: Params): Handle => ({ kind: 'output', rule, at, output: 'out', by: 'bytes' });
const next = (name: string): string => 'D' + String(Number(name.slice(1)) + 1).padStart(5, '0');

const ofOne = (facts: Facts, where: Params): Params[] => {
  const name = where['name'];
  if (name !== undefined) return facts.group(name).length > 0 ? [{ name }] : [];
  return facts.groups().map((each) => ({ name: each }));
};
const ofTwo = (facts: Facts, where: Params): Params[] =>
  ofOne(facts, where).filter(({ name = '' }) => Number(name.slice(1)) % 2 === 0 && facts.group(next(name)).length > 0);
const reduced = (at: Params): Record<string, Handle> => ({ a: output('reduce', at), b: output('reduce', { name: next(at['name'] ?? '') }) });

const rule = (name: string, path: string, each: Rule['each'], needs: Rule['needs']): Rule => ({
  name,
  revision: 1,
  makes: { out: { path } },
  each,
  needs,
  subject: (at) => at['name'] ?? '',
  kind: 'writes',
  writes: () => ({ out: name }),
});

const rules = [
  rule('setup', '{name}/setup', ofOne, ({ name = '' }, facts) => ({ raw: raw(facts, name) })),
  rule('reduce', '{name}/reduce', ofOne, (at, facts) => ({ setup: output('setup', at), raw: raw(facts, at['name'] ?? '') })),
  rule('scorecard', '{name}/scorecard', ofOne, (at) => ({ reduce: output('reduce', at) })),
  rule('1D', 'coadd/{name}/1D', ofTwo, reduced),
  rule('2D', 'coadd/{name}/2D', ofTwo, reduced),
  rule('archive', 'coadd/{name}/archive', ofTwo, (at) => ({ one: output('1D', at), two: output('2D', at), ...reduced(at) })),
];

const project: Project = {
  home: './home',
  config: './config',
  rules,
  source: {
    revision: 1,
    roots: ['./raw'],
    matches: (name) => name.endsWith('.raw'),
    read: (path, head) => ({ kind: 'entry', group: path.split('/').at(-2) ?? '', about: {}, stands: head(2880) }),
  },
};
export default project;
`;

/** A folder with raw files and an adapfile, to be built. */
export function writeAdapProject(folder: string, chain: Chain): void {
  mkdirSync(join(folder, 'config'), { recursive: true });
  writeFileSync(join(folder, 'adapfile.ts'), ADAPFILE);
  writeRaw(folder, chain);
}
