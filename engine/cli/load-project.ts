import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { failed } from '../model/problem.ts';
import type { Failed } from '../model/problem.ts';
import type { Project } from '../model/project.ts';
import type { Site } from '../plan/survey.ts';
import { adapfileBroken, adapfileNoProject, noAdapfile } from './problems.ts';

/** The nearest adapfile.ts upwards from a folder, with its paths made absolute. */
export async function loadProject(folder: string, cwd: string): Promise<Site | Failed> {
  const file = findUpwards(folder);
  if (file === undefined) return failed(noAdapfile(folder));
  const root = dirname(file);
  const loaded = await importOf(file);
  if (loaded instanceof Error) return failed(adapfileBroken(file, loaded));
  const project = loaded['default'];
  if (!isProject(project)) return failed(adapfileNoProject(file));
  const place = await placeOf(project.home, root);
  if ('kind' in place) return place;
  return {
    project: { ...project, source: { ...project.source, roots: [...new Set(project.source.roots.map((path) => resolve(root, path)))] } },
    root,
    ...place,
    config: resolve(root, project.config),
    cwd,
  };
}

/** For a worker: a kit brings what it needs of a project besides its home. */
export async function homeAlone(home: string, cwd: string): Promise<Site | Failed> {
  const place = await placeOf(home, cwd);
  if ('kind' in place) return place;
  const source: Project['source'] = { revision: 0, roots: [], matches: () => false, read: () => failed(noAdapfile(cwd)) };
  return { project: { home, config: '.', source, rules: [] }, root: cwd, config: cwd, cwd, ...place };
}

/** Of a bucket, all that stands in its name; nothing is asked of it yet. */
async function placeOf(home: string, root: string): Promise<Pick<Site, 'home' | 'named' | 'bucket'> | Failed> {
  if (!home.startsWith('s3:')) return { home: resolve(root, home), named: resolve(root, home) };
  const { bucketHome } = await import('../stores/bucket.ts');
  const bucket = bucketHome(home);
  return 'kind' in bucket ? bucket : { home: bucket.folder, named: bucket.named, bucket };
}

function findUpwards(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(`${at}/adapfile.ts`)) return `${at}/adapfile.ts`;
    if (at === dirname(at)) return undefined;
  }
}

async function importOf(file: string): Promise<Record<string, unknown> | Error> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Enough to tell a project from a mistake; TypeScript checks the rest in the editor. */
function isProject(value: unknown): value is Project {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'home' in value &&
    typeof value.home === 'string' &&
    'config' in value &&
    typeof value.config === 'string' &&
    'rules' in value &&
    Array.isArray(value.rules) &&
    'source' in value
  );
}
