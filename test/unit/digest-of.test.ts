import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { digest } from '../../engine/lib/digest.ts';
import { createMemoryDisk } from '../rig/memory-disk.ts';
import { temporary } from '../rig/temporary.ts';

const PIECE = 1024 * 1024;

test('a file read in pieces has the digest of its bytes, whatever its size', async () => {
  await using folder = temporary();
  const path = `${folder.path}/file`;
  for (const size of [0, 1, 1000, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7]) {
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; at += 101) bytes[at] = (at * 31) % 256;
    writeFileSync(path, bytes);
    assert.equal(nodeDisk.digestOf(path), digest(bytes), `${size} bytes`);
  }
});

test('what is not there has no digest, on the real disk and in memory', async () => {
  await using folder = temporary();
  assert.equal(nodeDisk.digestOf(`${folder.path}/none`), undefined);
  const disk = createMemoryDisk(() => 0, 1);
  disk.write('/a', 'x');
  assert.equal(disk.digestOf('/none'), undefined);
  assert.equal(disk.digestOf('/a'), digest('x'));
});
