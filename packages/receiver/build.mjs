/**
 * Builds the receiver with the system's C compiler, when npm installs. Where that cannot be, nothing is built, nothing
 * fails, and `dgram` stands in. Plain JavaScript, because npm may run under a Node that strips no types.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const sources = ['receiver.c', 'sealer.c', 'ears.c'].map((name) => join(folder, 'src', name));
const headers = [join(folder, 'src', 'values.h')];
const built = join(folder, 'build', 'receiver.node');

/** @param {string} path */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

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
  mkdirSync(join(folder, 'build'), { recursive: true });
  const words = [...strict, '-fPIC', '-shared', `-I${included}`, '-o', fresh, ...sources];
  const { status, error, stderr } = spawnSync(process.env.CC || 'cc', words, { encoding: 'utf8' });
  if (status === 0) {
    renameSync(fresh, built);
    return;
  }
  // An old one must not stand for a source that it was not made from.
  for (const stale of [fresh, built]) rmSync(stale, { force: true });
  if (error === undefined) console.error(`receiver: the C compiler refused it, dgram stands in\n${stderr}`);
}

if (process.platform === 'linux' && changedAt(built) <= Math.max(...[...sources, ...headers].map(changedAt)))
  await build();
