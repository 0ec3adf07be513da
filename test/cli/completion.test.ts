import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { candidates } from '../../engine/cli/candidates.ts';
import { COMMANDS } from '../../engine/cli/commands.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import type { World } from '../../engine/world.ts';
import { HOSTILE, named } from '../rig/hostile.ts';
import { CHECKOUT, createProject, run } from '../rig/project.ts';
import { lacks, typedShell } from '../rig/typed-shell.ts';

const names = [...HOSTILE, '-dash', 'new\nline', 'tab\there'];
const project = await createProject({
  'adapfile.ts': named,
  'config/mode': '',
  ...Object.fromEntries(names.map((name) => [`in/${name}/one.raw`, name])),
});
await project.adap('build -n');
after(() => project[Symbol.asyncDispose]());

const complete = async (words: readonly string[], cwd = project.root): Promise<string[]> => {
  const { out, error, code } = await run(`${CHECKOUT}/bin/adap`, ['complete', '--', ...words], { cwd });
  assert.deepEqual([error, code], ['', 0]);
  return out.split('\n').slice(0, -1);
};
const wordOf = (line: string): string => (line.startsWith('\t') ? line : (line.split('\t')[0] ?? ''));
const words = async (typed: readonly string[], cwd?: string): Promise<string[]> => (await complete(typed, cwd)).map(wordOf);

/** The same without a process of its own, for many rows. */
async function wordsHere(typed: readonly string[]): Promise<string[]> {
  const world: World = { disk: nodeDisk, now: Date.now, host: 'here', pid: process.pid, step: () => undefined };
  const silent = (): void => undefined;
  const says = { print: silent, write: silent, complain: silent, progress: silent };
  const found = await candidates({ world, cwd: project.root, modules: new Set(), ...says }, COMMANDS, typed);
  return found.map((each) => ('word' in each ? each.word : `\t${each.leaveTo}`));
}

const truth: [title: string, typed: string[], may: string[]][] = [
  ['a command', ['b'], ['build']],
  ['a command that the rules bring', ['cou'], ['count']],
  ['plumbing is no command', ['comple'], ['completion']],
  ['what stands before a command', ['-'], ['-C', '--help']],
  ['the folder of -C', ['-C', 'con'], ['\tdirectories']],
  ['a command behind -C', ['-C', 'config', 'why'], ['why']],
  ['a target behind -C', ['-C', 'config', 'why', 'it'], ["it's a/"]],
  ['options in both spellings', ['why', '-'], ['--all', '--json', '--help']],
  [
    'short options',
    ['build', '-'],
    ['-n', '--dry-run', '--stage', '--force', '--retry', '--stop', '-j', '--jobs', '--executor', '--json', '--help'],
  ],
  ['an option that was given is given once', ['build', '--force', '--f'], []],
  ['but for one that may be given again', ['list', '--stage', 'up', '--st'], ['--stage']],
  ['the stages', ['build', '--stage', ''], ['up', 'join']],
  ['the stages behind a =', ['build', '--stage=u'], ['--stage=up']],
  ['the value of an option that only a person knows', ['build', '-j', ''], []],
  ['a folder as value of an option', ['init', '--raw', ''], ['\tdirectories']],
  ['words that are files', ['init', 'x'], ['\tfiles']],
  ['words that are listed', ['completion', 'z'], ['zsh']],
  ['words that are nothing', ['doctor', ''], []],
  ['of a command that is not there', ['nothing', ''], []],
  ['the first segment of a target', ['build', 'it'], ["it's a/"]],
  ['the next segment', ['build', "it's a/"], ["it's a/one.txt"]],
  ['behind other targets', ['build', 'x', '--force', "it's a/o"], ["it's a/one.txt"]],
  ['behind --, though it looks like an option', ['build', '--', '-'], ['-dash/']],
  ['targets of a stage', ['build', '--stage', 'join', "it's a/"], []],
  ['targets of a stage, as the option has it', ['build', '--stage=join', 'j'], ['joined/']],
  ['a rule and a title in one word', ['build', 'join it'], ["join it's a"]],
  ['a rule and a path in one word are no target', ['build', "up joined/it's"], []],
  ['subjects of a command of the rules', ['count', 'it'], ["it's a"]],
  ['of what has no end, nothing', ['build', 'no such thing/'], []],
  ['a path in the home as seen from here', ['build', './home/joined/it'], ["./home/joined/it's a.txt"]],
];
for (const [title, typed, may] of truth) {
  test(`completion: ${title}`, async () => assert.deepEqual(await wordsHere(typed), may));
}

test('completion: an option and a command come with their help', async () => {
  assert.deepEqual(await complete(['why', '--a']), ['--all\tevery value that it depends on, with its class']);
  assert.deepEqual(await complete(['bu']), ['build\tbring targets up to date']);
});

test('completion: all names but those with a newline or a tab are offered, and not what would be an option', async () => {
  assert.deepEqual(await words(['build', '']), [...HOSTILE.map((name) => `${name}/`), 'joined/'].toSorted());
});

test('completion: within the home, paths are those as seen from there', async () => {
  mkdirSync(`${project.root}/home/joined`, { recursive: true });
  assert.deepEqual(await words(['build', 'it'], `${project.root}/home/joined`), ["it's a.txt"]);
  assert.deepEqual(await words(['build', '../it'], `${project.root}/home/joined`), ["../it's a/"]);
  assert.deepEqual(await words(['build', `${project.root}/home/it`]), [`${project.root}/home/it's a/`]);
});

test('completion: where there is no adapfile, or a broken one, the commands of adap are offered, and no target', async () => {
  for (const files of [{}, { 'adapfile.ts': 'export default {\n  home: ,\n}\n' }]) {
    await using other = await createProject(files);
    assert.deepEqual(await words(['bu'], other.root), ['build']);
    assert.deepEqual(await words(['build', '--st'], other.root), ['--stage', '--stop']);
    assert.deepEqual(await words(['build', ''], other.root), []);
  }
});

test('completion: before the first plan there are no targets, and none is made by looking', async () => {
  await using fresh = await createProject({ 'adapfile.ts': named, 'config/mode': '', 'in/a/one.raw': 'a' });
  assert.deepEqual(await words(['build', ''], fresh.root), []);
  assert.deepEqual(await run('ls', ['-A'], { cwd: fresh.root }).then(({ out }) => out), 'adapfile.ts\nconfig\nin\n');
  await fresh.adap('build -n');
  assert.deepEqual(await words(['build', ''], fresh.root), ['a/', 'joined/']);
  fresh.write({ 'in/b/one.raw': 'b' });
  assert.deepEqual(await words(['build', ''], fresh.root), ['a/', 'b/', 'joined/']);
  rmSync(`${fresh.root}/in`, { recursive: true });
  assert.deepEqual(await words(['build', ''], fresh.root), []);
});

test('completion: in an archive of many groups, their names tell the first segments, and no rule is asked for all of them', async () => {
  const many = Array.from({ length: 250 }, (_, index) => `n${String(index).padStart(3, '0')}`);
  await using large = await createProject({
    'adapfile.ts': named.replace(
      'each: (facts, where) =>',
      "each: (facts, where) => where['name'] === undefined ? facts.group('all of them')[9]!.about :",
    ),
    'config/mode': '',
    ...Object.fromEntries(many.map((name) => [`in/${name}/one.raw`, name])),
  });
  await large.says('list n012', 'up n012  n012/one.txt', 0);
  assert.deepEqual(
    await words(['build', 'n01'], large.root),
    many.slice(10, 20).map((name) => `${name}/`),
  );
  assert.deepEqual(await words(['build', 'n012/'], large.root), ['n012/one.txt']);
  assert.deepEqual(await words(['build', 'j'], large.root), ['joined/']);
});

test('completion: the script is printed, and plumbing is not in the help', async () => {
  const { out } = await project.adap('--help');
  assert.match(out, /^ {2}completion {2}/m);
  assert.doesNotMatch(out, /^ {2}(complete|attempt) /m);
  assert.match((await project.adap('completion bash')).out, /^complete -F _adap adap$/m);
  await project.says('completion', 'error[missing-option]: adap completion needs bash or zsh\n  try: adap completion --help', 2);
  await project.says('completion fish', 'error[bad-option]: no completion for fish\n  try: adap completion --help', 2);
});

/** Bash as it calls the function: the words as it cuts them apart, and in `$2` what of the line it is about to replace. */
async function reply(cut: readonly string[], line: string, replaces: string): Promise<{ words: string[]; options: string[] }> {
  const script = `
    compopt() { printf 'option %s\\0' "$2"; }
    eval "$(adap completion bash)"
    COMP_WORDS=("\${@:3}") COMP_CWORD=$(($# - 3)) COMP_LINE=$1 COMP_POINT=\${#1}
    _adap adap "$2" ""
    ((\${#COMPREPLY[@]} == 0)) || printf 'word %s\\0' "\${COMPREPLY[@]}"`;
  const { out, error } = await run('bash', ['--norc', '-c', script, 'bash', line, replaces, ...cut], {
    cwd: project.root,
    env: { PATH: `${CHECKOUT}/bin:${process.env['PATH']}`, LC_ALL: 'C.UTF-8' },
  });
  assert.equal(error, '');
  const said = out.split('\0').slice(0, -1);
  const of = (kind: string): string[] => said.flatMap((each) => (each.startsWith(`${kind} `) ? [each.slice(kind.length + 1)] : []));
  return { words: of('word'), options: of('option') };
}

const replies: [title: string, cut: string[], line: string, replaces: string, words: string[], options: string[]][] = [
  ['flags without their help', ['adap', 'why', '--a'], 'adap why --a', '--a', ['--all'], []],
  ['a segment is quoted, and the word goes on', ['adap', 'why', 'it'], 'adap why it', 'it', [String.raw`it\'s\ a/`], ['nospace']],
  ['within single quotes', ['adap', 'why', "'it"], "adap why 'it", 'it', [String.raw`it'\''s a/`], ['nospace']],
  ['within double quotes', ['adap', 'why', '"it'], 'adap why "it', 'it', [`it's a/`], ['nospace']],
  [
    'at the last segment the word ends',
    ['adap', 'why', "'it'\\''s a/'"],
    "adap why 'it'\\''s a/'",
    "'it'\\''s a/'",
    ["'it'\\''s a/'one.txt"],
    [],
  ],
  ['what bash cuts at : and = is one word', ['adap', 'why', 'a', ':', 'b', '=', 'c/'], 'adap why a:b=c/', 'c/', ['c/one.txt'], []],
  ['a value behind =', ['adap', 'build', '--stage', '='], 'adap build --stage=', '', ['up', 'join'], []],
  ['the rest of a backslash', ['adap', 'why', 'it\\'], 'adap why it\\', 'it\\', [String.raw`it\'s\ a/`], ['nospace']],
  ['directories are left to bash', ['adap', '-C', ''], 'adap -C ', '', [], ['dirnames']],
  ['files, too', ['adap', 'init', ''], 'adap init ', '', [], ['default']],
  ['nothing at all', ['adap', 'doctor', ''], 'adap doctor ', '', [], []],
];
for (const [title, cut, line, replaces, expected, options] of replies) {
  test(`completion in bash: ${title}`, { skip: lacks('bash') === 'bash' && 'no bash' }, async () => {
    assert.deepEqual(await reply(cut, line, replaces), { words: expected, options });
  });
}

test('completion in bash: only what stands before the cursor counts', async () => {
  const { words: found } = await reply(['adap', 'why', 'it'], 'adap why it', 'it');
  assert.deepEqual(await reply(['adap', 'why', 'itXYZ'], 'adap why it', 'it'), { words: found, options: ['nospace'] });
});

/** The first letter as it is typed: as it is, within single quotes, within double ones. */
const openings = (name: string): [style: string, keys: string][] => {
  const first = name.slice(0, 1);
  return [
    ['bare', /[\w%ü]/.test(first) ? first : `\\${first}`],
    ['in single quotes', `'${first}`],
    // Within double quotes, `!` is history, and no key can say otherwise.
    ...(first === '!' ? [] : [['in double quotes', `"${/[$`]/.test(first) ? '\\' : ''}${first}`] as [string, string]]),
  ];
};

for (const shell of ['bash', 'zsh'] as const) {
  const missing = lacks(shell);
  test(
    `completion: ${shell} at a terminal calls adap with the very names, whatever they are`,
    { skip: missing !== undefined && `no ${missing}` },
    async () => {
      await using terminal = await typedShell(shell, project.root);
      for (const name of HOSTILE)
        for (const [style, keys] of openings(name))
          assert.deepEqual(await terminal.type(`adap build ${keys}\t\t`), ['build', `${name}/one.txt`], style);
    },
  );

  test(
    `completion: ${shell} at a terminal completes commands, options, stages and folders`,
    { skip: missing !== undefined && `no ${missing}` },
    async () => {
      await using terminal = await typedShell(shell, project.root);
      assert.deepEqual(await terminal.type('adap bu\t --dr\t --stage u\t --stage=jo\t jo\tit\t'), [
        'build',
        '--dry-run',
        '--stage',
        'up',
        '--stage=join',
        "joined/it's a.txt",
      ]);
      // Zsh takes the slash of a folder away where a blank follows.
      const plain = async (keys: string): Promise<string[]> => (await terminal.type(keys)).map((word) => word.replace(/\/$/, ''));
      assert.deepEqual(await plain('adap -C conf\t why it\t'), ['-C', 'config', 'why', "it's a"]);
      assert.deepEqual(await plain('adap init --raw=conf\t adapf\t'), ['init', '--raw=config', 'adapfile.ts']);
      assert.deepEqual(await terminal.type("adap why 'join it\t"), ['why', "join it's a"]);
    },
  );
}
