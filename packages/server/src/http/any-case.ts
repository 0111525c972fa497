/** Names of the contract's enumerations, which are understood in any case. */

/** Letters that only one of the two cases makes equal, such as the dotless i, are other letters. */
export function isSameInAnyCase(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase() && one.toLowerCase() === other.toLowerCase();
}
