/** Which test files a run takes. */

import { isTest, isTypeScript, listFiles } from '../source-files.ts';

/**
 * The test files below `root` whose path holds one of `filters` (all of them when there is no filter), those of whole
 * systems first: they take longest, and a long one at the end would leave a core idle.
 */
export function testFiles(root: string, filters: readonly string[]): readonly string[] {
  const all = listFiles(root).filter((path) => isTypeScript(path) && isTest(path));
  const wanted = all.filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
  const isWhole = (path: string): boolean => path.startsWith('e2e/');
  return [...wanted.filter(isWhole), ...wanted.filter((path) => !isWhole(path))];
}
