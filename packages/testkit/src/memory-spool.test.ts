import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock, settled } from './manual-clock.ts';
import { MemorySpoolFolder } from './memory-spool.ts';
import { seededRandom } from './seeded-random.ts';

test('a crash keeps every synced byte, a prefix of the rest, and maybe noise behind it; the same seed keeps the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat({ max: 200 }), fc.nat({ max: 200 }), async (seed, synced, unsynced) => {
      const died = await Promise.all(
        [1, 2].map(async () => {
          const folder = new MemorySpoolFolder();
          const file = folder.create();
          await file.append(Buffer.alloc(synced, 1));
          folder.stall();
          void file.append(Buffer.alloc(unsynced, 2));
          await settled();
          return folder.crash(seededRandom(seed, 'crash')).readAll(file.name);
        }),
      );
      const [bytes, again] = died;
      assert.ok(bytes !== undefined);
      assert.deepEqual(bytes, again);
      assert.ok(bytes.length >= synced && bytes.length <= synced + unsynced);
      assert.deepEqual(bytes.subarray(0, synced), Buffer.alloc(synced, 1));
    }),
  );
});

test('what still runs against a folder that crashed changes nothing and never hears of it', async () => {
  const folder = new MemorySpoolFolder();
  const file = folder.create();
  await file.append(Buffer.from('before'));
  const next = folder.crash(seededRandom(1, 'crash'));
  let isTold = false;
  void file.append(Buffer.from('after')).then(() => {
    isTold = true;
  });
  await file.remove();
  folder.create();
  await settled();
  assert.equal(isTold, false);
  assert.deepEqual(next.names(), [file.name]);
  assert.equal(next.readAll(file.name).toString(), 'before');
});

test('appends fail from the given one on, as often as asked, with half of their bytes written', async () => {
  const folder = new MemorySpoolFolder();
  const file = folder.create();
  folder.failAppendsAfter(1, 1);
  await file.append(Buffer.from('1234'));
  await assert.rejects(file.append(Buffer.from('5678')));
  await file.append(Buffer.from('9'));
  assert.equal(folder.readAll(file.name).toString(), '1234569');
  assert.equal(file.read(2, 3).toString(), '345');
});

test('a folder with a delay appends when its clock has moved', async () => {
  const clock = new ManualClock();
  const folder = new MemorySpoolFolder({ later: (ms, task) => clock.later(ms, task), ms: 5 });
  const file = folder.create();
  let isDone = false;
  const appended = file.append(Buffer.from('x')).then(() => {
    isDone = true;
  });
  await clock.pass(4);
  assert.equal(isDone, false);
  await clock.pass(1);
  assert.equal(isDone, true);
  await appended;
});
