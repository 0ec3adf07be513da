import type { Problem } from 'adap';

/** The words for frames that can be read, but not placed. */
export const frameWithout = (file: string, card: string, what: string): Problem => ({
  code: 'frame-without-card',
  says: `${file} has no usable ${card} (${what})`,
  file,
  card,
  try: 'correct the header of a copy of it, or take the frame out of the raw directory',
});

export const frameWithoutGrating = (file: string, slider: string): Problem => ({
  code: 'frame-without-grating',
  says: `GRATEPOS of ${file} is ${slider}: no grating, only the sliders 3 and 4 hold one`,
  file,
  card: 'GRATEPOS',
  try: 'nothing, when it is an image taken with the mirror; else correct the header of a copy of it',
});

export const frameUnplaceable = (file: string, card: string, value: string): Problem => ({
  code: 'frame-unplaceable',
  says: `${card} of ${file} is ${JSON.stringify(value)}, which cannot be the name of a folder`,
  file,
  card,
  try: 'correct the header of a copy of it',
});

export const rawNameTwice = (name: string, one: string, other: string): Problem => ({
  code: 'raw-name-twice',
  says: `two different frames are named ${name}: ${one} and ${other}`,
  file: other,
  try: 'take one of them out of the raw directories, or give it its KOA name',
});

export const rawNameUnsafe = (path: string): Problem => ({
  code: 'raw-name-unsafe',
  says: `the file name ${JSON.stringify(path)} holds characters that no path or table can hold`,
  file: path,
  try: 'give it its KOA name',
});

export const framesLeftOut = (files: readonly { readonly problem: Problem }[]): Problem => {
  const codes = files.map(({ problem }) => problem.code).toSorted();
  const counts = [...new Set(codes)].map((code) => `${codes.filter((each) => each === code).length} ${code}`);
  return { code: 'frames-left-out', says: `${files.length} raw files cannot be used: ${counts.join(', ')}`, try: 'adap frames --left-out' };
};

export const noFrames = (prefix: string): Problem => ({
  code: 'no-frames',
  says: `no raw frame is in ${prefix}, and there is no such dataset`,
  try: 'adap frames --left-out, or adap list',
});
