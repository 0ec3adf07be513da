/** A line in which each finds its place by rank; those of one rank stand in the order in which they came. */
export type Line<T> = {
  add(item: T): void;
  first(): T | undefined;
  remove(item: T): void;
  all(): readonly T[];
};

/** `before` as of `toSorted`. Kept from the back to the front: who is first leaves cheaply. */
export function createLine<T>(before: (a: T, b: T) => number): Line<T> {
  const items: T[] = [];
  return {
    add(item) {
      let [low, high] = [0, items.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        const other = items[middle];
        if (other !== undefined && before(other, item) > 0) low = middle + 1;
        else high = middle;
      }
      items.splice(low, 0, item);
    },
    first: () => items.at(-1),
    remove(item) {
      const at = items.lastIndexOf(item);
      if (at >= 0) items.splice(at, 1);
    },
    all: () => items.toReversed(),
  };
}
