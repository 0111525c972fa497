/** What a blob may be called, so that a name is the same on every brand of store and never leaves its folder. */

/** Far below what file systems take for one part of a path, and object stores for a whole name. */
const partBytesMax = 200;
const nameBytesMax = 512;

const grammar = /^[a-z0-9-]+(\/[a-z0-9-.]+)*$/;

/** Lower-case letters, digits and `-`, in parts divided by `/`; later parts may hold dots, but not begin with one. */
export function isBlobName(name: string): boolean {
  if (name.length > nameBytesMax || !grammar.test(name)) return false;
  return name.split('/').every((part) => part.length <= partBytesMax && !part.startsWith('.'));
}
