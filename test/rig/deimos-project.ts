import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createProject, CHECKOUT } from './project.ts';
import type { TestProject } from './project.ts';

type Asked = {
  /** Absolute: the raw frames. */
  readonly raw: string;
  /** Of the adapfile's `pypeit`. */
  readonly pypeit: Readonly<Record<string, unknown>>;
  /** In place of config/default_pypeit_config. */
  readonly parameters?: string;
  readonly more?: Readonly<Record<string, unknown>>;
};

/** A project with the adapfile that a user would write, the defaults of config, and these raw frames. */
export async function deimosProject({ raw, pypeit, parameters, more = {} }: Asked): Promise<TestProject> {
  const settings = {
    home: 'home',
    config: 'config',
    raw: [raw],
    pypeit,
    reduce: { memoryGiB: 6, scratchGiB: 2 },
    coadd: { memoryGiB: 4, scratchGiB: 1 },
    ...more,
  };
  const project = await createProject({
    'adapfile.ts': `import { deimos } from 'adap/deimos';\nexport default deimos(${JSON.stringify(settings)});\n`,
  });
  mkdirSync(`${project.root}/config`);
  for (const name of readdirSync(`${CHECKOUT}/config`))
    if (statSync(`${CHECKOUT}/config/${name}`).isFile()) cpSync(`${CHECKOUT}/config/${name}`, `${project.root}/config/${name}`);
  if (parameters !== undefined) writeFileSync(`${project.root}/config/default_pypeit_config`, parameters);
  return project;
}

const STAND_IN = `${CHECKOUT}/test/rig/stand-in`;

/** The stand-in that lays down genuine products; `replay.json` in the project says which masks fail, and how. */
export const standIn = (replay: string): Readonly<Record<string, unknown>> => ({
  bin: STAND_IN,
  standIn: 'lays down recorded products of PypeIt 1.17.4',
  environment: { ADAP_REPLAY: replay },
});

/** One detector, as the recorded products have. */
export const oneDetector = (): string =>
  readFileSync(`${CHECKOUT}/config/default_pypeit_config`, 'utf8').replace(
    '    spectrograph = keck_deimos\n',
    '    spectrograph = keck_deimos\n    detnum = 3\n',
  );
