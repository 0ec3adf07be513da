import type { Disk } from '../disk/disk.ts';
import type { Look } from '../disk/look.ts';
import { digest } from '../lib/digest.ts';
import { keyText } from '../model/key.ts';
import type { KeyParts } from '../model/key.ts';
import type { TargetRecord } from '../model/record.ts';
import type { Flat } from '../model/rule.ts';
import type { Snapshot, State } from '../model/state.ts';
import type { Target, TargetId } from '../model/target.ts';
import type { Records } from '../records/records.ts';
import { foresee } from './foresee.ts';
import { filePath, makersOf } from './input-paths.ts';
import { inputMissing } from './problems.ts';
import { judge } from './judge.ts';
import { keyParts } from './key-parts.ts';
import type { Content } from './key-parts.ts';
import type { Standing } from './standing.ts';
import { obstacles } from './graph.ts';
import { observe } from './observe.ts';

export type Inspected = {
  readonly target: Target;
  readonly state: State;
  readonly parts: KeyParts | undefined;
  readonly key: string | undefined;
  readonly record: TargetRecord | undefined;
  /** The record's stamps are out of date, though its outputs are as they were. */
  readonly stamps: 'current' | 'moved';
};

export type Inspector = {
  /** Judges a target whose inputs stand as given. */
  inspect(target: Target, standing: (id: TargetId) => Standing): Inspected;
  /** Its files from outside are read anew the next time. */
  forget(target: Target): void;
  /** What those that need it may count on, when it does not run now. */
  standingOf(inspected: Inspected): Standing;
};

export type Wish = (target: Target) => Snapshot['wish'];

/** Gathers what `judge` decides on, from the disk and the records. */
export function createInspector(from: {
  readonly disk: Disk;
  readonly look: Look;
  readonly home: string;
  /** The home as recipes are told of it. */
  readonly named: string;
  readonly root: string;
  readonly records: Records;
  readonly wish: Wish;
}): Inspector {
  const { disk, look, home, root, records } = from;
  const files = new Map<string, string | undefined>();
  const file = (path: string): string | undefined => {
    if (!files.has(path)) {
      const absolute = filePath(root, path);
      look.stamp(absolute);
      // Of a link, also of the file that it leads to.
      look.stamp(disk.realPath(absolute) ?? absolute);
      const bytes = disk.read(absolute);
      files.set(path, bytes === undefined ? undefined : digest(bytes));
    }
    return files.get(path);
  };

  return {
    inspect(target, standing) {
      const inputs = new Map(target.inputs.map((input) => [input.id, standing(input.id)]));
      const ids = [...inputs.keys()];
      const makers = makersOf(target);
      const isLacking = ids.some((id) => inputs.get(id)?.kind === 'cannot');
      const goesOn: ReadonlySet<TargetId> = isLacking ? goesOnWithout(target, makers) : new Set();
      /** What is published of one that cannot be made now is what there is. */
      const contentOf = (id: TargetId, standingOfIt: Standing | undefined, output: string): Content | 'lacking' | undefined => {
        if (standingOfIt?.kind === 'known') return standingOfIt.contents.get(output);
        return standingOfIt?.kind === 'cannot' && goesOn.has(id) ? (recordedContents(records.get(id)).get(output) ?? 'lacking') : undefined;
      };
      const parts = keyParts(target, { file, output: (id, output) => contentOf(id, inputs.get(id), output) }, (need) => makers.get(need));
      const { problems, held } = obstacles(target);
      const missing = Object.values(target.needs).flatMap((handle) =>
        handle.kind === 'file' && file(handle.path) === undefined ? [inputMissing(handle.path)] : [],
      );
      const record = records.get(target.id);
      const observation = record === undefined ? undefined : observe({ disk, look, home }, target.outputs, record);
      const key = parts === undefined ? undefined : digest(keyText(target.rule.name, parts));
      const state = judge({
        parts,
        key,
        record,
        observed: observation?.observed ?? [],
        failure: records.failure(target.id),
        environment: environmentOf(target),
        problems: [...problems, ...missing],
        held,
        blockedBy: ids.filter((id) => inputs.get(id)?.kind === 'cannot' && !goesOn.has(id)),
        remade: ids.filter((id) => inputs.get(id)?.kind === 'coming'),
        wish: from.wish(target),
      });
      return { target, state, parts, key, record, stamps: observation?.by === 'bytes' ? 'moved' : 'current' };
    },
    forget({ needs }) {
      // Members are told by the facts, which one build reads once: a change of theirs is for the next.
      const paths = Object.values(needs).flatMap((handle) => (handle.kind === 'file' ? [handle.path] : []));
      for (const path of paths) {
        files.delete(path);
        const absolute = filePath(root, path);
        look.forget(absolute);
        look.forget(disk.realPath(absolute) ?? absolute);
      }
    },
    standingOf({ target, state, record }) {
      switch (state.next.kind) {
        case 'nothing':
          return { kind: 'known', contents: recordedContents(record) };
        case 'run':
          return target.rule.foreseen === true && target.rule.kind === 'writes' ? foresee(target, from.named) : { kind: 'coming' };
        case 'wait':
          return { kind: 'coming' };
        default:
          return { kind: 'cannot' };
      }
    },
  };
}

/** What is recorded of a target's needs: worth knowing, and what a failure depends on. */
export const environmentOf = ({ needs }: Pick<Target, 'needs'>): Flat =>
  Object.assign({}, ...Object.values(needs).map((handle) => (handle.kind === 'recorded' ? handle.values : {})));

export const recordedContents = (record: TargetRecord | undefined): ReadonlyMap<string, Content> =>
  new Map(
    record?.outputs.map((output) => [
      output.name,
      output.meaning === undefined ? { digest: output.digest } : { digest: output.digest, meaning: output.meaning },
    ]),
  );

/** Inputs without which a target is made all the same: those that no need insists on. */
function goesOnWithout({ needs }: Target, makers: ReadonlyMap<string, Target>): ReadonlySet<TargetId> {
  const of = (lacking: 'goes-on' | undefined): string[] =>
    Object.entries(needs).flatMap(([need, handle]) =>
      handle.kind === 'output' && handle.lacking === lacking ? [makers.get(need)?.id ?? ''] : [],
    );
  const needed = new Set(of(undefined));
  return new Set(of('goes-on').filter((id) => !needed.has(id)));
}
