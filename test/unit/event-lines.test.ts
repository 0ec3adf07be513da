import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../engine/model/event.ts';
import { createEventLines } from '../../engine/report/event-lines.ts';

const NOW = 1e12;
const target = 'reduce X';
const failure = { cause: 'out-of-memory', says: 'it had 32 GiB' } as const;
const exited = { cause: 'exited', says: 'ended with 1' } as const;
const neverBuilt = [{ kind: 'never-built' }] as const;
const started = { kind: 'started', target, stage: 'reduce', reasons: neverBuilt, expectedSeconds: undefined } as const;
const built = { kind: 'built', target, stage: 'reduce', reasons: neverBuilt, caveats: [] } as const;
const again = { kind: 'again', target, failure, tries: 2, waitSeconds: 0, asks: '' } as const;
const stopped = { kind: 'stopped', stage: 'reduce', cause: 'exited', count: 20, says: 'ended with 1' } as const;

const truth: [title: string, event: Event, lines: string[]][] = [
  ['what is planned prints nothing', { kind: 'planned', stages: { reduce: 2 }, seconds: 3 }, []],
  ['a target that is fresh prints nothing', { kind: 'fresh', target, stage: 'reduce' }, []],
  ['a target that is begun prints nothing', { ...started, by: 'started', sinceMs: NOW }, []],
  [
    'an attempt that is taken over says how long it runs',
    { ...started, by: 'adopted', sinceMs: NOW - 41 * 60_000 },
    ['adopted   reduce X  of an earlier build, running for 41 min'],
  ],
  ['a target that was made at once says why', { ...built, seconds: 9.9 }, ['built     reduce X  never built']],
  ['a target that took its time says how much', { ...built, seconds: 7800 }, ['built     reduce X  never built  2 h 10 min']],
  ['a target without a reason has its time alone', { ...built, reasons: [], seconds: 10 }, ['built     reduce X  10 s']],
  [
    'caveats have a line each',
    { ...built, seconds: 1, caveats: ['one of two is empty', 'few lines'] },
    ['built     reduce X  never built', '  caveat: one of two is empty', '  caveat: few lines'],
  ],
  ['a failure says its cause', { kind: 'failed', target, failure: exited, older: 'none' }, ['failed    reduce X  exited: ended with 1']],
  [
    'a failure says that there is an older result',
    { kind: 'failed', target, failure: exited, older: 'kept' },
    ['failed    reduce X  exited: ended with 1; older result kept'],
  ],
  ['a target is tried again', again, ['again     reduce X  out-of-memory: it had 32 GiB; try 2']],
  ['with more', { ...again, asks: '48 GiB' }, ['again     reduce X  out-of-memory: it had 32 GiB; try 2 with 48 GiB']],
  ['after a while', { ...again, waitSeconds: 4 }, ['again     reduce X  out-of-memory: it had 32 GiB; try 2 in 4 s']],
  [
    'with more after a while',
    { ...again, tries: 3, asks: '72 GiB', waitSeconds: 4 },
    ['again     reduce X  out-of-memory: it had 32 GiB; try 3 with 72 GiB in 4 s'],
  ],
  [
    'an attempt that goes on says who takes it over',
    { kind: 'left-running', target },
    ['left      reduce X  goes on without a builder; the next adap build takes it over'],
  ],
  [
    'a stage that is stopped says why',
    stopped,
    ['stopped   reduce: 20 targets in a row ended as exited (ended with 1); nothing more of it is begun'],
  ],
  [
    'a stage that one target stops says so',
    { ...stopped, cause: 'credentials', count: 1, says: 'they expired' },
    ['stopped   reduce: 1 target ended as credentials (they expired); nothing more of it is begun'],
  ],
];
for (const [title, event, lines] of truth) {
  test(`lines of events: ${title}`, () => assert.deepEqual(createEventLines(() => NOW)(event), lines));
}

test('a problem that many targets share is told in full once', () => {
  const eventLines = createEventLines(() => NOW);
  const problem = { kind: 'problem', target, problems: [{ code: 'no-file', says: 'there is no a.txt', try: 'touch a.txt' }] } as const;
  assert.deepEqual(eventLines(problem), ['failed    reduce X', '  error[no-file]: there is no a.txt', '    try: touch a.txt']);
  assert.deepEqual(eventLines(problem), ['failed    reduce X', '  error[no-file]: as above']);
});
