/** `tacet verify`: 0 when all holds, 1 with a line for each finding, 2 when nothing can be read. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verify } from '../../src/cli/verify.ts';
import { temporaryFolder } from '../store-samples.ts';
import { DataFolder } from '../verify/data-folder.ts';
import { CollectingTerminal } from './collecting-terminal.ts';

async function verified(path: string) {
  const terminal = new CollectingTerminal();
  const code = await verify(path, terminal);
  return { code, terminal };
}

test('a folder that holds what it promises ends with 0, its audit head and one line of what was seen', async () => {
  await using folder = await DataFolder.recorded();
  const { code, terminal } = await verified(folder.dataDir);
  assert.equal(code, 0);
  const { progress } = await folder.verify();
  assert.deepEqual(terminal.printed, [
    `Audit head: entry ${progress.auditEntries}, ${progress.auditHead}`,
    `Proved: 1 conversations, 6 segments, ${progress.auditEntries} audit entries; no findings.`,
  ]);
});

test('what does not hold is one line each, with part and id, and ends with 1', async () => {
  await using folder = await DataFolder.recorded();
  const [first = assert.fail(), second = assert.fail()] = folder.blobs();
  for (const name of [first, second]) rmSync(folder.pathOf('blobs', name));
  const { code, terminal } = await verified(folder.dataDir);
  assert.equal(code, 1);
  const lines = terminal.printed.filter((line) => line.startsWith('recording '));
  assert.equal(lines.length, 2);
  for (const line of lines) assert.match(line, /^recording [0-9a-f-]{36}: segmentMissing: /);
  assert.match(terminal.printed.at(-1) ?? '', /^Not proved: 2 findings in /);
});

test('a path where no data folder is ends with 2 and says so', async () => {
  using folder = temporaryFolder();
  const { code, terminal } = await verified(folder.path);
  assert.deepEqual([code, terminal.output], [2, '']);
  assert.equal(terminal.said, `There is no Tacet data folder at ${folder.path}.`);
});

test('a database that is damaged, or keys that are gone, end with 2 and the reason', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'tacet.db'), Buffer.alloc(4_096, 0x5a));
  const damaged = await verified(folder.path);
  assert.equal(damaged.code, 2);
  assert.match(damaged.terminal.said, /^The data folder cannot be read: .*damaged or not a database/);
  await using recorded = await DataFolder.recorded();
  rmSync(recorded.pathOf('keys'), { recursive: true });
  const keyless = await verified(recorded.dataDir);
  assert.equal(keyless.code, 2);
  assert.match(keyless.terminal.said, /^The data folder cannot be read: .*keys/);
});
