import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { joined } from '../rig/joined.ts';
import { createProject } from '../rig/project.ts';

/** The join goes on without those of its inputs that cannot be made, and says of what it was made. */
const lacking = joined
  .replace("output: 'out', by: 'bytes' }", "output: 'out', by: 'bytes', lacking: 'goes-on' }")
  .replace('Buffer.from(given.bytes(each)).toString()', "given.made(each) === undefined ? '-' : Buffer.from(given.bytes(each)).toString()");

test('a join that goes on without what is lacking is made of the rest, and is fresh', async () => {
  await using project = await createProject({ 'adapfile.ts': lacking, 'config/mode': 'upper', 'in/a.txt': 'a', 'in/b.txt': 'bad' });
  const all = (): string => readFileSync(`${project.root}/home/all/all.txt`, 'utf8');
  assert.match((await project.adap('build')).out, /2 built, 0 fresh, 1 failed/);
  assert.equal(all(), 'A-');
  assert.match((await project.adap('why all/all.txt')).out, /^join all is fresh/);
  assert.match(
    (await project.adap('build')).out,
    /0 built, 2 fresh, 1 failed/,
    'the one that failed is not tried again, the join not made again',
  );

  // What was lacking comes: the join is made of all.
  project.write({ 'in/b.txt': 'b' });
  assert.match((await project.adap('build -n')).out, /all  -            may run/);
  assert.match((await project.adap('build')).out, /2 built, 1 fresh/);
  assert.equal(all(), 'AB');

  // It cannot be made any more: what is published of it counts on, and nothing is made again.
  project.write({ 'in/b.txt': 'bad again' });
  assert.match((await project.adap('build')).out, /0 built, 2 fresh, 1 failed/);
  assert.equal(all(), 'AB');
});
