import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '../../engine/disk/disk.ts';
import { createLook } from '../../engine/disk/look.ts';
import { digest } from '../../engine/lib/digest.ts';
import type { MemberRecord, TargetRecord } from '../../engine/model/record.ts';
import { NOT_BELIEVED, observe } from '../../engine/plan/observe.ts';
import { foldersOf } from '../../engine/records/folders.ts';
import { readRecord, recordPath, sealed } from '../../engine/records/record-files.ts';
import { verify } from '../../engine/run/verify.ts';
import type { Verified } from '../../engine/run/verify.ts';
import type { World } from '../../engine/world.ts';
import { createMemoryDisk } from '../rig/memory-disk.ts';
import type { MemoryDisk } from '../rig/memory-disk.ts';

const folders = foldersOf('/home');

type Place = { readonly disk: MemoryDisk; readonly world: World; readonly record: TargetRecord };

/** The tree `t/`, with two files and a folder in it, as published an hour ago. */
function published(): Place {
  let nowMs = 1_000_000;
  const disk = createMemoryDisk(() => nowMs, 1);
  disk.write('/home/t/a', 'one');
  disk.write('/home/t/b/c', 'two');
  nowMs += 3_600_000;
  const member = (path: string): MemberRecord => ({
    path,
    stamp: disk.stamp(`/home/${path}`)!,
    digest: path.endsWith('/') ? '' : (disk.digestOf(`/home/${path}`) ?? ''),
  });
  const members = ['t/', 't/a', 't/b/', 't/b/c'].map(member);
  const outputs = [{ name: 'tree', path: 't/', digest: digest('tree'), members }];
  const parts = { revision: 1, values: {}, inputs: {}, madeBy: {} };
  const record: TargetRecord = {
    target: 'r t',
    rule: 'r',
    at: {},
    key: 'K',
    parts,
    recorded: {},
    outputs,
    stampedAtMs: nowMs,
    publishedAtMs: nowMs,
  };
  disk.writeWhole(recordPath(folders, 'r t'), sealed(record));
  const world: World = { disk, now: () => nowMs, host: 'here', pid: process.pid, step: () => undefined };
  return { disk, world, record };
}

function verified({ world }: Place, disk: Disk = world.disk): Verified & { readonly says: readonly string[] } {
  const says: string[] = [];
  const tell = { found: ({ is, path }: { is: string; path: string }) => void says.push(`${is} ${path}`), progress: () => undefined };
  return { ...verify({ world: { ...world, disk }, home: '/home', folders }, { targets: ['r t'], damaged: [] }, tell), says };
}

/** Bytes change, the stamp does not. */
function rot({ disk }: Place, path: string): void {
  const stamp = disk.stamp(path)!;
  disk.write(path, 'x'.repeat(stamp.size));
  const was = disk.stamp.bind(disk);
  disk.stamp = (each) => (each === path ? stamp : was(each));
}

const refusing = (disk: Disk, code: string): Disk => ({
  ...disk,
  digestOf(path) {
    if (path.endsWith('/a')) throw Object.assign(new Error(code), { code });
    return disk.digestOf(path);
  },
});

const truth: [title: string, change: (place: Place) => void, says: string[], isMarked: boolean][] = [
  ['nothing changed', () => undefined, [], false],
  ['a stamp moved, the bytes did not', ({ disk }) => disk.touch('/home/t/a'), [], false],
  ['bytes changed under their stamp', (place) => rot(place, '/home/t/a'), ['damaged t/a'], true],
  ['somebody wrote', ({ disk }) => disk.write('/home/t/a', 'uno'), ['edited t/a'], false],
  ['a file became a folder', ({ disk }) => (disk.remove('/home/t/a'), disk.makeFolder('/home/t/a')), ['edited t/a'], false],
  ['a file is gone', ({ disk }) => disk.remove('/home/t/b/c'), ['edited t/b/', 'missing t/b/c'], false],
  ['a file came to it', ({ disk }) => disk.write('/home/t/b/d', ''), ['edited t/b/'], false],
  ['a folder is gone, with what was in it', ({ disk }) => disk.remove('/home/t/b'), ['edited t/', 'missing t/b/'], false],
  ['all of it is gone', ({ disk }) => disk.remove('/home/t'), ['missing t/'], false],
];

for (const [title, change, says, isMarked] of truth) {
  test(`verify: ${title}`, () => {
    const place = published();
    change(place);
    assert.deepEqual(verified(place).says, says);
    assert.equal(readRecord(place.disk, folders, 'r t')?.stampedAtMs === NOT_BELIEVED, isMarked);
  });
}

test('verify: what the disk cannot read any more is damaged, what nobody may read is not', () => {
  const place = published();
  assert.deepEqual(verified(place, refusing(place.disk, 'EACCES')).findings, [
    { target: 'r t', path: 't/a', is: 'refused', code: 'EACCES' },
  ]);
  assert.notEqual(readRecord(place.disk, folders, 'r t')?.stampedAtMs, NOT_BELIEVED);
  const broken = refusing(place.disk, 'EIO');
  assert.deepEqual(verified(place, broken).says, ['damaged t/a']);
  const record = readRecord(place.disk, folders, 'r t')!;
  const { observed } = observe({ disk: broken, look: createLook(broken), home: '/home' }, [], record);
  assert.deepEqual(observed, [{ path: 't/a', is: 'damaged' }]);
});

test('verify: what a builder publishes meanwhile is compared with the record of now', () => {
  const place = published();
  const { disk, record } = place;
  const publishing: Disk = {
    ...disk,
    digestOf(path) {
      if (path === '/home/t/a' && disk.read(path)?.toString() === 'one') {
        disk.write(path, 'new');
        const [output] = record.outputs;
        const members = output!.members.map((each) =>
          each.path === 't/a' ? { ...each, stamp: disk.stamp(path)!, digest: digest('new') } : each,
        );
        disk.writeWhole(
          recordPath(folders, 'r t'),
          sealed({ ...record, publishedAtMs: record.publishedAtMs + 1, outputs: [{ ...output, members }] }),
        );
      }
      return disk.digestOf(path);
    },
  };
  assert.deepEqual(verified(place, publishing).says, []);
});

test('verify: a target that is being moved into its place is looked at once more, last', () => {
  const place = published();
  const { disk } = place;
  disk.remove('/home/t/a');
  const intent = `${folders.intents}/${recordPath(folders, 'r t').slice(-37)}`;
  disk.writeWhole(intent, '');
  const ending: Disk = {
    ...disk,
    stamp(path) {
      const stamp = disk.stamp(path);
      if (path === intent) disk.write('/home/t/a', 'one');
      return stamp;
    },
  };
  const { says, targets } = verified(place, ending);
  assert.deepEqual([says, targets], [[], 1]);
});
