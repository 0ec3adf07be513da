/** What every store must do, wherever its objects lie. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Store } from '../../engine/stores/store.ts';
import { temporary } from '../rig/temporary.ts';

export type OpenedStore = AsyncDisposable & { readonly store: Store };
export type Opening = { readonly open: () => Promise<OpenedStore>; readonly skip: string | false };

const bytes = (text: string): Buffer => Buffer.from(text);
const text = (data: Uint8Array | undefined): string => Buffer.from(data ?? []).toString();
/** No two pieces of it are alike. */
const many = (size: number): Buffer => {
  const made = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) made.writeUInt32LE(Math.imul(at + 1, 2654435761) >>> 0, at);
  return made;
};
const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
const LARGE = 40 * 2 ** 20 + 4;

export function storeContract(name: string, { open, skip }: Opening): void {
  const row = (title: string, run: (store: Store, folder: string) => Promise<void>): void =>
    void test(`${name}: ${title}`, { skip }, async () => {
      await using opened = await open();
      await using scratch = temporary();
      await run(opened.store, scratch.path);
    });

  row('what was written is read, with its size and ETag', async (store) => {
    const found = await store.write('a/b', bytes('hello'));
    assert.deepEqual(found, { key: 'a/b', size: 5, etag: createHash('md5').update('hello').digest('hex') });
    const read = await store.read('a/b');
    assert.deepEqual({ ...read, bytes: text(read?.bytes) }, { ...read, found, bytes: 'hello' });
    const { ageMs, ...is } = (await store.stat('a/b')) ?? assert.fail('not there');
    assert.deepEqual(is, found);
    assert.ok(ageMs < 60_000, String(ageMs));
  });

  row('of what is not there, nothing is given', async (store, folder) => {
    const none = { key: 'none', size: 3, etag: 'd41d8cd98f00b204e9800998ecf8427e' };
    assert.equal(await store.stat('none'), undefined);
    assert.equal(await store.read('none'), undefined);
    assert.equal(await store.readPart(none, 0, 3), undefined);
    assert.equal(await store.copy(none, 'other'), undefined);
    assert.equal(await store.fetch(none, `${folder}/none`), false);
    assert.deepEqual(readdirSync(folder), []);
    await store.remove(['none', 'neither']);
    assert.deepEqual(await store.list(''), []);
  });

  row('a list is sorted, whole, and of one prefix', async (store) => {
    const keys = ['a/2', 'a/10', 'a/é', 'a/x y+z%', 'b', 'a-', 'a/\u{1F52D}', 'a/#1', "a/'quoted' & <tagged>"];
    for (const key of keys) await store.write(key, bytes(key));
    const sorted = (all: readonly string[]): readonly string[] => all.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)));
    assert.deepEqual(
      (await store.list('')).map(({ key }) => key),
      sorted(keys),
    );
    assert.deepEqual(
      (await store.list('a/')).map(({ key }) => key),
      sorted(keys.filter((key) => key.startsWith('a/'))),
    );
    for (const { key, etag, size } of await store.list('')) {
      const read = await store.read(key);
      assert.deepEqual({ ...read, bytes: text(read?.bytes) }, { found: { key, etag, size }, bytes: key });
    }
    for (const found of await store.list('a/')) assert.equal((await store.copy(found, `copied/${found.key}`))?.etag, found.etag);
    await store.remove((await store.list('a')).map(({ key }) => key));
    assert.deepEqual((await store.list('a')).length + (await store.list('b')).length, 1);
  });

  row('a part is that of the object that was found, and of no other', async (store) => {
    const found = await store.write('part', many(100_000));
    assert.deepEqual(Buffer.from((await store.readPart(found, 10, 20)) ?? []), many(100_000).subarray(10, 30));
    assert.deepEqual(Buffer.from((await store.readPart(found, 99_990, 1000)) ?? []), many(100_000).subarray(99_990));
    assert.equal((await store.readPart(found, 100_000, 10))?.length, 0);
    await store.write('part', many(99_000));
    assert.equal(await store.readPart(found, 10, 20), undefined);
  });

  row('a large file goes up in parts and comes down whole, counted', async (store, folder) => {
    writeFileSync(`${folder}/up`, many(LARGE));
    let up = 0;
    let down = 0;
    const found = await store.upload('large', `${folder}/up`, { onBytes: (count) => (up += count) });
    assert.equal(found.size, LARGE);
    assert.equal((await store.stat('large'))?.etag, found.etag);
    assert.equal(await store.fetch(found, `${folder}/down`, { sha256: sha256(many(LARGE)), onBytes: (count) => (down += count) }), true);
    assert.equal(Buffer.compare(readFileSync(`${folder}/down`), many(LARGE)), 0);
    assert.deepEqual([up, down], [LARGE, LARGE]);
    assert.equal((await store.copy(found, 'copied'))?.size, LARGE);
    const copied = (await store.stat('copied')) ?? assert.fail('no copy');
    assert.equal(await store.fetch(copied, `${folder}/again`), true);
    assert.equal(sha256(readFileSync(`${folder}/again`)), sha256(many(LARGE)));
    assert.deepEqual(readdirSync(folder).toSorted(), ['again', 'down', 'up']);
  });

  row('an empty file is an object', async (store, folder) => {
    writeFileSync(`${folder}/up`, '');
    const found = await store.upload('empty', `${folder}/up`);
    assert.equal(found.size, 0);
    assert.equal(await store.fetch(found, `${folder}/down`), true);
    assert.equal(readFileSync(`${folder}/down`, 'utf8'), '');
  });

  row('what was replaced meanwhile is neither fetched nor copied', async (store, folder) => {
    const found = await store.write('moving', bytes('one'));
    await store.write('moving', bytes('two'));
    assert.equal(await store.fetch(found, `${folder}/file`), false);
    assert.equal(existsSync(`${folder}/file`), false);
  });

  row('a commit succeeds where nothing has changed, and nowhere else', async (store) => {
    const one = await store.commit('record', bytes('one'), 'absent');
    assert.ok(one !== 'conflict');
    assert.equal(await store.commit('record', bytes('other'), 'absent'), 'conflict');
    assert.equal(await store.commit('record', bytes('other'), 'd41d8cd98f00b204e9800998ecf8427e'), 'conflict');
    assert.equal(await store.commit('none', bytes('other'), one.etag), 'conflict');
    const two = await store.commit('record', bytes('two'), one.etag);
    assert.ok(two !== 'conflict');
    assert.equal(await store.commit('record', bytes('three'), one.etag), 'conflict');
    assert.equal(text((await store.read('record'))?.bytes), 'two');
  });

  row('of twenty who commit at once, one succeeds', async (store) => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, one) => store.commit('race', bytes(`racer ${one}`), 'absent')));
    assert.equal(all.filter((each) => each !== 'conflict').length, 1);
    const first = await store.read('race');
    const next = await Promise.all(
      Array.from({ length: 20 }, (_, one) => store.commit('race', bytes(`again ${one}`), first?.found.etag ?? '')),
    );
    assert.equal(next.filter((each) => each !== 'conflict').length, 1);
  });
}
