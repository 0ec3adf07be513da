/** Genuine PypeIt 1.17.4 products of a synthetic night, and what the old scripts made of them: what lies in test/fixtures/products. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { CHECKOUT } from './project.ts';

export const PRODUCTS = `${CHECKOUT}/test/fixtures/products`;

/** The unpacked tree, `SYNTH1/600ZD_7500_GG455/…` below it; it is unpacked once, and never to be written in. */
export function products(): string {
  const place = `${CHECKOUT}/.cache/products`;
  if (existsSync(place)) return place;
  mkdirSync(`${CHECKOUT}/.cache`, { recursive: true });
  const making = mkdtempSync(`${place}-`);
  const { status, stderr } = spawnSync('tar', ['-xzf', `${PRODUCTS}/SYNTH1-1.17.4.tar.gz`, '-C', making], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  try {
    renameSync(making, place);
  } catch {
    // Another test was quicker.
    rmSync(making, { recursive: true });
  }
  return place;
}
