import assert from 'node:assert/strict';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Living processes whose working folder, arguments or environment name a path below `root`; the test's own apart. */
export const processesOf = (root: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        if (/\) [ZX] /.test(stat)) return [];
        const said = [
          readlinkSync(`/proc/${pid}/cwd`),
          readFileSync(`/proc/${pid}/cmdline`, 'latin1'),
          readFileSync(`/proc/${pid}/environ`, 'latin1'),
        ];
        return said.some((text) => text.includes(root)) ? [`${pid}: ${said[1]?.replaceAll('\0', ' ')}`] : [];
      } catch {
        return [];
      }
    });

export const assertNoProcessOf = (root: string): void => assert.deepEqual(processesOf(root), []);

/** Looks until it is so; a world in which it never is fails the test. */
export async function until(isSo: () => boolean, minutes = 1): Promise<void> {
  for (let looks = 0; !isSo(); looks += 1) {
    assert.ok(looks < 6000 * minutes, `it did not come to that within ${minutes} minutes`);
    await new Promise((done) => void setTimeout(done, 10));
  }
}

/** Of a test that failed in the midst of a build: whatever is left is killed, until nothing is. */
export const processesEndedAtLast = (root: string): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    await until(() => {
      const left = processesOf(root).map((line) => Number.parseInt(line, 10));
      for (const pid of left) kill(pid);
      return left.length === 0;
    });
  },
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
