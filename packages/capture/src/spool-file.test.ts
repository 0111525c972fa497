import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { instant, type StreamId } from '@tacet/domain';
import { ManualClock } from '@tacet/testkit';
import { Spool } from './spool.ts';
import { diskSpoolFolder } from './spool-file.ts';

function folderFor(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tacet-spool-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return join(path, 'deep', 'spool');
}

test('what was appended can be read at its place, from the open file and by name', async (t) => {
  const folder = diskSpoolFolder(folderFor(t), 'run1');
  const file = folder.create();
  await file.append(Buffer.from('first '));
  await file.append(Buffer.from('second'));
  assert.equal(file.read(6, 6).toString(), 'second');
  assert.equal(folder.readAll(file.name).toString(), 'first second');
  assert.equal(file.read(6, 100).toString(), 'second');
  await file.remove();
});

test('files are named in the order of their making, after their run', async (t) => {
  const path = folderFor(t);
  const folder = diskSpoolFolder(path, 'run1');
  const files = [folder.create(), folder.create()];
  const other = diskSpoolFolder(path, 'run2').create();
  assert.deepEqual(folder.names(), [...files.map((file) => file.name), other.name]);
  for (const file of [...files, other]) await file.remove();
  assert.deepEqual(folder.names(), []);
});

test('only spool files are listed, and a name that exists is not taken again', async (t) => {
  const path = folderFor(t);
  const folder = diskSpoolFolder(path, 'run1');
  writeFileSync(join(path, 'notes.txt'), 'not ours');
  const file = folder.create();
  assert.deepEqual(folder.names(), [file.name]);
  assert.throws(() => diskSpoolFolder(path, 'run1').create(), { code: 'EEXIST' });
  await file.remove();
});

test('nobody but the owner may read the spool', async (t) => {
  const path = folderFor(t);
  const file = diskSpoolFolder(path, 'run1').create();
  assert.equal(statSync(path).mode & 0o077, 0);
  assert.equal(statSync(join(path, file.name)).mode & 0o077, 0);
  await file.remove();
});

test('a spool that closes waits until the files that nothing holds are gone from the disk', async (t) => {
  const folder = diskSpoolFolder(folderFor(t), 'run1');
  const spool = new Spool({
    folder,
    clock: new ManualClock(),
    preamble: () => [],
    onFault: (fault) => assert.fail(fault),
  });
  spool.append({ kind: 'gateClosed', streamId: 'stream' as StreamId, at: instant(1) });
  await spool.sync();
  assert.equal(folder.names().length, 1);
  await spool.close();
  assert.deepEqual(folder.names(), []);
});

test('a file of an earlier run is removed by name; one that is gone already is no failure', async (t) => {
  const folder = diskSpoolFolder(folderFor(t), 'run1');
  const file = folder.create();
  await folder.remove(file.name);
  assert.deepEqual(folder.names(), []);
  await folder.remove(file.name);
  await file.remove();
});

test('a closed file takes nothing more', async (t) => {
  const file = diskSpoolFolder(folderFor(t), 'run1').create();
  await file.remove();
  await assert.rejects(file.append(Buffer.from('late')), { code: 'EBADF' });
});
