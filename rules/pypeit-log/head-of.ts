/** A line that PypeIt logged, of 1.17 or 2.x: from its log file, or printed (without colours). Lines without a head go on with the text before. */
export type LogHead = {
  readonly version: '1.x' | '2.x';
  /** `INFO`, `WARNING`, `ERROR`. */
  readonly level: string;
  /** `edgetrace.py` */
  readonly file: string;
  /** `initial_trace`, without brackets. */
  readonly method: string;
  readonly text: string;
};

/** `[WARNING] :: edgetrace.py 1045 initial_trace() - No edges found!` */
const ONE = /^\[([A-Z]+)\] *:: (\S+) \d+ (\S+?)\(\) - (.*)$/;
/** ` WARNING | 2026-11-22 23:17:24 | edgetrace.py:initial_trace:981 | No edges found!` */
const TWO = /^ *([A-Z]+) \| [\d-]{10} [\d:]{8} \| ([^:|]+):([^:|]*):\d+ \| (.*)$/;
/** `[WARNING] - edgetrace.py:initial_trace:981 - No edges found!`, as 2.x prints it. */
const TWO_PRINTED = /^\[([A-Z]+)\] *- ([^:|\s]+):([^:|\s]*):\d+ - (.*)$/;

export function headOf(line: string): LogHead | undefined {
  const one = ONE.exec(line);
  const [, level = '', file = '', method = '', text = ''] = one ?? TWO.exec(line) ?? TWO_PRINTED.exec(line) ?? [];
  return level === '' ? undefined : { version: one === null ? '2.x' : '1.x', level, file, method, text };
}
