import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Defect, Fault, instant, limits, type StreamId } from '@tacet/domain';
import { ManualClock, MemorySpoolFolder, seededRandom, settled } from '@tacet/testkit';
import { conversationId, recordingId } from '../test/rig.ts';
import { type CaptureLive, encodeRecord, type FileRecord, readRecords } from './record-format.ts';
import { Spool, type SpoolFolder, type SpoolPlace } from './spool.ts';

const streamId = 'd0000000-0000-4000-8000-000000000000' as StreamId;
const closed = (ms: number): FileRecord => ({ kind: 'gateClosed', streamId, at: instant(ms) });
const live: CaptureLive = {
  kind: 'captureLive',
  streamId,
  recordingId,
  conversationId,
  at: instant(1),
  isOpen: true,
  since: instant(1),
  keptUntil: instant(1),
  nextSegmentNumber: 0,
  previousTag: '',
};

function made(isLive = false) {
  const clock = new ManualClock();
  const folder = new MemorySpoolFolder();
  const faults: Fault[] = [];
  const state = { preamble: isLive ? [live] : [] };
  const spool = new Spool({ folder, clock, preamble: () => state.preamble, onFault: (fault) => faults.push(fault) });
  return { clock, folder, faults, spool, state };
}

function recordsOf(folder: MemorySpoolFolder, name: string): readonly FileRecord[] {
  return [...readRecords(folder.readAll(name))].map(({ record }) => record);
}

/** What would be found after a crash now, were luck at its worst. */
function survivors(folder: MemorySpoolFolder): readonly FileRecord[] {
  const worst = { ...seededRandom(1, 'worst'), below: () => 0, chance: () => false };
  const next = folder.crash(worst);
  return next.names().flatMap((name) => recordsOf(next, name));
}

const isStorageFault = (error: unknown): boolean => error instanceof Fault && error.code === 'storageUnavailable';

test('records reach the file together, when they are synced', async () => {
  const { spool, folder } = made();
  const first = spool.append(closed(1));
  const second = spool.append(closed(2));
  assert.equal(folder.totalBytes, 0);
  assert.equal(spool.backlogBytes, first.length + second.length);
  await spool.sync();
  assert.equal(spool.backlogBytes, 0);
  assert.deepEqual(recordsOf(folder, first.file.file.name), [closed(1), closed(2)]);
  assert.deepEqual(survivors(folder), [closed(1), closed(2)]);
});

test('a place is where its record can be read once it is durable', async () => {
  const { spool } = made(true);
  spool.append(closed(1));
  await spool.sync();
  const place = spool.append(closed(2));
  await spool.sync();
  const bytes = place.file.file.read(place.offset, place.length);
  assert.deepEqual(
    [...readRecords(bytes)].map(({ record }) => record),
    [closed(2)],
  );
});

test('a sync resolves only when everything appended before it is durable, also while others are on their way', async () => {
  const { spool, folder } = made();
  folder.stall();
  spool.append(closed(1));
  let isFirstDone = false;
  const first = spool.sync().then(() => {
    isFirstDone = true;
  });
  spool.append(closed(2));
  const second = spool.sync();
  await settled();
  assert.equal(isFirstDone, false);
  folder.resume();
  await Promise.all([first, second]);
  assert.deepEqual(survivors(folder), [closed(1), closed(2)]);
});

test('a slow disk is given one write at a time, and the next one takes all that has gathered', async () => {
  const folder = new MemorySpoolFolder();
  const appends: number[] = [];
  const slow: SpoolFolder = {
    names: () => folder.names(),
    readAll: (name) => folder.readAll(name),
    open: (name) => folder.open(name),
    remove: (name) => folder.remove(name),
    create: () => {
      const file = folder.create();
      const append = (bytes: Uint8Array): Promise<void> => {
        appends.push(bytes.length);
        return file.append(bytes);
      };
      return { ...file, append };
    },
  };
  const other = new Spool({ folder: slow, clock: new ManualClock(), preamble: () => [], onFault: () => undefined });
  folder.stall();
  const syncs: Promise<void>[] = [];
  const places: SpoolPlace[] = [];
  for (let number = 1; number <= 20; number += 1) {
    places.push(other.append(closed(number)));
    syncs.push(other.sync());
  }
  await settled();
  assert.equal(appends.length, 1);
  folder.resume();
  await Promise.all(syncs);
  assert.equal(appends.length, 2);
  const written = places.map(({ file, offset, length }) => [...readRecords(file.file.read(offset, length))][0]?.record);
  assert.deepEqual(
    written,
    places.map((_, place) => closed(place + 1)),
  );
  assert.equal(other.durableCount, 20);
});

test('a sync without anything new waits for what is on its way', async () => {
  const { spool, folder } = made();
  folder.stall();
  spool.append(closed(1));
  const first = spool.sync();
  let isDone = false;
  const second = spool.sync().then(() => {
    isDone = true;
  });
  await settled();
  assert.equal(isDone, false);
  folder.resume();
  await Promise.all([first, second]);
});

test('every new file begins with the live captures', async () => {
  const { spool, folder } = made(true);
  const { file } = spool.append(closed(1));
  await spool.sync();
  assert.deepEqual(recordsOf(folder, file.file.name), [live, closed(1)]);
});

test('a file is rotated when it is old, and removed when nothing holds it', async () => {
  const { spool, folder, clock } = made();
  const { file } = spool.append(closed(1));
  clock.advance(limits.segmentMsMax - 1);
  await spool.sync();
  assert.equal(file.isCurrent, true);
  clock.advance(1);
  spool.append(closed(2));
  await spool.sync();
  assert.equal(file.isCurrent, false);
  await settled();
  assert.deepEqual(folder.names(), []);
});

test('a file is rotated when it is large', async () => {
  const { spool } = made();
  const { file } = spool.append(closed(1));
  await spool.sync();
  file.bytes = limits.spoolFileBytesMax - 1;
  await spool.sync();
  assert.equal(file.isCurrent, true);
  file.bytes = limits.spoolFileBytesMax;
  await spool.sync();
  assert.equal(file.isCurrent, false);
  assert.notEqual(spool.append(closed(2)).file, file);
});

test('an old file goes even when nothing was written to it for long', async () => {
  const { spool, folder, clock } = made();
  spool.append(closed(1));
  await spool.sync();
  clock.advance(limits.segmentMsMax);
  await spool.sync();
  await settled();
  assert.deepEqual(folder.names(), []);
});

test('while captures are live an old file goes only after the next one says durably that they are', async () => {
  const { spool, folder, clock } = made(true);
  const { file } = spool.append(closed(1));
  await spool.sync();
  clock.advance(limits.segmentMsMax);
  folder.stall();
  const rotating = spool.sync();
  await settled();
  assert.deepEqual(folder.names().length, 2);
  folder.resume();
  await rotating;
  await settled();
  const [next, ...rest] = folder.names();
  assert.deepEqual(rest, []);
  assert.notEqual(next, file.file.name);
  assert.deepEqual(survivors(folder), [live]);
});

test('a held file stays until the last hold is released', async () => {
  const { spool, folder, clock } = made();
  const { file } = spool.append(closed(1));
  spool.hold(file);
  spool.hold(file);
  await spool.sync();
  clock.advance(limits.segmentMsMax);
  await spool.sync();
  spool.release(file);
  await settled();
  assert.deepEqual(folder.names(), [file.file.name]);
  spool.release(file);
  await settled();
  assert.deepEqual(folder.names(), []);
});

test('a file that is released while it is still written stays', async () => {
  const { spool, folder } = made();
  const { file } = spool.append(closed(1));
  spool.hold(file);
  await spool.sync();
  spool.release(file);
  await settled();
  assert.deepEqual(folder.names(), [file.file.name]);
});

test('a release without a hold is a defect', async () => {
  const { spool } = made();
  const { file } = spool.append(closed(1));
  await spool.sync();
  assert.throws(() => spool.release(file), Defect);
});

test('a closed spool has synced everything and leaves no file that nothing holds', async () => {
  const { spool, folder } = made();
  spool.append(closed(1));
  await spool.close();
  assert.deepEqual(folder.names(), []);
  const held = made();
  const { file } = held.spool.append(closed(1));
  held.spool.hold(file);
  await held.spool.close();
  assert.deepEqual(survivors(held.folder), [closed(1)]);
  await made().spool.close();
});

test('when the disk fails the spool says so once, takes nothing more and writes nothing more', async () => {
  const { spool, folder, faults } = made();
  spool.append(closed(1));
  await spool.sync();
  folder.failAppendsAfter(0);
  spool.append(closed(2));
  const failing = [spool.sync(), spool.sync()];
  spool.append(closed(3));
  failing.push(spool.sync());
  for (const each of failing) await assert.rejects(each, isStorageFault);
  assert.equal(faults.length, 1);
  assert.equal(spool.fault, faults[0]);
  assert.equal(spool.backlogBytes, 0);
  assert.throws(() => spool.append(closed(4)), isStorageFault);
  folder.failAppendsAfter(10);
  await assert.rejects(spool.sync(), isStorageFault);
  await assert.rejects(spool.close(), isStorageFault);
  assert.equal(faults.length, 1);
  assert.deepEqual(survivors(folder), [closed(1)]);
});

test('what waited behind a failed write is not written, though the disk has recovered', async () => {
  const { spool, folder, clock, faults } = made(true);
  spool.append(closed(1));
  await spool.sync();
  folder.failAppendsAfter(0, 1);
  spool.append(closed(2));
  const failing = [spool.sync()];
  spool.append(closed(3));
  failing.push(spool.sync());
  for (const each of failing) await assert.rejects(each, isStorageFault);
  clock.advance(limits.segmentMsMax);
  await assert.rejects(spool.sync(), isStorageFault);
  assert.equal(folder.names().length, 1);
  assert.equal(faults.length, 1);
  const [name] = folder.names();
  assert.equal(folder.readAll(name ?? '').includes(encodeRecord(closed(3))), false);
  assert.deepEqual(survivors(folder), [live, closed(1)]);
});

test('after a failure no file is removed: what is durable is left to recovery', async () => {
  const { spool, folder, clock } = made();
  const { file } = spool.append(closed(1));
  spool.hold(file);
  clock.advance(limits.segmentMsMax);
  await spool.sync();
  folder.failAppendsAfter(0);
  const next = spool.append(closed(2));
  await assert.rejects(spool.sync(), isStorageFault);
  spool.release(file);
  await settled();
  assert.deepEqual(folder.names(), [file.file.name, next.file.file.name]);
});

test('a folder that takes no more files is a failure of storage', async () => {
  const { spool, folder, faults } = made();
  folder.failCreatesAfter(0);
  assert.throws(() => spool.append(closed(1)), isStorageFault);
  assert.equal(faults.length, 1);
  await assert.rejects(spool.sync(), isStorageFault);
});

test('a file that cannot be followed by another is a failure of storage', async () => {
  const { spool, folder, faults, clock } = made(true);
  spool.append(closed(1));
  folder.failCreatesAfter(0);
  clock.advance(limits.segmentMsMax);
  await assert.rejects(spool.sync(), isStorageFault);
  await assert.rejects(spool.sync(), isStorageFault);
  assert.equal(faults.length, 1);
  assert.equal(folder.names().length, 1);
});

test('more than the backlog allows is a failure of storage, not more memory', async () => {
  const { spool, folder, faults } = made();
  folder.stall();
  const large: FileRecord = { kind: 'segmentKey', ref: 1, wrappedKey: 'k'.repeat(limits.recordBytesMax - 1_000) };
  spool.append(large);
  const waiting = spool.sync();
  await settled();
  assert.throws(() => spool.append(large), isStorageFault);
  assert.equal(spool.backlogBytes, 0);
  folder.resume();
  await assert.rejects(waiting, isStorageFault);
  assert.equal(spool.backlogBytes, 0);
  assert.equal(faults.length, 1);
});

test('two failures at the same time are told once', async () => {
  const { spool, folder, faults } = made();
  folder.stall();
  folder.failAppendsAfter(0);
  const large: FileRecord = { kind: 'segmentKey', ref: 1, wrappedKey: 'k'.repeat(limits.recordBytesMax - 1_000) };
  spool.append(large);
  const waiting = spool.sync();
  await settled();
  assert.throws(() => spool.append(large), isStorageFault);
  folder.resume();
  await assert.rejects(waiting, isStorageFault);
  assert.deepEqual(faults, [spool.fault]);
});
