import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export type Run = { readonly out: string; readonly error: string; readonly code: number | undefined; readonly signal: string | undefined };

/** A project in a folder of its own, with the real `bin/adap` and the real disk. */
export type TestProject = AsyncDisposable & {
  readonly root: string;
  adap(words: string | readonly string[], env?: Record<string, string>): Promise<Run>;
  /** Everything that was printed (stdout, then stderr) and the exit code. */
  says(words: string | readonly string[], expected: string, code?: number): Promise<void>;
  write(files: Record<string, string>): void;
};

export async function createProject(files: Record<string, string>): Promise<TestProject> {
  const root = mkdtempSync(join(tmpdir(), 'adap-test-'));
  const project: TestProject = {
    root,
    adap: (words, env = {}) => run(`${CHECKOUT}/bin/adap`, typeof words === 'string' ? words.split(' ') : words, { cwd: root, env }),
    async says(words, expected, code) {
      const { out, error, code: exit } = await project.adap(words);
      assert.equal(`${out}${error}`.trimEnd(), expected);
      if (code !== undefined) assert.equal(exit, code);
    },
    write(more) {
      for (const [path, text] of Object.entries(more)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    },
    async [Symbol.asyncDispose]() {
      rmSync(root, { recursive: true, force: true });
    },
  };
  project.write(files);
  return project;
}

/** The same project with the same times of modification, elsewhere: for runs that each begin from one state. */
export function copyTree(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

export function run(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Record<string, string> },
): Promise<Run> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const error: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => void out.push(data));
    child.stderr.on('data', (data: Buffer) => void error.push(data));
    child.on('error', fail);
    child.on('close', (code, signal) =>
      done({
        out: Buffer.concat(out).toString(),
        error: Buffer.concat(error).toString(),
        code: code ?? undefined,
        signal: signal ?? undefined,
      }),
    );
  });
}
