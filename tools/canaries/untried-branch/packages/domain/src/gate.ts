/** A gate of which only one side is tried. */

export function decide(isOpen: boolean): string {
  if (isOpen) {
    return 'admit';
  }
  // canary: untried-branch
  return 'withhold';
}

export function describe(isOpen: boolean): string {
  return isOpen ? 'open' : 'closed';
}
