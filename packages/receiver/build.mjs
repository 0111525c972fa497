/**
 * Builds the receiver with the system's C compiler, when npm installs. Where that cannot be, nothing is built, nothing
 * fails, and `dgram` stands in. Plain JavaScript, because npm may run under a Node that strips no types.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { built, sources } from './src/built-path.mjs';

async function build() {
  const { include_dir: included } = (await import('node-api-headers')).default;
  // Under another name first: a process that has the old one loaded must not see it change.
  const fresh = `${built}.${process.pid}`;
  const strict = [
    '-std=gnu11',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-fvisibility=hidden',
    '-fstack-protector-strong',
    // What is reckoned here has to be what JavaScript reckons.
    '-ffp-contract=off',
  ];
  mkdirSync(dirname(built), { recursive: true });
  const words = [...strict, '-fPIC', '-shared', `-I${included}`, '-o', fresh, ...sources];
  const { status, error, stderr } = spawnSync(process.env.CC || 'cc', words, { encoding: 'utf8' });
  if (status === 0) renameSync(fresh, built);
  // What others of these sources were made into is nobody's any more; processes that have it loaded keep it.
  for (const name of readdirSync(dirname(built))) {
    const path = join(dirname(built), name);
    if (path !== built) rmSync(path, { force: true });
  }
  if (status !== 0 && error === undefined)
    console.error(`receiver: the C compiler refused it, dgram stands in\n${stderr}`);
}

if (process.platform === 'linux' && !existsSync(built)) await build();
