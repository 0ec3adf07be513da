import { headOf } from './head-of.ts';

/** Warnings after which something is missing among the products. */
const LOST =
  /Calibrations for detector|No spec2d and spec1d|No edges found|All traces removed|Not enough useful IDs|Edge tracing failed|Rejecting slit/;

/** The last line of a Python traceback: `pypeit.exceptions.PypeItError: …`, `MemoryError`. */
const EXCEPTION = /^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt)(?::.*)?$/;

const DEATH = /^(?:Killed|Terminated|Segmentation fault|Bus error|Aborted)\b|No space left on device|Unable to allocate/;

/** Lines of what a program of PypeIt printed, without colours, that a person wants to see first. */
export function matters(line: string): boolean {
  const head = headOf(line);
  if (head === undefined) return EXCEPTION.test(line) || DEATH.test(line);
  return head.level === 'ERROR' || head.level === 'CRITICAL' || (head.level === 'WARNING' && LOST.test(head.text));
}
