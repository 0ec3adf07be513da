/** Takes colours and other control sequences of terminals off what comes in pieces; all other bytes stay as they are. */
export type PlainText = { take(bytes: Uint8Array): Buffer; end(): Buffer };

// eslint-disable-next-line no-control-regex
const SEQUENCES = /\x1b\[[0-9;?]*[ -/]*[@-~]/g;
/** A sequence is not longer: what is, is none. */
const LONGEST = 64;

export function createPlainText(): PlainText {
  let held = '';
  return {
    take(bytes) {
      // One character a byte, so that a piece may end within a character of UTF-8.
      const text = held + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      const plain = text.replaceAll(SEQUENCES, '');
      const open = plain.lastIndexOf('\x1b');
      const isOpen = open >= 0 && plain.length - open < LONGEST;
      held = isOpen ? plain.slice(open) : '';
      return Buffer.from(isOpen ? plain.slice(0, open) : plain, 'latin1');
    },
    end() {
      const rest = held;
      held = '';
      return Buffer.from(rest, 'latin1');
    },
  };
}
