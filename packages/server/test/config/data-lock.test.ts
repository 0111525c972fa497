/** One server per data folder. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockDataFolder } from '../../src/data-lock.ts';
import { temporaryFolder } from '../store-samples.ts';

test('a data folder that is locked cannot be locked again until it is let go', () => {
  using folder = temporaryFolder();
  const release = lockDataFolder(folder.path);
  assert.throws(() => lockDataFolder(folder.path), {
    code: 'storageUnavailable',
    facts: { reason: `Another Tacet server is using the data folder ${folder.path}.` },
  });
  release();
  lockDataFolder(folder.path)();
});

test('two data folders do not know of each other', () => {
  using one = temporaryFolder();
  using two = temporaryFolder();
  const releases = [lockDataFolder(one.path), lockDataFolder(two.path)];
  for (const release of releases) release();
});

test('a lock outlives the memory of the one who took it, and is gone with a process that was killed', async () => {
  using folder = temporaryFolder();
  const lockFile = fileURLToPath(new URL('../../src/data-lock.ts', import.meta.url));
  const program = `
    const { lockDataFolder } = await import(${JSON.stringify(lockFile)});
    lockDataFolder(${JSON.stringify(folder.path)});
    await new Promise(setImmediate);
    gc();
    await new Promise(setImmediate);
    console.log('locked');
    setInterval(() => undefined, 1000);`;
  const options = ['--expose-gc', '--input-type=module', '-e', program];
  const holder = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(holder.stdout, 'data');
    assert.throws(() => lockDataFolder(folder.path), { code: 'storageUnavailable' });
  } finally {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
  lockDataFolder(folder.path)();
});
