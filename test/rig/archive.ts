import { cpSync } from 'node:fs';
import { writeFrames } from './make-frames.ts';
import type { MadeFrame } from './make-frames.ts';
import { CHECKOUT, createProject } from './project.ts';
import type { TestProject } from './project.ts';

/** An archive that ends with its .pypeit files: there are no pixels in the frames. */
export const UP_TO_SETUP = `import { deimos } from 'adap/deimos';
const archive = deimos({ home: 'home', config: 'config', raw: ['raw'] });
export default { ...archive, rules: archive.rules.filter(({ name }) => ['raw', 'incomplete', 'setup'].includes(name)) };
`;

export type Archive = TestProject & {
  /** What `build -n --json` says of stale targets: reasons in words, by target; and the objects themselves. */
  plan(words?: string): Promise<{
    readonly stale: Readonly<Record<string, readonly PlanReason[]>>;
    readonly objects: readonly PlanObject[];
    readonly code: number | undefined;
  }>;
  addFrames(frames: readonly MadeFrame[]): void;
};

export type PlanReason = {
  readonly kind: string;
  readonly name?: string;
  readonly was?: string;
  readonly is?: string;
  readonly input?: string;
};
export type PlanObject = {
  readonly kind: string;
  readonly target: string;
  readonly reasons: readonly PlanReason[];
  readonly next?: { readonly kind: string };
  readonly by?: readonly string[];
};

/** An archive of real frames with the project's own config, with or without its custom files. */
export async function createArchive(frames: readonly MadeFrame[], custom: 'with-custom' | 'without-custom'): Promise<Archive> {
  const project = await createProject({ 'adapfile.ts': UP_TO_SETUP });
  writeFrames(frames, `${project.root}/raw`);
  cpSync(`${CHECKOUT}/config`, `${project.root}/config`, {
    recursive: true,
    filter: (path) => custom === 'with-custom' || !/custom_/.test(path.slice(CHECKOUT.length)),
  });
  return {
    ...project,
    addFrames: (more) => void writeFrames(more, `${project.root}/raw`),
    async plan(words = '') {
      const { out, code } = await project.adap(['build', '-n', '--json', ...words.split(' ').filter((word) => word !== '')]);
      const objects = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as PlanObject);
      return {
        stale: Object.fromEntries(objects.filter(({ kind }) => kind === 'target').map(({ target, reasons }) => [target, reasons])),
        objects,
        code,
      };
    },
  };
}
