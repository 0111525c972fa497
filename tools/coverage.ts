/** What the tests reach: a goal for all lines, and every branch of the files on which the promises stand. */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { conclude, type Finding } from './findings.ts';
import { isProduct, listFiles } from './source-files.ts';
import { type FileCoverage, readLcov } from './test-run/lcov.ts';
import { runNodeTests } from './test-run/node-test.ts';
import { testFiles } from './test-run/test-files.ts';

/** These decide about withheld units, about keys and about what callers are told; no branch of them goes untried. */
const allBranches: readonly string[] = [
  'packages/domain/src/gate.ts',
  'packages/capture/src/gatekeeper.ts',
  'packages/capture/src/sealer.ts',
  'packages/server/src/http/faults.ts',
];
/** A goal, reported and not enforced: the last lines are often worse tests, not better ones. */
const linesGoal = 0.95;

const root = process.cwd();
const lcovPath = join(root, '.tsbuild/coverage.info');
rmSync(lcovPath, { force: true });
const run = runNodeTests(root, testFiles(root, process.argv.slice(2)), '.tsbuild/coverage-report.txt', [
  '--experimental-test-coverage',
  '--test-coverage-include=packages/*/src/**/*.ts',
  '--test-coverage-exclude=packages/testkit/**',
  '--test-coverage-exclude=**/*.test.ts',
  '--test-reporter=lcov',
  `--test-reporter-destination=${lcovPath}`,
]);
if (!run.isGreen) console.log(run.closing);

const covered = new Map(
  readLcov(existsSync(lcovPath) ? readFileSync(lcovPath, 'utf8') : '').map((each) => [each.path, each]),
);
const product = listFiles(root).filter(isProduct);
printOverall(product);
const broken: readonly Finding[] = run.isGreen
  ? []
  : [{ path: 'packages', line: 0, rule: 'tests-not-green', message: 'coverage of failing tests says nothing' }];
conclude('coverage', [...broken, ...untriedBranches(product)], `${allBranches.length} files that must be whole`);

/** A file that no test loads counts with all its lines, none of them reached. */
function printOverall(paths: readonly string[]): void {
  const unloaded = paths.filter((path) => !covered.has(path) && hasCode(path));
  const linesUnloaded = unloaded.map((path) => readFileSync(join(root, path), 'utf8').split('\n').length - 1);
  const sum = (pick: (file: FileCoverage) => number): number =>
    [...covered.values()].reduce((total, file) => total + pick(file), 0);
  const found = sum((file) => file.linesFound) + linesUnloaded.reduce((total, lines) => total + lines, 0);
  const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
  const hit = sum((file) => file.linesHit);
  const branches = share(
    sum((file) => file.branchesHit),
    sum((file) => file.branchesFound),
  );
  for (const file of [...covered.values()].filter((each) => each.linesHit < linesGoal * each.linesFound)) {
    console.log(`${file.path}: ${share(file.linesHit, file.linesFound)} of its lines`);
  }
  for (const path of unloaded) console.log(`${path}: loaded by no test`);
  console.log(`lines ${share(hit, found)} (goal ${100 * linesGoal} %), branches ${branches}`);
}

/** Files that only hold types leave nothing behind to run. */
function hasCode(path: string): boolean {
  return /^(export )?(async )?(const|let|function|class)\b/m.test(readFileSync(join(root, path), 'utf8'));
}

function untriedBranches(paths: readonly string[]): readonly Finding[] {
  return allBranches
    .filter((path) => paths.includes(path))
    .flatMap((path) => {
      const file = covered.get(path);
      if (file === undefined) {
        return [{ path, line: 0, rule: 'untried-branch', message: 'no test loads this file' }];
      }
      return file.missedBranchLines.map((line) => ({
        path,
        line,
        rule: 'untried-branch',
        message: `a branch that no test takes (${file.branchesHit} of ${file.branchesFound} are taken)`,
      }));
    });
}
