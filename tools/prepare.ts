/** Makes the machine ready for the tests: npm cannot install the programs that play phones, SBCs and browsers. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Need {
  /** The name of a program, or the whole path of anything else. */
  readonly program: string;
  readonly debianPackage: string;
  /** A package that has to be there with it. */
  readonly beside?: string;
}

/** What the tests need from Debian: each program, and the package that brings it. */
const needs = [
  { program: 'sipp', debianPackage: 'sip-tester' },
  { program: 'curl', debianPackage: 'curl' },
  { program: 'socat', debianPackage: 'socat' },
  // Swaks speaks TLS with the library that it only recommends.
  { program: 'swaks', debianPackage: 'swaks', beside: 'libnet-ssleay-perl' },
  { program: 'openssl', debianPackage: 'openssl' },
  { program: 'ffmpeg', debianPackage: 'ffmpeg' },
  { program: 'chromium', debianPackage: 'chromium' },
  { program: 'multimon-ng', debianPackage: 'multimon-ng' },
  { program: 'espeak-ng', debianPackage: 'espeak-ng' },
  { program: 'prometheus', debianPackage: 'prometheus' },
  { program: 'rtpengine', debianPackage: 'rtpengine-daemon' },
  // A WebRTC stack in Python; a package has no program of its own.
  { program: '/usr/lib/python3/dist-packages/aiortc', debianPackage: 'python3-aiortc' },
] as const satisfies readonly Need[];

const missing: readonly Need[] = needs.filter(({ program }) => !isThere(program));
if (missing.length > 0) install(missing);

function isThere(program: string): boolean {
  return program.startsWith('/') ? existsSync(program) : isOnPath(program);
}

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

function install(wanted: readonly Need[]): void {
  const packages = wanted.flatMap(({ debianPackage, beside }) => [
    debianPackage,
    ...(beside === undefined ? [] : [beside]),
  ]);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !isOnPath('apt-get')) {
    const programs = wanted.map(({ program }) => program).join(' and ');
    fail(`The tests need ${programs}. Install: ${packages.join(' ')} (as root: apt-get install them).`);
    return;
  }
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', ...packages);
  for (const { program, debianPackage } of wanted) {
    if (isThere(program)) console.log(`prepare: ${program} is ready`);
    else fail(`${debianPackage} was installed, but "${program}" is not there.`);
  }
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
