/**
 * One attempt from its order to its manifest: claim, recipe, inputs looked at again, is it whole?, digests, manifest. It is a
 * process of its own, and needs nobody: what it left is found by the next builder, should this one be killed.
 */
import { quietly } from '../disk/quietly.ts';
import { identity } from '../disk/process-identity.ts';
import { codeOf } from '../disk/node-disk.ts';
import type { Manifest, Order, Uploaded } from '../model/attempt.ts';
import type { Failure } from '../model/cause.ts';
import { NO_USAGE } from '../model/evidence.ts';
import type { Evidence } from '../model/evidence.ts';
import type { OutputRecord } from '../model/record.ts';
import type { RunsRule } from '../model/rule.ts';
import { sameStamp } from '../model/stamp.ts';
import { isStoreRefusal } from '../stores/refusal.ts';
import { controlFolder, readOrder, writeClaim, writeManifest } from '../records/attempt-files.ts';
import type { World } from '../world.ts';
import type { AttemptPlace } from './attempt-place.ts';
import { causeOf } from './cause-of.ts';
import { outputRecords, outputsIn, undeclaredIn } from './lying.ts';
import { openLog } from './log-writer.ts';
import type { LogWriter } from './log-writer.ts';
import { openPlaces } from './places.ts';
import type { Places } from './places.ts';
import { runRecipe, thrownOf } from './run-recipe.ts';
import type { RecipeEnd } from './run-recipe.ts';
import { notWhole, verdictOf } from './seal.ts';

/** `other`: the folder is not, or no longer, this attempt's; nothing was touched. */
export type AttemptEnd = { readonly kind: 'other' } | { readonly kind: 'ended'; readonly manifest: Manifest };

export async function runAttempt(place: AttemptPlace, ruleOf: (order: Order) => Promise<RunsRule | Failure>): Promise<AttemptEnd> {
  const { world, machine, folder } = place;
  const control = controlFolder(folder);
  const order = readOrder(world.disk, control);
  if (order === undefined || order.attempt !== machine.env['ADAP_ATTEMPT']) return { kind: 'other' };
  const startedAtMs = world.now();
  try {
    writeClaim(world.disk, control, { ...identity(world.pid), host: world.host, attempt: order.attempt, startedAtMs });
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(codeOf(error))) return { kind: 'other' };
    throw error;
  }
  world.step('claimed');
  const log = openLog(world.disk, control, { now: world.now });
  const begun = { order, log, startedAtMs };
  const rule = await ruleOf(order);
  const made = 'cause' in rule ? { failure: rule, evidence: evidenceOf(place, begun, {}) } : await make(place, begun, rule);
  log.close();
  const head = { order: { attempt: order.attempt, target: order.target, key: order.key, tries: order.tries }, evidence: made.evidence };
  const manifest: Manifest =
    'outputs' in made
      ? { kind: 'sealed', ...head, outputs: made.outputs, ...(made.uploaded === undefined ? {} : { uploaded: made.uploaded }) }
      : { kind: 'failed', ...head, failure: made.failure };
  // The folder may have been given to another attempt, should this one have been taken for dead.
  if (readOrder(world.disk, control)?.attempt !== order.attempt) return { kind: 'other' };
  // What a failed recipe made is of no use; what it said is kept. What was uploaded is kept there.
  if (manifest.kind === 'failed' || manifest.uploaded !== undefined) {
    quietly(() => removeAllBut(place, '.adap'));
    // Where the disk was full, there is room for its end now.
    log.close();
  }
  quietly(() => world.disk.remove(openPlaces(order, folder).temporary));
  // Should it not get there, it is here.
  if (manifest.kind === 'sealed' && order.upload !== undefined)
    await import('./upload.ts').then(({ uploadManifest }) => uploadManifest(order, manifest)).catch(() => undefined);
  writeManifest(world.disk, control, manifest);
  world.step('manifest-written');
  return { kind: 'ended', manifest };
}

type Begun = { readonly order: Order; readonly log: LogWriter; readonly startedAtMs: number };
type Made = { readonly evidence: Evidence } & (
  | { readonly failure: Failure }
  | { readonly outputs: readonly OutputRecord[]; readonly uploaded?: Uploaded }
);

async function make(place: AttemptPlace, begun: Begun, rule: RunsRule): Promise<Made> {
  const { world, machine, folder } = place;
  const { order, log } = begun;
  const places = openPlaces(order, folder);
  const movedBefore = movedInput(world, order);
  const ran = movedBefore === undefined ? await runRecipe(place, { order, log, rule, places }) : undefined;
  world.step('recipe-ended');
  const moved = movedBefore ?? movedInput(world, order);
  const lying = outputsIn(world.disk, folder, { order, rule });
  const isWell = ran !== undefined && ran.thrown === undefined && ran.asked === 'nothing';
  const missing = isWell ? notWhole(lying) : [];
  const asked = isWell && missing.length === 0 ? await completeness(places, ran, rule) : { thrown: ran?.thrown };
  const verdict = verdictOf(missing, 'missing' in asked ? asked : undefined);
  world.step('checked');
  const ending = {
    asked: ran?.asked ?? 'nothing',
    thrown: 'thrown' in asked ? asked.thrown : undefined,
    lastLines: log.lastLines(20).filter((line) => !isOwnLine(line)),
    freeBytes: machine.freeBytes(folder),
    oomKills: ran?.oomKills ?? 0,
    limits: { hours: order.wants.hours, memoryBytes: ran?.memoryLimit },
    peakMemoryBytes: ran?.usage.peakMemoryBytes ?? 0,
    moved,
    notWhole: verdict.missing,
  };
  const failure = causeOf(ending);
  const undeclared = undeclaredIn(world.disk, folder, order);
  const evidence = evidenceOf(place, begun, { ...ran, undeclared, caveats: [...(ran?.caveats ?? []), ...verdict.caveats] });
  if (failure !== undefined) return { evidence, failure };
  try {
    const outputs = await outputRecords(world.disk, folder, { order, rule });
    world.step('digested');
    if (order.upload === undefined) return { evidence, outputs };
    const { uploadOutputs } = await import('./upload.ts');
    const there = await uploadOutputs(order.upload, outputs, { disk: world.disk, folder, wait: machine.wait, say: log.say });
    world.step('uploaded');
    return { evidence, ...there };
  } catch (error) {
    if (isStoreRefusal(error)) return { evidence, failure: { cause: error.failing, says: error.problem.says } };
    const thrown = thrownOf(error);
    return { evidence, failure: causeOf({ ...ending, thrown }) ?? { cause: 'bug', says: thrown.says } };
  }
}

async function completeness(places: Places, ran: RecipeEnd, rule: RunsRule) {
  try {
    return (await rule.complete?.({ ...ran.given, makes: places.makes })) ?? { missing: [] };
  } catch (error) {
    return { thrown: thrownOf(error) };
  }
}

/** Of adap itself: the command that follows, or what was done to it. */
const isOwnLine = (line: string): boolean => line.startsWith('$ ') || line.startsWith('adap: ');

/** The first input that is not what it was when the key was computed. */
function movedInput({ disk }: World, { inputs }: Order): string | undefined {
  return inputs.find(({ path, stamp }) => !sameStamp(disk.stamp(path), stamp))?.path;
}

function evidenceOf({ world }: AttemptPlace, { order, log, startedAtMs }: Begun, ran: Partial<RecipeEnd> & Partial<Evidence>): Evidence {
  return {
    ...(ran.usage ?? { ...NO_USAGE, seconds: (world.now() - startedAtMs) / 1000 }),
    attempt: order.attempt,
    host: world.host,
    startedAtMs,
    commands: ran.commands ?? [],
    lastLines: log.lastLines(20),
    undeclared: ran.undeclared ?? [],
    caveats: ran.caveats ?? [],
  };
}

function removeAllBut({ world, folder }: AttemptPlace, kept: string): void {
  for (const name of world.disk.names(folder) ?? []) if (name !== kept) world.disk.remove(`${folder}/${name}`);
}
