/** Runs the tests (`npm run test:only -- gate sip/` takes those with such a word in their path) and prints the end. */

import { skippedIn } from './test-run/file-report.ts';
import { runTestFiles } from './test-run/run-files.ts';
import { testFiles } from './test-run/test-files.ts';

const root = process.cwd();
const reportPath = '.tsbuild/test-report.txt';
const filters = process.argv.slice(2);
const files = testFiles(root, filters);

if (files.length === 0) {
  console.log(`tests: no test file ${filters.length > 0 ? `with ${filters.join(' or ')} in its path` : 'at all'}`);
  process.exitCode = 1;
} else {
  const run = await runTestFiles(root, files, reportPath);
  for (const line of skippedIn(run.runs)) console.log(line);
  if (!run.isGreen) console.log(`tests: not green; the whole report is in ${reportPath}`);
  console.log(run.closing);
  process.exitCode = run.isGreen ? 0 : 1;
}
