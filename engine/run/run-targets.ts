import type { Counts, Event, Failure } from '../model/event.ts';
import type { TargetRecord } from '../model/record.ts';
import type { Target, TargetId } from '../model/target.ts';
import { givenOf } from '../plan/given.ts';
import { recordedContents } from '../plan/inspector.ts';
import type { Inspected, Wish } from '../plan/inspector.ts';
import { inspectorOf } from '../plan/plan.ts';
import type { Standing } from '../plan/standing.ts';
import type { Survey } from '../plan/survey.ts';
import { attempt } from './attempt.ts';
import { inputsMoved } from './inputs-moved.ts';
import { attemptFolder, publish } from './publish.ts';
import { schedule } from './schedule.ts';
import type { Settled } from './schedule.ts';

type Options = {
  readonly jobs: number;
  readonly onFailure: 'stop' | 'go-on';
  readonly wish: Wish;
  readonly tell: (event: Event) => void;
  readonly isInterrupted: () => boolean;
};

export type Ran = { readonly counts: Omit<Counts, 'retired'>; /** Fresh, or built just now. */ readonly published: ReadonlySet<TargetId> };

/** Judges each target when its inputs are settled, and makes what is stale. */
export async function runTargets(survey: Survey, options: Options): Promise<Ran> {
  const { world, site, folders, look, records } = survey;
  const inspector = inspectorOf(survey, options.wish);
  const standings = new Map<TargetId, Standing>();
  const published = new Set<TargetId>();
  const counts = { built: 0, fresh: 0, failed: 0, held: 0, blocked: 0 };
  let isStopped = false;

  const cannot = (target: Target, event: Event, count: 'failed' | 'held' | 'blocked'): Settled => {
    standings.set(target.id, { kind: 'cannot' });
    counts[count] += 1;
    if (count === 'failed' && options.onFailure === 'stop') isStopped = true;
    options.tell(event);
    return { kind: 'settled' };
  };
  const fail = ({ target, key }: Inspected, failure: Failure): void => {
    const { cause, says } = failure;
    if (key !== undefined && (cause === 'exited' || cause === 'bad-input'))
      records.putFailure({ target: target.id, key, cause, says, atMs: world.now() });
    cannot(target, { kind: 'failed', target: target.id, failure }, 'failed');
  };
  const done = (target: Target, record: TargetRecord | undefined): void => {
    standings.set(target.id, { kind: 'known', contents: recordedContents(record) });
    published.add(target.id);
  };

  const run = async (inspected: Inspected): Promise<void> => {
    const { target, parts, key, state } = inspected;
    if (parts === undefined || key === undefined) throw new Error(`bug: ${target.id} runs before its inputs are known`);
    const begunMs = world.now();
    options.tell({ kind: 'started', target: target.id, reasons: state.reasons });
    const paths = inputPaths(target, survey);
    const given = givenOf({ target, home: site.home, path: (need) => paths.get(need), read: world.disk.read });
    try {
      const made = await attempt({ world, target, folder: attemptFolder(folders, target.id), given });
      if (made.kind === 'failed') return fail(inspected, made.failure);
      const moved = inputsMoved(survey, target, parts);
      if (moved !== undefined) return fail(inspected, { cause: 'input-changed', says: `${moved} changed while ${target.id} was made` });
      const nowMs = world.now();
      const record: TargetRecord = {
        target: target.id,
        rule: target.rule.name,
        at: target.at,
        key,
        parts,
        recorded: recordedOf(target),
        outputs: made.outputs,
        stampedAtMs: nowMs,
        publishedAtMs: nowMs,
      };
      publish({ world, home: site.home, folders, records }, record);
      for (const path of pathsOf(inspected.record, record)) look.forget(`${site.home}/${path}`);
      done(target, record);
      counts.built += 1;
      options.tell({ kind: 'built', target: target.id, reasons: state.reasons, seconds: (world.now() - begunMs) / 1000 });
    } catch (error) {
      fail(inspected, { cause: 'store-unavailable', says: error instanceof Error ? error.message : String(error) });
    }
  };

  const visit = (target: Target): Settled => {
    const inspected = inspector.inspect(target, (id) => standings.get(id) ?? { kind: 'cannot' });
    const { next } = inspected.state;
    switch (next.kind) {
      case 'nothing':
        if (inspected.stamps === 'moved' && inspected.record !== undefined) restamp(survey, inspected.record);
        counts.fresh += 1;
        done(target, inspected.record);
        return { kind: 'settled' };
      case 'run':
        return { kind: 'running', done: run(inspected) };
      case 'problem':
        return cannot(target, { kind: 'problem', target: target.id, problems: next.problems }, 'failed');
      case 'held':
        return cannot(target, { kind: 'held', target: target.id, problems: next.problems }, 'held');
      case 'failed-before':
        return cannot(target, { kind: 'failed-before', target: target.id, failure: next.failure }, 'failed');
      case 'blocked':
        return cannot(target, { kind: 'blocked', target: target.id, by: next.by }, 'blocked');
      case 'wait':
        throw new Error(`bug: ${target.id} was visited before its inputs ${next.for.join(', ')}`);
    }
  };

  await schedule(survey.graph, { jobs: options.jobs, visit, isStopped: () => isStopped || options.isInterrupted() });
  return { counts, published };
}

/** Where the bytes of each need lie. */
function inputPaths(target: Target, { site, graph }: Survey): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  let next = 0;
  for (const [need, handle] of Object.entries(target.needs)) {
    if (handle.kind === 'file') paths.set(need, handle.path.startsWith('/') ? handle.path : `${site.root}/${handle.path}`);
    if (handle.kind !== 'output') continue;
    const maker = graph.byId.get(target.inputs[next]?.id ?? '');
    next += 1;
    const path = maker?.outputs.find((output) => output.name === handle.output)?.path;
    if (path !== undefined) paths.set(need, `${site.home}/${path}`);
  }
  return paths;
}

const recordedOf = (target: Target): TargetRecord['recorded'] =>
  Object.assign({}, ...Object.values(target.needs).map((handle) => (handle.kind === 'recorded' ? handle.values : {})));

const pathsOf = (...records: readonly (TargetRecord | undefined)[]): string[] =>
  records.flatMap((record) => record?.outputs.flatMap((output) => output.members.map((member) => member.path)) ?? []);

/** The bytes were read and are as recorded: the stamps that were taken before stand for them from now on. */
function restamp({ site, records, look, lookedAtMs }: Survey, record: TargetRecord): void {
  const outputs = record.outputs.map((output) => ({
    ...output,
    members: output.members.map((member) => ({ ...member, stamp: look.stamp(`${site.home}/${member.path}`) ?? member.stamp })),
  }));
  records.put({ ...record, outputs, stampedAtMs: lookedAtMs });
}
