/** `npm test [GROUP…]`: the groups in their order, each stopping at the first that fails; last line: `N passed, N failed, N skipped`. */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { root } from './project-files.ts';

/** Cheap before dear: what breaks a promise of the design is known before a thousand graphs are built. */
const GROUPS = ['shape', 'unit', 'contract', 'cli', 'rules', 'properties', 'real'];

type Counts = { passed: number; failed: number; skipped: number };
const say = ({ passed, failed, skipped }: Counts): string => `${passed} passed, ${failed} failed, ${skipped} skipped`;

const wanted = process.argv.slice(2);
const unknown = wanted.find((each) => !GROUPS.includes(each));
if (unknown !== undefined) {
  console.error(`error[no-group]: no group of tests ${unknown}\n  try: npm test -- ${GROUPS.join(' | ')}`);
  process.exit(2);
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const group of wanted.length > 0 ? GROUPS.filter((each) => wanted.includes(each)) : GROUPS) {
  const start = performance.now();
  const counts = await runGroup(group);
  if (counts === undefined) {
    console.log(`${group.padEnd(12)} no tests`);
    continue;
  }
  console.log(`${group.padEnd(12)} ${say(counts)}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  if (counts.failed > 0) break;
}
console.log(say(total));
process.exitCode = total.failed > 0 ? 1 : 0;

/** Quiet while all is well; of a test that fails, all that it said. */
async function runGroup(group: string): Promise<Counts | undefined> {
  const files = globSync(`test/${group}/**/*.test.ts`, { cwd: root }).toSorted();
  if (files.length === 0) return undefined;
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const printed = new Map<string | undefined, string[]>();
  const broken = new Set<string | undefined>();
  const print = ({ file, message }: { file?: string; message: string }): void => {
    printed.set(file, [...(printed.get(file) ?? []), message]);
  };
  const events = run({ files: files.map((file) => `${root}/${file}`), concurrency: availableParallelism() })
    .on('test:stdout', print)
    .on('test:stderr', print)
    .on('test:pass', ({ skip, name, details }) => {
      if (details.type === 'suite') return;
      if (skip === undefined || skip === false) counts.passed += 1;
      else {
        counts.skipped += 1;
        console.log(`  skipped: ${name}${typeof skip === 'string' ? ` (${skip})` : ''}`);
      }
    })
    .on('test:fail', ({ name, file, line, details }) => {
      if (details.type === 'suite') return;
      counts.failed += 1;
      broken.add(file);
      console.log(
        `\n✖ ${name}  (${relative(root, file ?? '')}:${line ?? 1})\n${inspect(details.error.cause ?? details.error, { depth: 4 })}\n`,
      );
    });
  for await (const _ of events);
  for (const file of broken) if (printed.has(file)) console.log(`${relative(root, file ?? '')} printed:\n${printed.get(file)?.join('')}`);
  return counts;
}
