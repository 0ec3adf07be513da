import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOf, causeOfDeath } from '../../engine/attempt/cause-of.ts';
import type { Death, Ending } from '../../engine/attempt/cause-of.ts';

const GIB = 2 ** 30;

const ending = (more: Partial<Ending> = {}): Ending => ({
  asked: 'nothing',
  thrown: undefined,
  lastLines: [],
  freeBytes: 10 * GIB,
  oomKills: 0,
  limits: { hours: 2, memoryBytes: 4 * GIB },
  peakMemoryBytes: 3.5 * GIB,
  moved: undefined,
  notWhole: [],
  ...more,
});

const exited = { says: '`x` exited with 3', exit: 3 };

const truth: [title: string, end: Ending, cause: string | undefined, says?: string][] = [
  ['all is well', ending(), undefined],
  ['it was cancelled, whatever else', ending({ asked: 'cancel', thrown: exited, moved: 'in' }), 'cancelled', 'it was cancelled'],
  ['it was told to end', ending({ asked: 'terminate', thrown: exited }), 'preempted', 'the attempt was told to end (SIGTERM)'],
  ['its time was over', ending({ asked: 'time-limit', thrown: exited }), 'timed-out', 'it ran for longer than 2 h'],
  [
    'it passed its limit of memory',
    ending({ asked: 'memory-limit', thrown: { says: 'x', signal: 'SIGKILL' } }),
    'out-of-memory',
    'it was ended for want of memory: it used 3.5 GiB, its limit is 4.0 GiB',
  ],
  [
    'a small one passed its limit',
    ending({ asked: 'memory-limit', peakMemoryBytes: 70 * 2 ** 20, limits: { hours: 2, memoryBytes: undefined } }),
    'out-of-memory',
    'it was ended for want of memory: it used 70 MiB',
  ],
  [
    'it used a whole GiB, and its limit is just below one',
    ending({ asked: 'memory-limit', peakMemoryBytes: GIB, limits: { hours: 2, memoryBytes: GIB - 2 ** 20 } }),
    'out-of-memory',
    'it was ended for want of memory: it used 1.0 GiB, its limit is 1023 MiB',
  ],
  [
    'it used a little more than a GiB',
    ending({ asked: 'memory-limit', peakMemoryBytes: 1.1 * GIB, limits: { hours: 2, memoryBytes: GIB } }),
    'out-of-memory',
    'it was ended for want of memory: it used 1.1 GiB, its limit is 1.0 GiB',
  ],
  ['the recipe knows', ending({ thrown: { says: 'x', exit: 1, failing: { cause: 'bad-input', says: 'why' } } }), 'bad-input', 'why'],
  [
    'the kernel killed it',
    ending({ thrown: { says: 'x', signal: 'SIGKILL' }, oomKills: 1 }),
    'out-of-memory',
    'the kernel killed it for want of memory: it used 3.5 GiB, its limit is 4.0 GiB',
  ],
  ['the kernel killed a child of bash', ending({ thrown: { says: 'x', exit: 137 }, oomKills: 1 }), 'out-of-memory'],
  ['another of the machine was killed by the kernel, and this one exited', ending({ thrown: exited, oomKills: 1 }), 'exited'],
  [
    'the recipe met a full disk',
    ending({ thrown: { says: 'no room', code: 'ENOSPC' }, freeBytes: 2 ** 20 }),
    'disk-full',
    'no room; 1 MiB free',
  ],
  ['the recipe met its quota', ending({ thrown: { says: 'no room', code: 'EDQUOT' } }), 'disk-full'],
  ['a command said that the disk is full', ending({ thrown: exited, lastLines: ['dd: x: No space left on device', 'bye'] }), 'disk-full'],
  ['a command said that the quota is used up', ending({ thrown: exited, lastLines: ['cp: Disk quota exceeded'] }), 'disk-full'],
  ['what was thrown says that the disk is full', ending({ thrown: { says: 'no space left on device' } }), 'disk-full'],
  ['a command failed, and nothing is free', ending({ thrown: exited, freeBytes: 1000 }), 'disk-full'],
  ['a command failed, and a last block is free', ending({ thrown: exited, freeBytes: 64 * 1024 }), 'exited'],
  ['it ended well on a full disk', ending({ freeBytes: 0 }), undefined],
  ['a command was killed from outside', ending({ thrown: { says: 'x', signal: 'SIGKILL' } }), 'preempted', 'x: SIGKILL from outside'],
  ['SIGTERM', ending({ thrown: { says: 'x', signal: 'SIGTERM' } }), 'preempted'],
  ['SIGHUP', ending({ thrown: { says: 'x', signal: 'SIGHUP' } }), 'preempted'],
  ['SIGINT', ending({ thrown: { says: 'x', signal: 'SIGINT' } }), 'preempted'],
  ['SIGQUIT', ending({ thrown: { says: 'x', signal: 'SIGQUIT' } }), 'preempted'],
  ['SIGPWR', ending({ thrown: { says: 'x', signal: 'SIGPWR' } }), 'preempted'],
  ['a child of bash was killed by SIGTERM', ending({ thrown: { says: 'x', exit: 143 } }), 'preempted', 'x: SIGTERM from outside'],
  ['129', ending({ thrown: { says: 'x', exit: 129 } }), 'preempted', 'x: SIGHUP from outside'],
  ['130', ending({ thrown: { says: 'x', exit: 130 } }), 'preempted', 'x: SIGINT from outside'],
  ['131', ending({ thrown: { says: 'x', exit: 131 } }), 'preempted', 'x: SIGQUIT from outside'],
  ['137', ending({ thrown: { says: 'x', exit: 137 } }), 'preempted', 'x: SIGKILL from outside'],
  ['a command died of its own doing', ending({ thrown: { says: 'x', signal: 'SIGSEGV' } }), 'exited'],
  ...['EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ESTALE', 'ENOTCONN', 'ETIMEDOUT', 'EBUSY', 'EAGAIN', 'ENOMEM', 'EXDEV'].map(
    (code): [string, Ending, string] => [`the file system refuses: ${code}`, ending({ thrown: { says: 'x', code } }), 'store-unavailable'],
  ),
  ['the recipe looked for a file that is not there', ending({ thrown: { says: 'x', code: 'ENOENT' } }), 'exited'],
  ['an input moved', ending({ moved: 'in/a' }), 'input-changed', 'in/a changed while it ran'],
  ['an input moved, and it exited: who knows why', ending({ moved: 'in/a', thrown: exited }), 'input-changed'],
  ['an input moved, and it is not whole', ending({ moved: 'in/a', notWhole: ['out is empty'] }), 'input-changed'],
  ['a command exited', ending({ thrown: exited, lastLines: ['before', 'ValueError: no'] }), 'exited', '`x` exited with 3: ValueError: no'],
  ['a command exited and printed nothing', ending({ thrown: exited }), 'exited', '`x` exited with 3'],
  ['what was thrown is what was printed last', ending({ thrown: { says: 'it said no' }, lastLines: ['no'] }), 'exited', 'it said no'],
  ['a command exited, and it is not whole', ending({ thrown: exited, notWhole: ['out is empty'] }), 'exited'],
  ['one output is not whole', ending({ notWhole: ['a is missing'] }), 'incomplete', 'a is missing'],
  ['two outputs are not whole', ending({ notWhole: ['a is missing', 'b is empty'] }), 'incomplete', 'a is missing; b is empty'],
];

for (const [title, end, cause, says] of truth) {
  test(`cause of an end: ${title}`, () => {
    const failure = causeOf(end);
    assert.equal(failure?.cause, cause);
    if (says !== undefined) assert.equal(failure?.says, says);
  });
}

const death = (more: Partial<Death> = {}): Death => ({
  asked: 'nothing',
  hadBegun: true,
  isOtherBoot: false,
  exit: undefined,
  signal: 'SIGKILL',
  oomKills: 0,
  freeBytes: 10 * GIB,
  said: '',
  limits: { hours: 2, memoryBytes: 4 * GIB },
  ...more,
});

const deaths: [title: string, death: Death, cause: string, says?: string][] = [
  ['killed by nobody knows whom', death(), 'preempted', 'its process was killed from outside (SIGKILL)'],
  ['gone, and nobody saw it', death({ signal: undefined }), 'preempted', 'its process was killed from outside (no one saw by what)'],
  ['cancelled, and deaf', death({ asked: 'cancel', isOtherBoot: true }), 'cancelled', 'it was cancelled'],
  ['its time was over, and deaf', death({ asked: 'time-limit' }), 'timed-out', 'it did not end within 2 h, and did not hear'],
  [
    'whoever was to run it found out why it cannot',
    death({ failure: { cause: 'bad-input', says: 'x is not here' }, isLost: true }),
    'bad-input',
    'x is not here',
  ],
  [
    'whoever held it was not heard of',
    death({ isLost: true, isOtherBoot: true, said: 'Redis has forgotten it' }),
    'lease-lost',
    'Redis has forgotten it',
  ],
  ['the machine was started anew', death({ isOtherBoot: true, oomKills: 1 }), 'node-lost', 'the machine that it ran on was started anew'],
  ['the kernel killed it alone', death({ oomKills: 1 }), 'out-of-memory'],
  [
    'the kernel killed it and another',
    death({ oomKills: 2 }),
    'out-of-memory',
    'the kernel killed it for want of memory, its limit is 4.0 GiB',
  ],
  ['the kernel killed another', death({ oomKills: 2, signal: 'SIGTERM' }), 'preempted'],
  ['its disk is full', death({ freeBytes: 1000, exit: 1, signal: undefined }), 'disk-full', 'its disk is full; 1 MiB free'],
  ['a last block is free', death({ freeBytes: 64 * 1024 }), 'preempted'],
  ['adap broke', death({ exit: 1, signal: undefined, said: 'TypeError' }), 'bug', 'adap attempt ended with 1: TypeError'],
  ['it ended well without a word', death({ exit: 0, signal: undefined }), 'preempted'],
  [
    'it did not come up',
    death({ hadBegun: false, signal: undefined, said: 'EAGAIN' }),
    'never-started',
    'its process did not come up: EAGAIN',
  ],
  ['it did not come up, and said nothing', death({ hadBegun: false }), 'never-started', 'its process did not come up'],
];

for (const [title, of, cause, says] of deaths) {
  test(`cause of a death: ${title}`, () => {
    const failure = causeOfDeath(of);
    assert.equal(failure.cause, cause);
    if (says !== undefined) assert.equal(failure.says, says);
  });
}
