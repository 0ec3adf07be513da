import { digest } from '../lib/digest.ts';
import type { KeyParts } from '../model/key.ts';
import type { Target } from '../model/target.ts';
import { filePath } from '../plan/input-paths.ts';
import type { Survey } from '../plan/survey.ts';

/** A file outside the home that is not what the key says it was when the recipe began. */
export function inputsMoved({ world, site }: Survey, target: Target, parts: KeyParts): string | undefined {
  for (const handle of Object.values(target.needs)) {
    if (handle.kind !== 'file') continue;
    const bytes = world.disk.read(filePath(site.root, handle.path));
    if (bytes === undefined || digest(bytes) !== parts.inputs[handle.path]) return handle.path;
  }
  return undefined;
}
