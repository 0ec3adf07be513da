const CHARACTERS = 500;

/** The last lines of what was printed, as a terminal shows them, but without colours, and each cut to 500 characters. */
export function lastLines(printed: string, count: number): string[] {
  const lines = printed.split('\n');
  const last: string[] = [];
  while (lines.length > 0 && last.length < count) {
    const line = plain(lines.pop() ?? '');
    if (line !== '' || last.length > 0) last.push(line);
  }
  return last.toReversed();
}

/** Of a bar that overwrote itself only its last state. */
function plain(line: string): string {
  const shown = line.replaceAll(ESCAPES, '').replace(/\r+$/, '').split('\r').at(-1) ?? '';
  // A character may be of two units: twice as many are enough, and none is cut in its middle.
  return Array.from(shown.slice(0, 2 * CHARACTERS))
    .slice(0, CHARACTERS)
    .join('');
}

/** Colours and movements (CSI), titles and links (OSC), and what is of two or three characters. */
const ESCAPES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]/g;
