/** What a run of PypeIt that ended badly, or made nothing, says about itself. */
import { installLine } from '../installed/not-the-version.ts';
import { headOf } from './head-of.ts';

export type SaidFailure = { readonly cause: 'bad-input' | 'exited' | 'incomplete' | 'out-of-memory'; readonly says: string };

export type FailedRun = {
  /** Undefined where a signal ended it. */
  readonly exit: number | undefined;
  /** The log file; empty where there is none. */
  readonly log: string;
  /** What it printed, without colours. */
  readonly printed: string;
  readonly pypeit: { readonly path: string; readonly text: string };
  /** The version that is wanted, for the way out. */
  readonly version: string;
};

/** Undefined where it says nothing of itself: it was killed, or its disk was full. */
export function reduceFailure(run: FailedRun): SaidFailure | undefined {
  const { exit, log, printed } = run;
  if (exit === undefined || exit >= 128 || /No space left on device|Disk quota exceeded/i.test(tail(printed))) return undefined;
  if (exit === 0) return { cause: 'incomplete', says: nothingReduced(log) };
  const exception = lastException(printed);
  const said = exception?.says ?? lastError(log);
  if (said === undefined) return undefined;
  if (/MemoryError|Unable to allocate/.test(said)) return { cause: 'out-of-memory', says: said };
  return (
    known(said, run) ?? {
      cause: 'exited',
      says: [said, raisedAt(exception?.at), calibrationWords(log)].filter((each) => each !== '').join('; '),
    }
  );
}

const tail = (text: string): string => text.slice(-4000);

/** Faults whose way out is known. */
function known(said: string, { pypeit, version }: FailedRun): SaidFailure | undefined {
  const bad = (says: string): SaidFailure => ({ cause: 'bad-input', says });
  const keys = /\[(.+)\] not recognized key\(s\) for (\w+)\./.exec(said);
  if (keys !== null) {
    const names = Array.from((keys[1] ?? '').matchAll(/'([^']+)'/g), ([, name = '']) => name);
    return bad(
      `PypeIt knows no parameter ${names.join(', ')} of ${keys[2]}${lineWords(pypeit, names[0] ?? '')}: mend it in the file of parameters`,
    );
  }
  const file = /(\S+) does not exist in one of the provided paths/.exec(said)?.[1];
  if (file !== undefined)
    return bad(`${file} is named in the .pypeit file, and is not among the raw frames: adap frames --left-out says why`);
  if (/has no attribute 'in1d'/.test(said)) return bad(`numpy is too new for PypeIt ${version} (${said}): ${installLine(version)}`);
  if (/No module named '/.test(said)) return bad(`${said}: ${installLine(version)}`);
  if (/URLError|urlopen error|Name or service not known|Temporary failure in name resolution/.test(said))
    return bad(`PypeIt wants a file from the network, and there is none (${said}): fill its caches; adap doctor says which`);
  if (/Missing '?(setup|data) (read|end)|setup_end|setup end/i.test(said)) return bad(`the .pypeit file is not whole: ${said}`);
  return undefined;
}

function lineWords({ path, text }: FailedRun['pypeit'], key: string): string {
  const line = text.split('\n').findIndex((each) => each.replace(/#.*/, '').split('=')[0]?.trim() === key);
  return line < 0 ? '' : ` (${path}:${line + 1})`;
}

/** The last line of the last traceback, and where it was raised. */
function lastException(printed: string): { readonly says: string; readonly at: string | undefined } | undefined {
  const begin = printed.lastIndexOf('Traceback (most recent call last)');
  if (begin < 0) return undefined;
  const lines = printed.slice(begin).split('\n');
  const says = lines.find((line, index) => index > 0 && /^[A-Za-z_][\w.]*(?::|$)/.test(line));
  const frames = Array.from(
    printed.slice(begin).matchAll(/^ {2}File "(?:[^"]*\/)?([^"/]+)", line (\d+), in (\S+)/gm),
    ([, file, line, name]) => `${file}:${line} ${name}`,
  );
  return says === undefined ? undefined : { says: says.trim(), at: frames.at(-1) };
}

const raisedAt = (at: string | undefined): string => (at === undefined ? '' : `raised in ${at}`);

/** The last ERROR of the log. */
function lastError(log: string): string | undefined {
  for (const line of log.split('\n').toReversed()) {
    const head = headOf(line);
    if (head?.level === 'ERROR') return head.text;
  }
  return undefined;
}

type Calibration = { readonly detector: string; readonly step: string };

function failedCalibrations(log: string): readonly Calibration[] {
  const found = Array.from(
    log.matchAll(/Calibrations for detector (.+?) were unsuccessful!\s+The step that failed was (\w+)/g),
    ([, detector = '', step = '']) => ({ detector, step }),
  );
  return found.filter(({ detector }, index) => found.findIndex((each) => each.detector === detector) === index);
}

/** get_slits: what PypeIt was to make of flats. Source: pypeit.calibrations, the methods of those names. */
const STEPS: Readonly<Record<string, string>> = {
  get_slits: 'the slit edges, from the flats',
  get_arc: 'the arc image, from the arcs',
  get_tiltimg: 'the tilt image, from the arcs',
  get_wv_calib: 'the wavelengths, from the arcs',
  get_tilts: 'the tilts, from the arcs',
  get_flats: 'the flat field, from the flats',
};

const calibrationWords = (log: string): string =>
  failedCalibrations(log)
    .map(({ detector, step }) => `detector ${detector} has no calibration: ${STEPS[step] ?? step} (${step}) failed`)
    .join('; ');

const nothingReduced = (log: string): string => {
  const why = calibrationWords(log);
  return why === ''
    ? 'PypeIt ended well and reduced nothing; the log does not say why'
    : `PypeIt ended well and reduced nothing: ${why}; look at the calibration frames, or choose others in a custom .pypeit file`;
};
