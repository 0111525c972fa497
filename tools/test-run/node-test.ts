/** Starts node's own test runner over many files at once, for what it alone can do: count what they reach. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One test takes no longer than this; the longest honest one takes a fraction of it. */
export const testMsMax = 180_000;
/** The runner waits for ever for a file that leaves a socket or a timer behind. After this it is interrupted. */
const runMsMax = 30 * 60_000;
/** Two test processes at a time: more would make each other late on the machines that check us. */
const testFilesAtOnce = 2;

/** The first of the runner's closing lines. */
const closingStart = /^ℹ tests \d+$/m;

/** How a run ended. `closing` is the failures and counts. */
export type TestRun = { readonly isGreen: boolean; readonly closing: string };

/** Of the environment: every test file is a process of its own and would compile the same sources again. */
export function compileCache(root: string): { readonly NODE_COMPILE_CACHE: string } {
  return { NODE_COMPILE_CACHE: join(root, '.tsbuild/compile-cache') };
}

/**
 * Runs `files` below `root` with extra `flags` for node; the full report is kept in `reportPath`. Without the compile
 * cache, because code that comes from there counts less precisely.
 */
export function runNodeTests(
  root: string,
  files: readonly string[],
  reportPath: string,
  flags: readonly string[] = [],
): TestRun {
  const target = join(root, reportPath);
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { force: true });
  const { NODE_TEST_CONTEXT: _nested, ...env } = process.env;
  const { status } = spawnSync(
    process.execPath,
    [
      '--test',
      `--test-concurrency=${testFilesAtOnce}`,
      `--test-timeout=${testMsMax}`,
      '--test-reporter=spec',
      `--test-reporter-destination=${target}`,
      ...flags,
      ...files,
    ],
    { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], timeout: runMsMax, killSignal: 'SIGINT' },
  );
  const report = readFileSync(target, 'utf8');
  const testCount = Number(/^ℹ tests (\d+)/m.exec(report)?.[1] ?? 0);
  const start = report.search(closingStart);
  return { isGreen: status === 0 && testCount > 0, closing: start < 0 ? report : report.slice(start).trimEnd() };
}
