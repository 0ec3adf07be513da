import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { products } from './products.ts';

const SETUP = 'SYNTH1/600ZD_7500_GG455';
const PRIMARY = 36 * 2880;

/**
 * The raw frames whose recorded products the stand-in lays down: two nights of the mask SYNTH1 (headers are whole; of the pixels a few rows), and
 * one night more for each other mask of six letters.
 */
export function writeRecordedNights(folder: string, others: readonly string[] = []): void {
  mkdirSync(folder, { recursive: true });
  for (const dates of readdirSync(`${products()}/${SETUP}`)) {
    const raw = `${products()}/${SETUP}/${dates}/complete/raw`;
    if (!existsSync(raw)) continue;
    for (const name of readdirSync(raw)) {
      const bytes = readFileSync(`${raw}/${name}`);
      writeFileSync(`${folder}/${name}`, bytes);
      if (dates !== '2020-01-02') continue;
      for (const mask of others) {
        mkdirSync(`${folder}/${mask}`, { recursive: true });
        const head = bytes.toString('latin1', 0, Math.min(PRIMARY, bytes.length)).replaceAll('SYNTH1', mask);
        writeFileSync(`${folder}/${mask}/${name}`, Buffer.concat([Buffer.from(head, 'latin1'), bytes.subarray(head.length)]));
      }
    }
  }
}
