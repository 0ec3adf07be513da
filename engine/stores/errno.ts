/** An error as Node says it of files: its code is its name. */
export const errno = (name: string, says: string): Error => Object.assign(new Error(`${name}: ${says}`), { code: name });
