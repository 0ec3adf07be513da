/** How a program of PypeIt is called: what it prints goes into the log of the attempt, and without colours into one beside its products. */
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Run } from 'adap';
import type { Programs } from './programs.ts';
import { createPlainText } from './plain-text.ts';

export type Call = {
  readonly programs: Programs;
  /** Where it is run. */
  readonly folder: string;
  /** Name of its log there: `pypeit_collate_1d.log.txt`. */
  readonly log: string;
};

/**
 * Program and arguments are the same in 1.17 and 2.x for all that adap passes (`--spec1d_files`, `-d`, `--det`, `--exclude_slits`,
 * `--spat_toler`); what was renamed, `--exclude_slit_bm`, is a parameter of default.collate1d in both.
 */
export async function callPypeit(run: Pick<Run, '$'>, command: Command, call: Call): Promise<void> {
  const exitCode = await exitOfPypeit(run, command, call);
  // It may have been killed, or its disk be full: what follows from the exit code the evidence tells.
  if (exitCode !== 0) throw Object.assign(new Error(`${command[0]} exited with ${exitCode ?? 'a signal'}`), { exit: exitCode });
}

export type Command = readonly [program: string, ...rest: string[]];

/** Undefined where a signal ended it. */
export async function exitOfPypeit(run: Pick<Run, '$'>, command: Command, { programs, folder, log }: Call): Promise<number | undefined> {
  const coloured = `${log}.coloured`;
  const { exitCode } = await run.$({ cwd: folder, env: programs.environment, nothrow: true })`${command} 2>&1 | tee ${coloured}`;
  await pipeline(createReadStream(`${folder}/${coloured}`), cleanLines, createWriteStream(`${folder}/${log}`));
  rmSync(`${folder}/${coloured}`);
  return exitCode ?? undefined;
}

/** Written by every reader of files that another version of PypeIt wrote, once for each HDU. */
const VERSION_LINE = 'does not match version used to write your HDU';

async function* cleanLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const plain = createPlainText();
  let open = '';
  const take = (text: string): Buffer => {
    const lines = (open + text).split('\n');
    open = lines.pop() ?? '';
    return Buffer.from(
      lines
        .filter((line) => !line.includes(VERSION_LINE))
        .map((line) => `${line}\n`)
        .join(''),
      'latin1',
    );
  };
  // One character a byte: what is no UTF-8 stays as it is.
  for await (const piece of pieces) yield take(plain.take(piece).toString('latin1'));
  yield take(plain.end().toString('latin1'));
  if (!open.includes(VERSION_LINE)) yield Buffer.from(open, 'latin1');
}
