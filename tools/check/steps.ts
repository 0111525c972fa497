/** The steps of `npm run check`, quick ones first, so that a red one shows early. */

import { join } from 'node:path';

/** A step runs one command; it is red when the command does not exit with 0. */
export type Step = {
  readonly name: string;
  readonly about: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** Where it runs; the current folder when left out. */
  readonly root?: string;
};

/** The tools look at the current folder, which need not be the one they live in: canaries run them elsewhere. */
const tool = (file: string): Step['command'] => [process.execPath, join(import.meta.dirname, '..', file)];

/** Read-only and independent of each other, so they may run side by side. */
export const staticSteps: readonly Step[] = [
  {
    name: 'lint',
    about: 'format and lint (Biome)',
    command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=none', '.'],
  },
  { name: 'tidy', about: 'size limits, names, marks, forbidden calls', command: tool('tidy.ts') },
  { name: 'conditions', about: 'every rule comment is the title of a test', command: tool('conditions.ts') },
  { name: 'imports', about: 'who imports whom (dependency-cruiser)', command: tool('imports.ts') },
  { name: 'types', about: 'types of everything (tsc -b)', command: ['tsc', '-b', '--pretty', 'false'] },
  {
    name: 'knip',
    about: 'unused files, exports and dependencies',
    command: ['knip', '--no-progress', '--no-config-hints'],
  },
  { name: 'canaries', about: 'every checker still catches what it must', command: tool('canaries.ts') },
];

/** The tests get the machine to themselves; their closing lines are always shown, and stand last. */
export const testStep: Step = { name: 'tests', about: 'all tests (node --test)', command: tool('run-tests.ts') };
