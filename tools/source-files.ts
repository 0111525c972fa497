/** Which files of the tree the house tools look at, and what kind each one is. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that hold nothing written by us, or (the canaries) things written to be wrong. */
const skippedFolders: ReadonlySet<string> = new Set(['node_modules', '.git', '.tsbuild', 'coverage', 'data']);
const canaryFolder = 'tools/canaries';

/**
 * Every file below `root`, as paths relative to it with forward slashes, in a stable order.
 * Dependencies, build output and the canaries are left out.
 */
export function listFiles(root: string): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!skippedFolders.has(entry.name) && path !== canaryFolder) visit(path);
      } else if (entry.isFile()) {
        found.push(path);
      }
    }
  };
  visit('');
  return found.sort();
}

/** Whether the file is TypeScript that we wrote, product or not. */
export function isTypeScript(path: string): boolean {
  return /^(packages|e2e|bench|tools|examples)\/.*\.ts$/.test(path) && !path.endsWith('.d.ts');
}

/** Whether the file holds tests. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

/** Whether the file belongs to a test in the wide sense: a test, its fixtures, the testkit, the benches. */
export function isTestSide(path: string): boolean {
  return isTest(path) || /^(e2e|bench)\//.test(path) || /^packages\/(testkit\/|[^/]+\/test\/)/.test(path);
}

/** Whether the file is part of what users run: package sources, without tests and without the testkit. */
export function isProduct(path: string): boolean {
  return /^packages\/[^/]+\/src\/.*\.ts$/.test(path) && isTypeScript(path) && !isTestSide(path);
}
