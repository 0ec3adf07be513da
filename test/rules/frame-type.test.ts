import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameType } from '../../rules/frames/frame-type.ts';

const type = (idname: string | undefined, hatch: string | undefined, lampstat01: string | undefined, mode = 'Spectral'): string =>
  frameType({
    mode,
    exptimeSeconds: 1,
    ...(idname === undefined ? {} : { idname }),
    ...(hatch === undefined ? {} : { hatch }),
    ...(lampstat01 === undefined ? {} : { lampstat01 }),
  });

const truth: [obstype: string | undefined, hatch: string | undefined, lamps: string | undefined, type: string][] = [
  ['Object', 'open', 'Off', 'science'],
  ['Object', 'open', 'Qz', 'None'],
  ['Object', 'closed', 'Off', 'None'],
  ['Line', 'closed', 'Kr Xe', 'arc,tilt'],
  ['Line', 'closed', 'Off', 'None'],
  ['Line', 'open', 'Kr Xe', 'None'],
  ['IntFlat', 'closed', 'Qz', 'pixelflat,illumflat,trace'],
  ['IntFlat', 'open', 'Qz', 'None'],
  ['DmFlat', 'open', 'Qz', 'pixelflat,illumflat,trace'],
  ['DmFlat', 'closed', 'Qz', 'None'],
  ['SkyFlat', 'open', 'Qz', 'pixelflat,illumflat,trace'],
  ['SkyFlat', 'open', 'Off', 'None'],
  ['Bias', 'closed', 'Off', 'bias'],
  ['Dark', 'closed', 'Off', 'dark'],
  [undefined, 'open', 'Off', 'None'],
  ['Object', undefined, 'Off', 'None'],
  ['Object', 'open', undefined, 'None'],
  ['Line', 'closed', undefined, 'arc,tilt'],
  ['IntFlat', 'closed', undefined, 'pixelflat,illumflat,trace'],
];

for (const [obstype, hatch, lamps, expected] of truth) {
  test(`a frame with OBSTYPE ${obstype}, HATCHPOS ${hatch}, LAMPS ${lamps} is ${expected}`, () =>
    assert.equal(type(obstype, hatch, lamps), expected));
}

test('a frame of another mode, or without exposure time, has no type', () => {
  assert.equal(type('Object', 'open', 'Off', 'Direct'), 'None');
  assert.equal(frameType({ idname: 'Object', hatch: 'open', lampstat01: 'Off', mode: 'Spectral' }), 'None');
});
