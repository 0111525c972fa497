/** Starts node's own test runner and reads what it reported. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One test takes no longer than this; the longest honest one takes a fraction of it. */
const testMsMax = 180_000;
/**
 * The runner waits for ever for a file that leaves a socket or a timer behind. After this it is interrupted, and names
 * the files that were still running.
 */
const runMsMax = 30 * 60_000;
/** Two test processes at a time: more would make each other late on the machines that check us. */
const testFilesAtOnce = 2;

/** The first of the runner's closing lines. */
const closingStart = /^ℹ tests \d+$/m;

/** How a run ended. `report` is the runner's full text, `closing` its failures and counts. */
export type TestRun = { readonly isGreen: boolean; readonly report: string; readonly closing: string };

/** Runs `files` below `root` with extra `flags` for node; the full report is kept in `reportPath`. */
export function runNodeTests(
  root: string,
  files: readonly string[],
  reportPath: string,
  flags: readonly string[] = [],
): TestRun {
  const target = join(root, reportPath);
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { force: true });
  const { NODE_TEST_CONTEXT: _nested, ...outer } = process.env;
  // Every test file is a process of its own and would compile the same sources again. Coverage does without the cache,
  // because code that comes from there counts less precisely.
  const isCounting = flags.includes('--experimental-test-coverage');
  const env = isCounting ? outer : { ...outer, NODE_COMPILE_CACHE: join(root, '.tsbuild/compile-cache') };
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
  return { isGreen: status === 0 && countOf(report, 'tests') > 0, report, closing: closingOf(report) };
}

/** A count from the closing lines of a report, such as `tests` or `fail`; 0 when it is not there. */
function countOf(report: string, name: string): number {
  const line = new RegExp(`^ℹ ${name} (\\d+)`, 'm').exec(report);
  return Number(line?.[1] ?? 0);
}

/** Tests that did not run, with the reasons they gave. */
export function skippedIn(report: string): readonly string[] {
  return report
    .split('\n')
    .filter((line) => /^\s*﹣ /.test(line))
    .map((line) => line.trim());
}

/**
 * The report above its closing lines without what passed: failures in place, and what their processes printed, which
 * for a file that broke before its first test is the only reason there is.
 */
export function notPassedIn(report: string): readonly string[] {
  const end = report.search(closingStart);
  const body = end < 0 ? report : report.slice(0, end);
  return body.split('\n').filter((line) => line.trim() !== '' && !/^\s*[✔▶] /.test(line));
}

/** From the counts on; the runner prints the failures in full below them. */
function closingOf(report: string): string {
  const start = report.search(closingStart);
  return start < 0 ? report : report.slice(start).trimEnd();
}
