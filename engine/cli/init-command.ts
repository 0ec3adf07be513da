import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rawMissing } from '../facts/problems.ts';
import { problemText } from '../report/problem-text.ts';
import { adapfileExists, missingOption } from './problems.ts';
import { EXIT, listOf } from './command.ts';
import type { Command, Context } from './command.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

export const initCommand: Command = {
  name: 'init',
  usage: 'adap init --raw DIR… --config DIR --home DIR',
  summary: 'write an adapfile that is enough to start',
  optionHelp: [
    ['--raw DIR', 'raw files, searched at any depth; may be given again'],
    ['--config DIR', 'parameters and custom files; the defaults are copied there where it is not there yet'],
    ['--home DIR', 'where results go'],
  ],
  examples: [['adap init --raw /data/koa --config config --home reduced', 'then: adap build -n']],
  options: { raw: { type: 'string', multiple: true }, config: { type: 'string' }, home: { type: 'string' } },
  words: 'shell',
  needs: 'nothing',
  run(context, values, words) {
    const raw = [...listOf(values['raw']), ...words];
    const { config, home } = values;
    if (raw.length === 0) return complain(context, missingOption('--raw DIR', 'init'));
    if (typeof config !== 'string') return complain(context, missingOption('--config DIR', 'init'));
    if (typeof home !== 'string') return complain(context, missingOption('--home DIR', 'init'));
    const missing = raw.find((path) => !existsSync(resolve(context.cwd, path)));
    if (missing !== undefined) return complain(context, rawMissing(missing));
    const file = resolve(context.cwd, 'adapfile.ts');
    if (existsSync(file)) return complain(context, adapfileExists(file));
    mkdirSync(context.cwd, { recursive: true });
    const template = readFileSync(`${CHECKOUT}/rules/template/adapfile.ts`, 'utf8');
    writeFileSync(
      file,
      template
        .replace("'HOME'", quoted(home))
        .replace("'CONFIG'", quoted(config))
        .replace("['RAW']", `[${raw.map(quoted).join(', ')}]`),
    );
    context.print(`wrote ${shown(context, file)}`);
    copyDefaults(context, resolve(context.cwd, config));
    writeEditorConfig(context);
    context.print('next: adap build -n');
    return EXIT.ok;
  },
};

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

const shown = (context: Context, path: string): string => relative(context.cwd, path) || '.';

function complain(context: Context, problem: Parameters<typeof problemText>[0]): number {
  context.complain(problemText(problem));
  return EXIT.wrong;
}

/** Only into a folder that was not there: a user's own config is never mixed with the defaults. */
function copyDefaults(context: Context, folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  const from = `${CHECKOUT}/config`;
  for (const name of readdirSync(from)) if (statSync(`${from}/${name}`).isFile()) copyFileSync(`${from}/${name}`, `${folder}/${name}`);
  context.print(`wrote ${shown(context, folder)}/ with the default parameters`);
}

/** So that an editor finds 'adap' and 'adap/deimos'. */
function writeEditorConfig(context: Context): void {
  const file = resolve(context.cwd, 'tsconfig.json');
  if (existsSync(file)) return;
  const paths = { adap: [`${CHECKOUT}engine/index.ts`], 'adap/deimos': [`${CHECKOUT}rules/index.ts`] };
  const nodeTypes = { types: ['node'], typeRoots: [`${CHECKOUT}node_modules/@types`] };
  const compilerOptions = {
    target: 'esnext',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    paths,
    ...nodeTypes,
  };
  writeFileSync(file, `${JSON.stringify({ compilerOptions, include: ['adapfile.ts'] }, undefined, 2)}\n`);
  context.print(`wrote ${shown(context, file)} for editors`);
}
