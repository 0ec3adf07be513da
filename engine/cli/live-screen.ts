/**
 * How are lines printed while a footer stays below them?
 *
 * The cursor rests where the next line goes: on an empty row, with the footer under it. So whatever else is printed there
 * (`^C`, a word of Node's, the prompt after a kill) is readable, to erase the footer is to erase what is below the cursor,
 * and a terminal that is made smaller drops the footer before it drops a line. What each terminal does with long rows when its
 * width changes is then of no account.
 */
export type Screen = {
  /** Scrolls above the footer. */
  line(text: string): void;
  /** From now on, below all lines: asked for at most five times a second, with the columns that there are to fill. */
  footer(lines: (columns: number) => readonly string[]): void;
  /** Without a footer from here on; lines are still printed. */
  close(): void;
};

export type Terminal = {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly rows: () => number;
  readonly isTerminal: boolean;
  /** Calls again and again, until it is stopped. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
};

const REDRAWN_EVERY_MS = 200;

export function openScreen({ write, columns, rows, isTerminal, every }: Terminal): Screen {
  let footer: ((columns: number) => readonly string[]) | undefined;
  let stop: (() => void) | undefined;
  let drawn = '';
  /** Lines that came faster than the screen is redrawn: they are printed at the next tick. */
  let held = '';
  let mayDraw = false;

  const draw = (): void => {
    // No row is filled to its end: terminals differ in when they begin the next one.
    const width = (columns() || 80) - 1;
    const below = fit(footer?.(width) ?? [], width, rows() || 24);
    const back = `\x1b[${below.length}A\r`;
    const now = below.length === 0 ? '' : `\n${below.join('\n')}${back}`;
    // The size is part of what is drawn: a terminal that was made smaller may have dropped the footer.
    const is = now === '' ? '' : `${columns()} ${rows()} ${now}`;
    if (held === '' && is === drawn) return void (mayDraw = true);
    write(`${BEGIN}\r\x1b[J${held}${now}${END}`);
    drawn = is;
    held = '';
    mayDraw = false;
  };
  return {
    line: (text) => {
      if (stop === undefined) return write(`${text}\n`);
      held += `${text}\n`;
      if (mayDraw) draw();
    },
    footer: (lines) => {
      if (!isTerminal) return;
      footer = lines;
      stop ??= every(REDRAWN_EVERY_MS, draw);
    },
    close: () => {
      if (stop === undefined) return;
      stop();
      stop = undefined;
      if (drawn !== '' || held !== '') write(`\r\x1b[J${held}`);
      held = '';
      drawn = '';
    },
  };
}

/** Terminals that know it show all in between at once; others pay no heed. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

/** The sum stands last, and is the last to go. */
function fit(lines: readonly string[], width: number, rows: number): readonly string[] {
  const most = rows < 6 ? Math.min(1, rows - 1) : rows - 2;
  const kept = lines.length <= most ? lines : [...lines.slice(0, Math.max(0, most - 1)), ...(most > 0 ? lines.slice(-1) : [])];
  return kept.map((line) =>
    Array.from(line.replaceAll(/\p{Cc}/gu, ' '))
      .slice(0, width)
      .join(''),
  );
}
