/** The last bytes of a stream, however long it is, in one fixed piece of memory. Places are counted from its first byte. */
export type Ring = {
  push(bytes: Uint8Array): void;
  /** Where what is kept begins. */
  start(): number;
  /** Where it ends: how many bytes came in all. */
  end(): number;
  /** A copy. */
  part(from: number, to: number): Buffer;
};

export function createRing(capacity: number): Ring {
  const ring = Buffer.alloc(capacity);
  let end = 0;
  const start = (): number => Math.max(0, end - capacity);
  return {
    start,
    end: () => end,
    push(bytes) {
      end += bytes.length;
      const kept = bytes.subarray(Math.max(0, bytes.length - capacity));
      const at = (end - kept.length) % capacity;
      const fits = Math.min(kept.length, capacity - at);
      ring.set(kept.subarray(0, fits), at);
      ring.set(kept.subarray(fits), 0);
    },
    part(from, to) {
      const at = from % capacity;
      const fits = Math.min(to - from, capacity - at);
      return Buffer.concat([ring.subarray(at, at + fits), ring.subarray(0, to - from - fits)]);
    },
  };
}
