import { hostname } from 'node:os';
import { foldersOf } from '../../engine/records/folders.ts';
import { identity } from '../../engine/disk/process-identity.ts';
import { nodeDisk } from '../../engine/disk/node-disk.ts';
import { controlFolder, writeClaim, writeManifest, writeOrder } from '../../engine/records/attempt-files.ts';
import { nameOf } from '../../engine/records/record-files.ts';
import type { Evidence } from '../../engine/model/evidence.ts';

/** What an attempt left in a home, or has left so far. */
export type PlantedAttempt = {
  readonly target: string;
  /** Who runs it; `gone` is nobody any more. None: it was ordered, and has not begun. */
  readonly by?: number | 'gone';
  readonly host?: string;
  readonly left?: 'sealed' | 'failed';
};

/** Lays an attempt into a home as `adap attempt` would, with a megabyte that it made; gives its folder. */
export function plantAttempt(home: string, { target, by, host = hostname(), left }: PlantedAttempt): string {
  const folder = `${foldersOf(home).attempts}/${nameOf(target).slice(0, 12)}`;
  const control = controlFolder(folder);
  const head = { attempt: 'A1', target, key: 'K', tries: 1 };
  nodeDisk.write(`${folder}/out/half.txt`, 'h'.repeat(1_000_000));
  const rest = { rule: 'up', revision: 1, at: {}, root: '/', home, named: home, outputs: [], needs: {}, paths: {}, inputs: [], made: {} };
  writeOrder(nodeDisk, control, { ...head, ...rest, wants: { cpus: 1, hours: 1 }, graceSeconds: 10 });
  const who = by === 'gone' ? { ...identity(process.pid), pid: 2 ** 22 + 1 } : identity(by ?? 0);
  if (by !== undefined) writeClaim(nodeDisk, control, { ...who, host, attempt: 'A1', startedAtMs: 0 });
  if (left === 'sealed') writeManifest(nodeDisk, control, { kind: 'sealed', order: head, evidence, outputs: [] });
  if (left === 'failed')
    writeManifest(nodeDisk, control, { kind: 'failed', order: head, evidence, failure: { cause: 'exited', says: 'planted' } });
  return folder;
}

const evidence: Evidence = {
  attempt: 'A1',
  host: 'here',
  startedAtMs: 0,
  commands: [],
  lastLines: [],
  undeclared: [],
  caveats: [],
  seconds: 1,
  cpuSeconds: 1,
  peakMemoryBytes: 1,
  peakScratchBytes: 1,
  processes: 1,
};
