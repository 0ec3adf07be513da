import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { CHECKOUT } from './project.ts';
import { realPypeit } from './real-pypeit.ts';

/**
 * The smallest night that the real PypeIt can reduce: an arc, a flat and two science frames of a mask of three slits, with the parameters that
 * make it quick. Made once by synth-deimos.py (9 s).
 */
export function syntheticNight(): { readonly raw: string; readonly parameters: string } {
  const place = `${CHECKOUT}/.cache/synthetic-night`;
  if (!existsSync(place)) {
    const pypeit = realPypeit();
    if (pypeit === undefined) throw new Error('the frames are made with PypeIt, and it is not installed');
    mkdirSync(`${CHECKOUT}/.cache`, { recursive: true });
    const making = mkdtempSync(`${place}-`);
    const { status, stderr } = spawnSync(
      `${pypeit.bin}/python`,
      [`${CHECKOUT}/test/rig/synth-deimos.py`, making, '--fast', '--science', '2'],
      {
        encoding: 'utf8',
        env: { ...process.env, ...pypeit.environment, PATH: `${pypeit.bin}:${process.env['PATH']}` },
      },
    );
    if (status !== 0) throw new Error(`synth-deimos.py: ${stderr}`);
    mkdirSync(`${making}/raw`);
    for (const name of readdirSync(making)) if (name.endsWith('.fits')) renameSync(`${making}/${name}`, `${making}/raw/${name}`);
    if (existsSync(place)) rmSync(making, { recursive: true });
    else renameSync(making, place);
  }
  const file = readFileSync(`${place}/keck_deimos_A.pypeit`, 'utf8');
  return { raw: `${place}/raw`, parameters: file.slice(file.indexOf('[rdx]'), file.indexOf('# Setup')) };
}
