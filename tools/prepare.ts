/** Makes the machine ready for the tests: the one thing npm cannot install is SIPp, which plays the phones. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the tests need from Debian: the program, and the package that brings it. */
const needs = { program: 'sipp', debianPackage: 'sip-tester' } as const;

if (!isOnPath(needs.program)) install();

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function install(): void {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !isOnPath('apt-get')) {
    fail(
      `The tests need "${needs.program}". Install the package ${needs.debianPackage} (as root: apt-get install it).`,
    );
    return;
  }
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', needs.debianPackage);
  if (isOnPath(needs.program)) console.log(`prepare: ${needs.program} is ready`);
  else fail(`${needs.debianPackage} was installed, but "${needs.program}" is not on the path.`);
}

/** Runs quietly; what apt-get said is shown when it fails. */
function aptGet(...words: readonly string[]): void {
  console.log(`prepare: apt-get ${words.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...words], { env, encoding: 'utf8' });
  if (status === 0) return;
  console.log(`${stdout}${stderr}`);
  fail(`apt-get ${words[0]} failed.`);
  process.exit();
}

function fail(sentence: string): void {
  console.error(`prepare: ${sentence}`);
  process.exitCode = 1;
}
