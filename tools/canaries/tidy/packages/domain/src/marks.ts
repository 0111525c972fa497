/** A string that says 'TODO' is data; a comment that says so is not. */

export const data: string = '// TODO';
// TODO canary: leftover-mark: TODO
// FIXME canary: leftover-mark: FIXME
// XXX canary: leftover-mark: XXX
// HACK canary: leftover-mark: HACK
