import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT } from './project.ts';

/**
 * A shell at a terminal (that of `script`), with completion of adap, into which keys are typed. What it would have run
 * is written down in place of being run.
 */
export type TypedShell = AsyncDisposable & {
  /** Types this and Enter, and gives the words that adap then was called with. */
  type(keys: string): Promise<readonly string[]>;
};

const STARTS = {
  bash: ['bash --norc --noprofile -i', 'bind "set bell-style none"; shopt -s checkwinsize'],
  zsh: ['zsh -f -i', 'autoload -Uz compinit; compinit -D -u; unsetopt beep'],
} as const;

/** Why there is no such shell here; undefined where there is. */
export const lacks = (shell: 'bash' | 'zsh'): string | undefined =>
  [shell, 'script'].find((each) => spawnSync('sh', ['-c', `command -v ${each}`]).status !== 0);

export async function typedShell(shell: 'bash' | 'zsh', cwd: string): Promise<TypedShell> {
  const folder = mkdtempSync(join(tmpdir(), 'adap-shell-'));
  const [start, before] = STARTS[shell];
  const setup = `${before}\nPATH=${CHECKOUT}/bin:$PATH\neval "$(command adap completion ${shell})"\nadap() { printf '%s\\0' "$@" >${folder}/part; mv ${folder}/part ${folder}/called; }\n`;
  writeFileSync(`${folder}/setup`, setup);
  const child = spawn('script', ['-qfec', start, '/dev/null'], {
    cwd,
    env: { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8', HISTFILE: '/dev/null' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  child.stdout.on('data', (data: Buffer) => void (screen += data.toString()));
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    for (let turn = 0; !isSo(); turn += 1) {
      if (turn > 500) throw new Error(`${shell}: no ${what} in 30 s; the screen: ${JSON.stringify(screen.slice(-600))}`);
      await new Promise((done) => void setTimeout(done, 20));
    }
  };
  const type = async (keys: string): Promise<readonly string[]> => {
    rmSync(`${folder}/called`, { force: true });
    child.stdin.write(`${keys}\r`);
    await until(`call after ${JSON.stringify(keys)}`, () => existsSync(`${folder}/called`));
    return readFileSync(`${folder}/called`, 'utf8').split('\0').slice(0, -1);
  };
  await until('prompt', () => screen !== '');
  child.stdin.write(`. ${folder}/setup\r`);
  await type('adap ready');
  return {
    type,
    async [Symbol.asyncDispose]() {
      child.stdin.destroy();
      const ended = new Promise((done) => void child.once('close', done));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
