/** Which canary goes to which checker. */

/**
 * A canary: the tree `tools/canaries/<tree>`, and the tool that must fail on it. Files in the tree say themselves what
 * must be found in them, in comments `canary: <words>`: one line of the output must hold both the file's path and these
 * words. `expects` is for what cannot carry a comment; the words of each row must stand together on a line.
 */
export type Canary = {
  readonly tree: string;
  readonly tool: readonly [file: string, ...args: string[]];
  readonly expects?: readonly (readonly string[])[];
};

const step = (name: string): Canary['tool'] => ['check.ts', name];

export const canaries: readonly Canary[] = [
  { tree: 'lint', tool: step('lint') },
  { tree: 'tidy', tool: step('tidy') },
  { tree: 'conditions', tool: step('conditions') },
  { tree: 'imports', tool: step('imports') },
  { tree: 'imports-blind', tool: step('imports'), expects: [['packages/domain/src/index.ts', 'unseen']] },
  { tree: 'types', tool: step('types') },
  {
    tree: 'knip',
    tool: step('knip'),
    expects: [
      ['Unused files'],
      ['Unused exports'],
      ['Unused dependencies'],
      ['fastify', 'packages/media/package.json'],
    ],
  },
  {
    tree: 'tests',
    tool: step('tests'),
    expects: [['ℹ fail 2'], ['red: tests'], ['Error: a file that breaks before its first test']],
  },
  { tree: 'tests-none', tool: step('tests'), expects: [['no test file at all'], ['red: tests']] },
  { tree: 'untried-branch', tool: ['coverage.ts'] },
];
