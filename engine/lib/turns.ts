/** Gives each caller a turn of the event loop of its own: between two of them, signals and the ends of attempts are heard. */
export function createTurns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((done) => void setImmediate(done)));
    return last;
  };
}
