import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyParts } from '../../engine/model/key.ts';
import type { FailureRecord, TargetRecord } from '../../engine/model/record.ts';
import type { Snapshot } from '../../engine/model/state.ts';
import { judge } from '../../engine/plan/judge.ts';

const parts = (more: Partial<KeyParts> = {}): KeyParts => ({ revision: 1, values: { a: '1' }, inputs: { in: 'x' }, madeBy: {}, ...more });

const record: TargetRecord = {
  target: 't',
  rule: 'r',
  at: {},
  key: 'K',
  parts: parts(),
  recorded: {},
  outputs: [],
  stampedAtMs: 0,
  publishedAtMs: 0,
};

const failure: FailureRecord = {
  target: 't',
  key: 'K2',
  environment: { version: '1' },
  cause: 'exited',
  says: 'planted',
  atMs: 0,
  after: 'holds',
  ownFailures: 1,
};

const poisoned: FailureRecord = { ...failure, cause: 'poisoned' };

const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  parts: parts(),
  key: 'K',
  record,
  observed: [],
  failure: undefined,
  environment: { version: '1' },
  problems: [],
  held: [],
  blockedBy: [],
  remade: [],
  wish: 'none',
  ...more,
});

const changed = { parts: parts({ values: { a: '2' } }), key: 'K2' };
const problem = { code: 'c', says: 's' };

const truth: [title: string, now: Snapshot, verdict: 'fresh' | 'stale', reasons: string[], next: string, older?: 'kept' | 'none'][] = [
  ['nothing changed', snapshot(), 'fresh', [], 'nothing'],
  ['no record', snapshot({ record: undefined }), 'stale', ['never-built'], 'run', 'none'],
  ['another revision', snapshot({ parts: parts({ revision: 2 }) }), 'stale', ['rule-changed'], 'run'],
  ['a value changed', snapshot(changed), 'stale', ['value-changed'], 'run'],
  ['a value is new', snapshot({ parts: parts({ values: { a: '1', b: '2' } }) }), 'stale', ['value-changed'], 'run'],
  [
    'a value named constructor is new',
    snapshot({ parts: parts({ values: { a: '1', constructor: '2' } }) }),
    'stale',
    ['value-changed'],
    'run',
  ],
  ['a value is gone', snapshot({ parts: parts({ values: {} }) }), 'stale', ['value-changed'], 'run'],
  ['an input changed', snapshot({ parts: parts({ inputs: { in: 'z' } }) }), 'stale', ['input-changed'], 'run'],
  ['an input is new', snapshot({ parts: parts({ inputs: { in: 'x', more: 'y' } }) }), 'stale', ['input-added'], 'run'],
  ['an input is gone', snapshot({ parts: parts({ inputs: {} }) }), 'stale', ['input-removed'], 'run'],
  ['the output is gone', snapshot({ observed: [{ path: 'out', is: 'missing' }] }), 'stale', ['output-missing'], 'run'],
  ['the output is damaged', snapshot({ observed: [{ path: 'out', is: 'damaged' }] }), 'stale', ['output-damaged'], 'run'],
  ['the output was edited', snapshot({ observed: [{ path: 'out', is: 'edited' }] }), 'stale', ['output-edited'], 'run'],
  [
    'two things at once',
    snapshot({ parts: parts({ revision: 2, inputs: { in: 'z' } }) }),
    'stale',
    ['rule-changed', 'input-changed'],
    'run',
  ],
  ['forced', snapshot({ wish: 'force' }), 'stale', ['forced'], 'run'],
  ['forced, with no record', snapshot({ record: undefined, wish: 'force' }), 'stale', ['forced', 'never-built'], 'run', 'none'],
  ['an input is being remade', snapshot({ parts: undefined, key: undefined, remade: ['up'] }), 'stale', ['input-remade'], 'wait'],
  ['an input cannot be had', snapshot({ parts: undefined, key: undefined, blockedBy: ['up'] }), 'stale', [], 'blocked'],
  ['a problem, though nothing changed', snapshot({ problems: [problem] }), 'stale', [], 'problem'],
  ['held, though nothing changed', snapshot({ held: [problem] }), 'stale', [], 'held'],
  ['a problem goes before a hold', snapshot({ problems: [problem], held: [problem] }), 'stale', [], 'problem'],
  ['it failed on this key', snapshot({ ...changed, failure }), 'stale', ['value-changed'], 'failed-before'],
  ['it failed on another key', snapshot({ ...changed, failure: { ...failure, key: 'K3' } }), 'stale', ['value-changed'], 'run'],
  ['it failed on this key, and was asked for again', snapshot({ ...changed, failure, wish: 'retry' }), 'stale', ['value-changed'], 'run'],
  ['it failed in another environment', snapshot({ ...changed, failure, environment: { version: '2' } }), 'stale', ['value-changed'], 'run'],
  ['it failed where one thing more was recorded', snapshot({ ...changed, failure, environment: {} }), 'stale', ['value-changed'], 'run'],
  [
    'it failed in a way that does not hold',
    snapshot({ ...changed, failure: { ...failure, after: 'next-build' } }),
    'stale',
    ['value-changed'],
    'run',
  ],
  ['it failed too often', snapshot({ ...changed, failure: poisoned }), 'stale', ['value-changed'], 'failed-before'],
  [
    'it failed too often, and all are tried again',
    snapshot({ ...changed, failure: poisoned, wish: 'retry' }),
    'stale',
    ['value-changed'],
    'failed-before',
  ],
  ['it failed too often, and is named', snapshot({ ...changed, failure: poisoned, wish: 'named' }), 'stale', ['value-changed'], 'run'],
  ['it failed, and is named', snapshot({ ...changed, failure, wish: 'named' }), 'stale', ['value-changed'], 'run'],
  ['it failed, and is forced', snapshot({ ...changed, failure: poisoned, wish: 'force' }), 'stale', ['forced', 'value-changed'], 'run'],
  ['it failed since on another key, and is what it was', snapshot({ failure }), 'fresh', [], 'nothing'],
  ['asked for again, and fresh', snapshot({ wish: 'retry' }), 'fresh', [], 'nothing'],
];

for (const [title, now, verdict, reasons, next, older = 'kept'] of truth) {
  test(`judge: ${title}`, () => {
    const state = judge(now);
    assert.deepEqual([state.verdict, state.reasons.map(({ kind }) => kind), state.next.kind, state.older], [verdict, reasons, next, older]);
  });
}

test('judge: a reason has the old and the new value', () => {
  assert.deepEqual(judge(snapshot(changed)).reasons, [{ kind: 'value-changed', name: 'a', was: '1', is: '2' }]);
});

test('judge: a value that is new or gone has one side only, whatever its name is', () => {
  assert.deepEqual(judge(snapshot({ parts: parts({ values: { a: '1', constructor: '2' } }) })).reasons, [
    { kind: 'value-changed', name: 'constructor', was: undefined, is: '2' },
  ]);
  assert.deepEqual(judge(snapshot({ parts: parts({ values: {} }) })).reasons, [
    { kind: 'value-changed', name: 'a', was: '1', is: undefined },
  ]);
  assert.deepEqual(judge(snapshot({ parts: parts({ inputs: { in: 'x', constructor: 'y' } }) })).reasons, [
    { kind: 'input-added', input: 'constructor', is: 'y' },
  ]);
});

test('judge: an input that changed says by which target, or that it was from outside', () => {
  const by = (madeBy: KeyParts['madeBy']) => judge(snapshot({ parts: parts({ inputs: { in: 'z' }, madeBy }) })).reasons;
  assert.deepEqual(by({ in: 'up' }), [{ kind: 'input-changed', input: 'in', by: 'up', was: 'x', is: 'z' }]);
  assert.deepEqual(by({}), [{ kind: 'input-changed', input: 'in', by: 'outside', was: 'x', is: 'z' }]);
});

test('judge: reasons come in the order of their names', () => {
  const { reasons } = judge(snapshot({ parts: parts({ values: { a: '2', B: '1', _: '1' } }) }));
  assert.deepEqual(
    reasons.map((reason) => reason.kind === 'value-changed' && reason.name),
    ['B', '_', 'a'],
  );
});

test('judge: a failure that does not hold is told, and only where it was of this key', () => {
  const last = { ...failure, after: 'next-build' as const };
  assert.deepEqual(judge(snapshot({ ...changed, failure: last })).failedLast, last);
  assert.equal(judge(snapshot({ ...changed, failure: { ...last, key: 'K3' } })).failedLast, undefined);
  assert.equal(judge(snapshot({ failure: last })).failedLast, undefined);
});
