import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { skippedIn } from './file-report.ts';
import { type FilesRun, runTestFiles } from './run-files.ts';

const passes = `import { test } from 'node:test';
test('it passes', () => console.log('printed in passing'));
test('it waits for better times', { skip: 'because of the weather' }, () => {});
`;
const fails = `import { test } from 'node:test';
test('it fails', () => { throw new Error('with a reason'); });
`;
/** Long enough for whatever a busy machine does before a process begins. */
const fileMs = 20_000;

async function runAll(files: { readonly [path: string]: string }, ms = fileMs): Promise<FilesRun & { report: string }> {
  const root = mkdtempSync(join(tmpdir(), 'tacet-test-run-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const run = await runTestFiles(root, Object.keys(files), 'report.txt', ms);
    return { ...run, report: readFileSync(join(root, 'report.txt'), 'utf8') };
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('what all files say is told as one, whole systems and parts alike', async () => {
  const run = await runAll({
    'e2e/a.test.mjs': passes,
    'packages/x/src/b.test.mjs': passes,
    'tools/c.test.mjs': passes,
  });
  assert.ok(run.isGreen, run.closing);
  assert.match(run.closing, /^ℹ tests 6\nℹ suites 0\nℹ pass 3\nℹ fail 0\nℹ cancelled 0\nℹ skipped 3\n/);
  assert.equal(skippedIn(run.runs).length, 3);
  assert.match(run.report, /printed in passing/);
  for (const folder of ['e2e', 'packages/x/src', 'tools'])
    assert.match(run.report, new RegExp(`^ +[\\d.]+ s {2}${folder}$`, 'm'));
});

test('a test that fails, a file that breaks, and one that holds no test make the run red, and each says why', async () => {
  const broken = `throw new Error('before the first test');`;
  const files = { 'a.test.mjs': fails, 'b.test.mjs': broken, 'c.test.mjs': '', 'd.test.mjs': passes };
  const { isGreen, closing } = await runAll(files);
  assert.ok(!isGreen);
  assert.match(closing, /^ℹ tests 5$/m);
  assert.match(closing, /^ℹ fail 3$/m);
  assert.match(closing, /Error: with a reason/);
  assert.match(closing, /b\.test\.mjs ended with 1\n.*Error: before the first test/s);
  assert.match(closing, /c\.test\.mjs holds no test/);
});

test('a file that does not come to its end is killed with what it started, and the others run', async () => {
  // The run ends when nobody holds the streams of its files any more: the child that has them too is gone by then.
  const hangs = `import { test } from 'node:test';
import { spawn } from 'node:child_process';
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
test('it passes', () => {});
`;
  const { isGreen, closing, runs } = await runAll({ 'a.test.mjs': hangs, 'b.test.mjs': passes }, 5_000);
  assert.ok(!isGreen);
  assert.match(closing, /a\.test\.mjs was killed after 5 s/);
  assert.deepEqual(
    runs.map(({ path, code }) => [path, code]),
    [
      ['b.test.mjs', 0],
      ['a.test.mjs', undefined],
    ],
  );
});
