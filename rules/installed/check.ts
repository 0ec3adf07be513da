import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Check, Facts, Flat, Problem } from 'adap';
import type { DeimosConfig } from '../config.ts';
import { PYPEIT_VERSION } from '../config.ts';
import type { Frame } from '../frames/frame.ts';
import { installLine, notTheVersion } from './not-the-version.ts';
import { findProgram, installedPackages, packageFolder } from './packages.ts';
import { pypeitMissing, pypeitNeeds, pypeitOffline, pypeitPython } from './problems.ts';

type Found = ReturnType<Check['check']>;

/** Can PypeIt run here? Told by what lies on the disk: a Python that is started to be asked takes ten seconds. */
export const pypeitCheck = (config: DeimosConfig): Check => ({
  name: 'PypeIt',
  check(facts) {
    const { pypeit = {} } = config;
    if (pypeit.standIn !== undefined) return [{ says: `a stand-in, which reduces nothing: ${pypeit.standIn}` }];
    const wanted = pypeit.version ?? PYPEIT_VERSION;
    const installed = installedPackages(pypeit);
    const wrong = notTheVersion(pypeit, installed);
    if (wrong !== undefined) return [pypeitMissing(wrong)];
    return [
      {
        says: `${installed['pypeit'] ?? 'of unknown version'} (${findProgram('run_pypeit', pypeit) ?? ''}), Python ${installed['python'] ?? '?'}`,
      },
      ...packageProblems(installed, wanted),
      ...offlineProblems(facts, config),
    ];
  },
});

/** Known to fail after minutes, or in the last step. Source: measured with PypeIt 1.17.4. */
function packageProblems(installed: Flat, wanted: string): readonly Problem[] {
  const { python, numpy, six } = installed;
  const [, minor = '0'] = (python ?? '').split('.');
  const isOld = wanted.startsWith('1.');
  const [major = '0', second = '0'] = (numpy ?? '').split('.');
  return [
    ...(python !== undefined && (Number(minor) < 11 || Number(minor) > 13) ? [pypeitPython(python)] : []),
    ...(isOld && numpy !== undefined && (Number(major) > 2 || (Number(major) === 2 && Number(second) >= 4))
      ? [pypeitNeeds(`numpy ${numpy} has no in1d, which PypeIt ${wanted} calls`, installLine(wanted))]
      : []),
    ...(isOld && installed['pypeit'] !== undefined && six === undefined
      ? [pypeitNeeds('six is not installed, which PypeIt wants in the flexure step', 'pip install six')]
      : []),
  ];
}

/** What PypeIt fetches from the network when it is not here, once and for all, or at every start. */
function offlineProblems(facts: Facts, { pypeit = {} }: DeimosConfig): readonly Found[number][] {
  const folder = packageFolder(pypeit);
  if (folder === undefined) return [];
  const { HOME = homedir(), XDG_CACHE_HOME } = { ...process.env, ...pypeit.environment };
  // XDG_CACHE_HOME counts where there is such a folder in it. Source: astropy.config.paths `get_cache_dir`.
  const caches = (name: string): readonly string[] => [
    ...(XDG_CACHE_HOME === undefined ? [] : [`${XDG_CACHE_HOME}/${name}`]),
    `${HOME}/.${name}/cache`,
  ];
  const cached = (name: string): readonly string[] => caches(name).flatMap(cachedAddresses);
  const astropy = cached('astropy');
  const own = cached('pypeit');
  const templates = gratings(facts).filter((grating) => {
    const file = `keck_deimos_${grating}.fits`;
    return !existsSync(`${folder}/data/arc_lines/reid_arxiv/${file}`) && !own.some((address) => address.endsWith(file));
  });
  const sites = astropy.some((address) => address.endsWith('sites.json'));
  return [
    ...(sites
      ? []
      : [
          pypeitOffline(
            'the positions of observatories (sites.json)',
            `python -c "from astropy.coordinates import EarthLocation as e; e.of_site('keck')"`,
          ),
        ]),
    ...(templates.length === 0
      ? []
      : [pypeitOffline(`the arc templates of ${templates.join(', ')}`, 'pypeit_cache_github_data keck_deimos')]),
    ...(sites && templates.length === 0 ? [{ says: 'its caches hold what it would fetch from the network' }] : []),
  ];
}

const gratings = (facts: Facts): readonly string[] =>
  [
    ...new Set(
      facts.groups().flatMap((key) =>
        facts
          .group(key)
          .slice(0, 1)
          .map(({ about }) => (about as Frame).dispname),
      ),
    ),
  ].toSorted();

/** `download/url/HASH/url` holds the address of `download/url/HASH/contents`. Source: astropy.utils.data. */
function cachedAddresses(cache: string): readonly string[] {
  const folder = `${cache}/download/url`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((hash) =>
    existsSync(`${folder}/${hash}/url`) ? [readFileSync(`${folder}/${hash}/url`, 'utf8').trim()] : [],
  );
}
