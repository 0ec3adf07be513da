import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import type { Disk } from '../../engine/disk/disk.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { treeSize } from '../../engine/disk/tree-size.ts';
import { foldersOf } from '../../engine/records/folders.ts';
import { nameOf } from '../../engine/records/record-files.ts';
import { emptyTrash, moveToTrash, sized, trashOf } from '../../engine/run/clean.ts';
import type { Place } from '../../engine/run/clean.ts';
import { findGarbage } from '../../engine/run/garbage.ts';
import { plantAttempt } from '../rig/attempts.ts';
import { temporary } from '../rig/temporary.ts';

const placeOf = (home: string, disk: Disk): Place => ({
  world: { disk, now: Date.now, host: hostname(), pid: process.pid, step: () => undefined },
  home,
  folders: foldersOf(home),
});

function clean(place: Place): string {
  const found = sized(
    place,
    findGarbage(place, () => true),
  );
  const done = moveToTrash(place, found, () => () => true);
  return done.kind === 'moved' ? `moved ${done.moved.length}` : done.problem.code;
}

/** Ends at its n-th rename: without a code as a kill would, with one as a file system that refuses. */
const endingAt = (n: number, error: Error): Disk => {
  let renames = 0;
  return {
    ...nodeDisk,
    rename(from, to) {
      renames += 1;
      if (renames === n) throw error;
      nodeDisk.rename(from, to);
    },
  };
};

for (const [title, error] of [
  ['killed', new Error('killed')],
  ['refused', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })],
] as const) {
  test(`clean: ${title} at any rename it has lost nothing, and goes on the next time`, async () => {
    let ended = 0;
    for (let n = 1; ; n += 1) {
      await using folder = temporary();
      folder.write({
        '.adap/old/a-1/x': 'one',
        '.adap/retired/y': 'two',
        '.adap/logs/none/1/log': 'three',
        [`.adap/failures/${nameOf('up a')}.json`]: 'of an earlier attempt',
        [`.adap/lock.${2 ** 22 + 1}.dead`]: '{}',
      });
      plantAttempt(folder.path, { target: 'up a', by: 'gone', left: 'failed' });
      const files = treeSize(nodeDisk, folder.path).files;
      const place = placeOf(folder.path, endingAt(n, error));
      let said: string | undefined;
      try {
        said = clean(place);
      } catch (caught) {
        assert.equal(caught, error);
      }
      assert.equal(treeSize(nodeDisk, folder.path).files, files, `rename ${n}`);
      if (said === 'moved 5') break;
      ended += 1;
      const again = placeOf(folder.path, nodeDisk);
      const { length } = findGarbage(again, () => true);
      assert.equal(clean(again), `moved ${length}`);
      emptyTrash(again, trashOf(again, 'all'));
      // What the attempt said is kept.
      assert.equal(treeSize(nodeDisk, foldersOf(folder.path).logs).files, 3);
    }
    assert.equal(ended, 6);
  });
}

test('clean: names that come twice do not replace one another in the trash', async () => {
  await using folder = temporary();
  const name = 'x'.repeat(200);
  folder.write({ [`.adap/retired/${name}1/y`]: 'one', [`.adap/retired/${name}2/y`]: 'two' });
  const place = placeOf(folder.path, nodeDisk);
  assert.equal(clean(place), 'moved 2');
  assert.deepEqual(treeSize(nodeDisk, place.folders.trash), { bytes: 6, files: 2 });
});
