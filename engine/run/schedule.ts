import type { Graph, Target, TargetId } from '../model/target.ts';

export type Settled = { readonly kind: 'settled' } | { readonly kind: 'running'; readonly done: Promise<void> };

/**
 * Visits every target once all its inputs are settled, longest remaining path first, at most `jobs` running at a time.
 * `visit` settles a target at once, or says that it runs. After `stop` no further target is visited; what runs is waited for.
 */
export async function schedule(
  graph: Graph,
  options: { readonly jobs: number; readonly visit: (target: Target) => Settled; readonly isStopped: () => boolean },
): Promise<void> {
  const heights = heightsOf(graph);
  const waiting = new Map<TargetId, number>();
  const users = new Map<TargetId, Target[]>();
  for (const target of graph.targets) {
    const inputs = new Set(target.inputs.map((input) => input.id));
    waiting.set(target.id, inputs.size);
    for (const input of inputs) users.set(input, [...(users.get(input) ?? []), target]);
  }
  const ready = graph.targets
    .filter((target) => target.inputs.length === 0)
    .toSorted((a, b) => (heights.get(b.id) ?? 0) - (heights.get(a.id) ?? 0));
  const running = new Set<Promise<void>>();
  let next = 0;

  const settle = (target: Target): void => {
    const freed = (users.get(target.id) ?? []).filter((user) => {
      const left = (waiting.get(user.id) ?? 0) - 1;
      waiting.set(user.id, left);
      return left === 0;
    });
    // What was waited for goes before what has not begun, so that results come early and whole datasets are done.
    if (freed.length > 0) ready.splice(next, 0, ...freed);
  };

  while (next < ready.length || running.size > 0) {
    for (let visits = 0; next < ready.length && running.size < options.jobs && visits < 500 && !options.isStopped(); visits += 1) {
      const target = ready[next];
      next += 1;
      if (target === undefined) break;
      const outcome = options.visit(target);
      if (outcome.kind === 'settled') settle(target);
      else {
        const done = outcome.done.then(() => {
          running.delete(done);
          settle(target);
        });
        running.add(done);
      }
    }
    if (running.size > 0) await Promise.race(running);
    // Signals are delivered between turns of the loop only.
    await new Promise<void>((turn) => void setImmediate(turn));
    if (running.size === 0 && options.isStopped()) return;
  }
}

function heightsOf(graph: Graph): ReadonlyMap<TargetId, number> {
  const heights = new Map<TargetId, number>();
  for (const target of graph.targets.toReversed()) {
    const own = heights.get(target.id) ?? 1;
    for (const input of target.inputs) heights.set(input.id, Math.max(heights.get(input.id) ?? 1, own + 1));
  }
  return heights;
}
