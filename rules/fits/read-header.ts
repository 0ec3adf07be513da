import type { Bytes } from './bytes.ts';
import { fitsFault } from './fault.ts';
import { CARD } from './header.ts';
import { BLOCK, MOST_CARDS } from './primary-header.ts';
import { fitsBadHeader, fitsTruncated } from './problems.ts';

/** Nearly all headers of PypeIt fit, but for the primary one. */
const FIRST_BYTES = 4 * BLOCK;
const MOST_BYTES = MOST_CARDS * CARD;

/** The cards before END of the header that begins at `at`, one character a byte; and where its data begin. */
export async function readHeader(
  bytes: Bytes,
  at: number,
  { path, index }: { readonly path: string; readonly index: number },
): Promise<{ readonly text: string; readonly from: number }> {
  const where = { index, name: '' };
  const [card, first] = index === 0 ? ['SIMPLE', 'SIMPLE  ='] : ['XTENSION', 'XTENSION='];
  let head = Buffer.of();
  for (let wanted = FIRST_BYTES; ; wanted = Math.min(wanted * 4, MOST_BYTES)) {
    const length = Math.min(wanted, bytes.size - at);
    head = Buffer.concat([head, await bytes.read(at + head.length, length - head.length)]);
    const begin = head.toString('latin1', 0, first.length);
    if (begin !== first) {
      if (length > 0 && first.startsWith(begin)) throw fitsFault(fitsTruncated(path, where, { what: 'header', size: bytes.size }));
      const why = length === 0 ? 'is empty, as the file is' : `does not begin with the card ${card}`;
      throw fitsFault(fitsBadHeader(path, where, { card, why }));
    }
    const end = endCard(head);
    if (end !== undefined) {
      const from = at + Math.ceil((end + CARD) / BLOCK) * BLOCK;
      if (from > bytes.size) throw fitsFault(fitsTruncated(path, where, { what: 'header', ends: from, size: bytes.size }));
      return { text: head.toString('latin1', 0, end), from };
    }
    if (length < wanted) throw fitsFault(fitsTruncated(path, where, { what: 'header', size: bytes.size }));
    if (wanted >= MOST_BYTES)
      throw fitsFault(fitsBadHeader(path, where, { card: 'END', why: `has no END card among its first ${MOST_CARDS} cards` }));
  }
}

/** Where the END card begins. */
function endCard(head: Buffer): number | undefined {
  for (let at = head.indexOf('END     ', 0, 'latin1'); at >= 0; at = head.indexOf('END     ', at + 1, 'latin1')) {
    if (at % CARD === 0 && at + CARD <= head.length) return at;
  }
  return undefined;
}
