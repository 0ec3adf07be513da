/** What no file of the project may say, by where it stands. `npm run check` calls it for every file. */
export type Finding = { readonly file: string; readonly line: number; readonly word: string; readonly why: string };

type Ban = {
  readonly words: RegExp;
  readonly why: string;
  readonly where: (file: string) => boolean;
  /** What of the text counts; all of it by default. */
  readonly reads?: (text: string) => string;
};

const anywhere = (): boolean => true;
const inSource = (file: string): boolean => /^(engine|rules)\//.test(file);

/** A bit mask; a line of help that shows a command as it is typed; the door by which an adapfile gets its rules. */
const ALLOWED = /bit[ _-]?mask|^\s*(examples: )?\[+['"]adap .*$|adap\/deimos|export default deimos\(/gim;

const BANS: readonly Ban[] = [
  { words: /\/work\/|\/root\/|\/tmp\/exp\S*/, why: 'a path of one machine', where: anywhere },
  {
    words: /registry\.npmjs\.org|\bpypi\.org|files\.pythonhosted\.org|\bcrates\.io|proxy\.golang\.org/,
    why: 'a registry is reached by its client, whatever its host',
    where: (file) => file !== 'package-lock.json',
  },
  {
    words: /\bsessions?\b|\bhelper agents?\b|\bCEO\b|\bdeveloper machines?\b|\.\.\/shared\b|\bissue #?\d+/i,
    why: 'how the work is organised is no part of the project',
    where: anywhere,
    reads: (text) => text.replaceAll(/(leader of )?a session of its own/g, blank),
  },
  {
    words: /^\s*(export\s+)?(default\s+)?(abstract\s+|const\s+|declare\s+)*(enum|namespace|class)\s+\w+/,
    why: 'functions and plain records',
    where: inSource,
  },
  {
    words: /\bFITS\b|\.fits\b/,
    why: 'engine/ knows nothing of astronomy',
    where: (file) => file.startsWith('engine/'),
    reads: (text) => withoutExamples(text),
  },
  {
    words:
      /\b(deimos|pypeit|masks?|gratings?|spectr\w*|frames?|science|arcs?|bias|keck|koa|flexure|slits?|slitless|exposures?|telescopes?|detectors?|wavelengths?|calibrations?|astro\w*)\b/i,
    why: 'engine/ knows nothing of astronomy',
    where: (file) => file.startsWith('engine/'),
    reads: (text) => apart(withoutExamples(text).replaceAll(ALLOWED, blank)),
  },
];

const NAMES = /(^|\/)(utils?|helpers?|commons?|types?|cores?|managers?)\.\w+$/;

export function forbiddenWords(file: string, text: string): Finding[] {
  const name = NAMES.exec(file)?.[2];
  const named = name === undefined ? [] : [{ file, line: 1, word: name, why: 'a file is named after the question that it answers' }];
  return [...named, ...BANS.filter((ban) => ban.where(file)).flatMap((ban) => broken(ban, file, text))];
}

function broken(ban: Ban, file: string, text: string): Finding[] {
  return (ban.reads ?? String)(text)
    .split('\n')
    .flatMap((line, index) => {
      const word = ban.words.exec(line)?.[0];
      return word === undefined ? [] : [{ file, line: index + 1, word: word.trim(), why: ban.why }];
    });
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');

/** Comments may give an example in backquotes: `setup M1/600ZD/2006-04-27`. */
const withoutExamples = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, (comment) => comment.replaceAll(/`[^`\n]*`/g, blank));

/** `rawFrame_count` in words: `raw Frame count`. */
const apart = (text: string): string => text.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').replaceAll('_', ' ');
