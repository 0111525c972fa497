/** What there is to say about operations that are not, or not wholly, answered as the contract says. */

/** A fact in which a door may differ from its operation. */
export type Differing = 'permissions' | 'status' | 'preview' | 'deprecated';

/** Operations may be written with braces: `put{Call,Email}Recordingstate` stands for two. */
interface Named {
  readonly operations: readonly string[];
}

/** Operations that no door answers, and why, for somebody who would like to call them. */
export interface MissingNote extends Named {
  readonly why: string;
}

/** Operations that are answered with something left out, or in another way. */
export interface PartialNote extends Named {
  readonly what: string;
  /** Facts in which their doors differ on purpose. */
  readonly differs?: readonly Differing[];
  /** Nothing is left out: the operation counts as answered whole, and the sentence stands beside it. */
  readonly isWhole?: true;
}

/** All names that a name with braces stands for. */
export function expanded(name: string): readonly string[] {
  const [, before = '', choices, after = ''] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(name) ?? [];
  if (choices === undefined) return [name];
  return choices.split(',').flatMap((choice) => expanded(`${before}${choice}${after}`));
}

export function namesOf({ operations }: Named): readonly string[] {
  return operations.flatMap(expanded);
}
