/** In the default branch of a switch: the compiler names the case that was forgotten. */
export function unreachable(never: never): never {
  throw new Error(`bug: not handled: ${JSON.stringify(never)}`);
}
