/** Which test files a run takes. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isTest, isTypeScript, listFiles } from '../source-files.ts';

/** Whether a test file is about a whole system: a server of its own, which takes time and little processor. */
export function isOfWhole(path: string): boolean {
  return path.startsWith('e2e/');
}

/** Thousands of seeds: the longest of those that compute. */
const longFolder = 'packages/testkit/test/';

/**
 * The test files below `root` whose path holds one of `filters` (all of them when there is no filter), in the order in
 * which they are best begun: a long one at the end would leave a core idle, and what has much to say takes long.
 */
export function testFiles(root: string, filters: readonly string[]): readonly string[] {
  const all = listFiles(root).filter((path) => isTypeScript(path) && isTest(path));
  const wanted = all.filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
  const weight = (path: string): number => (path.startsWith(longFolder) ? 1e9 : 0) + statSync(join(root, path)).size;
  return wanted
    .map((path) => ({ path, weight: weight(path) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ path }) => path);
}
