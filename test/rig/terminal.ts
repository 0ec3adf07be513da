/** What a terminal shows: so much of one as a footer needs. Throws at any sequence that it does not know. */
export type FakeTerminal = {
  write(text: string): void;
  resize(columns: number, rows: number): void;
  columns(): number;
  rows(): number;
  /** Rows of the window down to the last that holds anything. */
  screen(): string[];
  /** All that was printed and is still there, scrolled out or not: lines, whatever rows they take. */
  printed(): string[];
  cursor(): { row: number; column: number };
};

/** At another width, most lay long lines out anew (tmux, GNOME, iTerm); some cut rows (xterm, screen). */
export type WhenResized = 'lays-out' | 'cuts';

type Row = { cells: string[]; goesOn: boolean };

export function createTerminal(size: { columns: number; rows: number; whenResized?: WhenResized }): FakeTerminal {
  let { columns, rows } = size;
  const empty = (): Row => ({ cells: [], goesOn: false });
  /** What was scrolled out, and then the window, from `top` on. */
  let buffer: Row[] = [empty()];
  let top = 0;
  let at = { row: 0, column: 0 };

  const rowAt = (row: number): Row => {
    while (buffer.length <= row) buffer.push(empty());
    return buffer[row]!;
  };
  const newLine = (): void => {
    at = { row: at.row + 1, column: 0 };
    rowAt(at.row);
    top = Math.max(top, at.row - rows + 1);
  };
  const put = (sign: string): void => {
    if (at.column >= columns) {
      rowAt(at.row).goesOn = true;
      newLine();
    }
    const { cells } = rowAt(at.row);
    while (cells.length < at.column) cells.push(' ');
    cells[at.column] = sign;
    at.column += 1;
  };
  const eraseRow = (): void => {
    const row = rowAt(at.row);
    row.cells.length = Math.min(row.cells.length, at.column, columns - 1);
    row.goesOn = false;
  };
  const obey = (sequence: string, count: number): void => {
    switch (sequence.replace(/\d+/, '')) {
      case '\x1b[A':
        at = { row: Math.max(top, at.row - (Number.isNaN(count) ? 1 : Math.max(1, count))), column: Math.min(at.column, columns - 1) };
        return;
      case '\x1b[J':
        eraseRow();
        buffer.length = at.row + 1;
        return;
      case '\x1b[K':
        return eraseRow();
      default:
        if (!/^\x1b\[(\?2026[hl]|\d*m)$/.test(sequence)) throw new Error(`this terminal does not know ${JSON.stringify(sequence)}`);
    }
  };
  const layOut = (): void => {
    const laid: Row[] = [];
    let cursor = at;
    let from = 0;
    while (from < buffer.length) {
      let to = from;
      while (buffer[to]!.goesOn) to += 1;
      const line = buffer.slice(from, to + 1);
      const cells = line.flatMap((row) => row.cells);
      const offset = line.slice(0, at.row - from).reduce((sum, row) => sum + row.cells.length, at.column);
      if (at.row >= from && at.row <= to) cursor = { row: laid.length + Math.floor(offset / size.columns), column: offset % size.columns };
      const count = Math.max(1, Math.ceil(cells.length / size.columns));
      for (let part = 0; part < count; part += 1)
        laid.push({ cells: cells.slice(part * size.columns, (part + 1) * size.columns), goesOn: part < count - 1 });
      from = to + 1;
    }
    buffer = laid;
    top = Math.max(0, buffer.length - rows);
    at = cursor.row < top ? { row: top, column: 0 } : cursor;
    rowAt(at.row);
  };
  return {
    write: (text) => {
      for (const [part] of text.matchAll(/\x1b\[\??\d*[A-Za-z]|[\s\S]/gu)) {
        if (part === '\n') newLine();
        else if (part === '\r') at.column = 0;
        else if (part.startsWith('\x1b')) obey(part, Number.parseInt(part.slice(2), 10));
        else put(part);
      }
    },
    // As tmux: a window that loses rows loses those below the cursor first, and then the upper ones to what is scrolled out.
    resize: (toColumns, toRows) => {
      while (buffer.length - top > toRows && buffer.length - 1 > at.row) buffer.pop();
      top = toRows > rows ? Math.max(0, Math.min(top, buffer.length - toRows)) : Math.max(top, buffer.length - toRows);
      rows = toRows;
      if (toColumns !== columns) {
        size.columns = toColumns;
        if (size.whenResized === 'cuts') {
          for (const row of buffer) row.cells.length = Math.min(row.cells.length, toColumns);
          at.column = Math.min(at.column, toColumns - 1);
        } else layOut();
        columns = toColumns;
      }
    },
    columns: () => columns,
    rows: () => rows,
    screen: () => {
      const shown = buffer.slice(top).map(({ cells }) => cells.join('').trimEnd());
      return shown.slice(0, shown.findLastIndex((row) => row !== '') + 1);
    },
    printed: () => {
      const lines: string[] = [];
      let line = '';
      for (const { cells, goesOn } of buffer) {
        line += cells.join('');
        if (goesOn) continue;
        lines.push(line);
        line = '';
      }
      return lines;
    },
    cursor: () => ({ row: at.row - top, column: at.column }),
  };
}
