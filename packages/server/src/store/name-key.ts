/** Names as they are compared: the same letters in any case are the same name. */

/** Kept beside the name, because SQLite folds the case of ASCII letters only. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
