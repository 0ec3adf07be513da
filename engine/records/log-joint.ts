/**
 * Where the two parts of a log meet. A log is one stream of bytes: `log` holds its beginning, `log.tail` its end while it
 * grows, behind a line that tells what is left out between them, and from which byte on. When the log is closed, that file is
 * put behind `log`, so that the line stands just at the byte that it names: that tells it from one that was printed.
 */
export const logPath = (folder: string): string => `${folder}/log`;
export const tailPath = (folder: string): string => `${folder}/log.tail`;
export const timesPath = (folder: string): string => `${folder}/log.times`;

/** `... 9.98 GB left out (9980000000 bytes from byte 4194304 on) ...` */
export const leftOutLine = (bytes: number, from: number): string =>
  `... ${roughSize(bytes)} left out (${bytes} bytes from byte ${from} on) ...\n`;

const LINE = /\.\.\. \S+ [kMGTP]?B left out \((\d+) bytes from byte (\d+) on\) \.\.\.\n/g;
const LINE_BYTES = 200;

export type Joint = {
  /** Of the stream: where its beginning ends, and where its end begins. */
  readonly headEnd: number;
  readonly tailStart: number;
  /** Of the file: where the joint begins, and where it ends. It begins with a newline where the byte before it is none. */
  readonly from: number;
  readonly to: number;
};

/** The line that a `log.tail` begins with. */
export function jointAtTop(file: Uint8Array): Joint | undefined {
  return joints(file.subarray(0, LINE_BYTES)).find(({ from }) => from === 0);
}

/** The line in a `log` of which this is the part from byte `offset` on; undefined where nothing is left out. */
export function jointIn(part: Uint8Array, offset: number): Joint | undefined {
  return joints(part).find(({ from, headEnd }) => offset + from === headEnd);
}

/** All that might be one: with the newline before it as part of it, and without. */
function joints(bytes: Uint8Array): Joint[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return Array.from(text.matchAll(LINE), ({ 0: line, 1: left, 2: by, index }) => {
    const headEnd = Number(by);
    const joint = { headEnd, tailStart: headEnd + Number(left), to: index + line.length };
    return [{ ...joint, from: index }, ...(text[index - 1] === '\n' ? [{ ...joint, from: index - 1 }] : [])];
  }).flat();
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Three digits, by thousands. */
function roughSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 999.5 && unit < UNITS.length - 1; unit += 1) size /= 1000;
  return `${unit === 0 ? size : size.toPrecision(3)} ${UNITS[unit] ?? ''}`;
}
