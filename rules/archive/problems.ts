import type { Problem } from 'adap';

/** The words for a delivery that cannot be made. */
export const deliveryRefused = (path: string, why: string): Problem => ({
  code: 'delivery-refused',
  says: `${path} cannot be written: ${why}`,
  file: path,
  try: `df -h ${path.slice(0, Math.max(1, path.lastIndexOf('/')))}, and the same command again: what was copied is kept`,
});

export const deliveryThroughLink = (path: string): Problem => ({
  code: 'delivery-through-link',
  says: `${path} is a symbolic link: nothing is written through it`,
  file: path,
  try: `rm ${path}`,
});

export const deliveryUnlike = (path: string): Problem => ({
  code: 'delivery-unlike',
  says: `${path} is not what was recorded of it: it was changed, or the disk is bad`,
  file: path,
  try: 'adap verify, then adap build archive',
});

export const deliveryLink = (home: string): Problem => ({
  code: 'delivery-link',
  says: `the archive lies in ${home}, and nothing can be linked to it`,
  try: '--copy DEST',
});

export const deliveryOption = (): Problem => ({
  code: 'bad-option',
  says: 'both --copy and --link say where the archive goes',
  try: 'adap archive --copy DEST, or adap archive --link DEST',
});

export const noMask = (mask: string): Problem => ({
  code: 'no-dataset',
  says: `the archive has no mask ${mask}`,
  try: 'adap list --stage archive',
});
