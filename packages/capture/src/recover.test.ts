import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, limits } from '@tacet/domain';
import { type MemorySpoolFolder, seededRandom, settled } from '@tacet/testkit';
import { Rig } from '../test/rig.ts';
import type { Capture } from './capture.ts';
import { type FileRecord, readRecords } from './record-format.ts';
import { intervalOfCrash, type RecoveredCapture, SpoolReading } from './recover.ts';

/** Lets the machine die now; of what was not synced nothing survives. */
function crash(rig: Rig): MemorySpoolFolder {
  return rig.folder.crash({ ...seededRandom(1, 'crash'), below: () => 0, chance: () => false });
}

function recovered(files: readonly Buffer[]): readonly RecoveredCapture[] {
  const reading = new SpoolReading();
  for (const file of files) reading.read(file);
  return reading.captures();
}

function filesOf(folder: MemorySpoolFolder): readonly Buffer[] {
  return folder.names().map((name) => folder.readAll(name));
}

function only(found: readonly RecoveredCapture[]): RecoveredCapture {
  const [capture, ...others] = found;
  assert.ok(capture !== undefined);
  assert.deepEqual(others, []);
  return capture;
}

function marksOf(rig: Rig, capture: RecoveredCapture): readonly number[] {
  return capture.segments.flatMap(({ bytes, descriptor }) => rig.unitsOf(bytes, descriptor).map(({ mark }) => mark));
}

function speak(rig: Rig, capture: Capture, from: number, to: number): void {
  for (let mark = from; mark <= to; mark += 1) {
    rig.clock.advance(20);
    capture.receive(rig.unit(mark));
  }
}

/** Where in a file the records of a kind begin. */
function offsetsOf(file: Buffer, kind: FileRecord['kind']): readonly number[] {
  return [...readRecords(file)].filter(({ record }) => record.kind === kind).map(({ offset }) => offset);
}

test('whole chunks are kept after a crash, the rest is reported as lost', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 100);
  await rig.spool.sync();
  const found = only(recovered(filesOf(crash(rig))));
  // A chunk takes 30 units of 20 ms; the ten behind the third chunk were not sealed yet.
  assert.deepEqual(
    marksOf(rig, found),
    Array.from({ length: 90 }, (_, place) => place + 1),
  );
  assert.equal(found.closedSince, undefined);
  assert.equal(found.overAt, undefined);
  const lastKeptAt = rig.clock.now() - 200;
  const recoveredAt = instant(rig.clock.now() + 5_000);
  assert.deepEqual(intervalOfCrash(found, recoveredAt), {
    kind: 'lost',
    from: instant(lastKeptAt + 0.001),
    to: recoveredAt,
    unitCount: 0,
    reason: 'crash',
  });
});

test('a capture that had kept nothing yet is lost from its very start', async () => {
  const rig = new Rig();
  rig.start();
  const startedAt = rig.clock.now();
  await rig.spool.sync();
  const found = only(recovered(filesOf(crash(rig))));
  assert.equal(intervalOfCrash(found, instant(startedAt + 100))?.from, startedAt);
});

test('a capture that was paused is still paused, and what follows is withheld', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 10);
  rig.clock.advance(5);
  const closedAt = capture.close(rig.clock.now());
  await rig.spool.sync();
  const found = only(recovered(filesOf(crash(rig))));
  assert.equal(found.closedSince, closedAt);
  const recoveredAt = instant(closedAt + 5_000);
  assert.deepEqual(intervalOfCrash(found, recoveredAt), {
    kind: 'withheld',
    from: closedAt,
    to: recoveredAt,
    unitCount: 0,
  });
  // A wall clock that stepped back between the runs makes no interval that ends before it begins.
  assert.equal(intervalOfCrash(found, instant(closedAt - 1)), undefined);
});

test('a capture that started closed, or whose gate was opening, is shut after a crash', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  const closedAt = rig.clock.now();
  rig.clock.advance(20);
  capture.gatekeeper.open({ notBefore: rig.clock.now(), needsAnchor: true });
  capture.gatekeeper.fenceSent(rig.clock.now());
  capture.fencePassed(rig.clock.now());
  await rig.spool.sync();
  assert.equal(only(recovered(filesOf(crash(rig)))).closedSince, closedAt);
});

test('a gate that opened durably is open after a crash, and what follows is lost from there on', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  rig.clock.advance(20);
  rig.resume(capture);
  const openedAt = rig.clock.now();
  await rig.spool.sync();
  const found = only(recovered(filesOf(crash(rig))));
  assert.equal(found.closedSince, undefined);
  assert.equal(found.intervals.length, 1);
  assert.equal(intervalOfCrash(found, instant(openedAt + 100))?.from, openedAt);
});

test('a paused capture is still known after its spool files were rotated and stored away', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 10);
  rig.clock.advance(5);
  const closedAt = capture.close(rig.clock.now());
  await rig.shelve();
  for (let round = 0; round < 3; round += 1) {
    rig.clock.advance(limits.segmentMsMax);
    await rig.spool.sync();
    await settled();
  }
  const folder = crash(rig);
  assert.equal(folder.names().length, 1);
  const found = only(recovered(filesOf(folder)));
  assert.equal(found.closedSince, closedAt);
  assert.equal(found.lastAt, closedAt);
  assert.equal(found.live.nextSegmentNumber, 1);
  assert.equal(found.live.previousTag, rig.stored[0]?.lastTag);
});

test('a capture that reopened is known to be open from then on after its spool files were rotated', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  rig.clock.advance(20);
  rig.resume(capture);
  const openedAt = rig.clock.now();
  await rig.shelve();
  rig.clock.advance(limits.segmentMsMax);
  await rig.spool.sync();
  await settled();
  const folder = crash(rig);
  assert.equal(folder.names().length, 1);
  const found = only(recovered(filesOf(folder)));
  assert.equal(found.closedSince, undefined);
  assert.equal(intervalOfCrash(found, rig.clock.now())?.from, openedAt);
});

test('units that were not sealed when a spool file was rotated are reported as lost', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 10);
  capture.tick(instant(rig.clock.now() + limits.chunkMsMax));
  const keptUntil = rig.clock.now();
  rig.clock.advance(limits.segmentMsMax);
  speak(rig, capture, 11, 15);
  await rig.spool.sync();
  const found = only(recovered(filesOf(crash(rig))));
  assert.equal(marksOf(rig, found).length, 10);
  assert.equal(intervalOfCrash(found, rig.clock.now())?.from, instant(keptUntil + 0.001));
});

test('a capture that ended in order leaves no interval, and one that ended while shut leaves its last', async () => {
  const rig = new Rig();
  const open = rig.start();
  speak(rig, open, 1, 3);
  open.end(rig.clock.now());
  await rig.spool.sync();
  const found = only(recovered(filesOf(crash(rig))));
  assert.equal(found.overAt, rig.clock.now());
  assert.equal(intervalOfCrash(found, instant(rig.clock.now() + 100)), undefined);

  const next = new Rig();
  const shut = next.start(false);
  const closedAt = next.clock.now();
  next.clock.advance(20);
  shut.end(next.clock.now());
  await next.spool.sync();
  const [file] = filesOf(crash(next));
  assert.ok(file !== undefined);
  const whole = only(recovered([file]));
  assert.equal(whole.intervals.length, 1);
  assert.equal(intervalOfCrash(whole, instant(next.clock.now() + 100)), undefined);
  // Torn right behind the end: the interval was never written.
  const torn = only(recovered([file.subarray(0, offsetsOf(file, 'intervalSeen')[0])]));
  assert.deepEqual(torn.intervals, []);
  assert.deepEqual(intervalOfCrash(torn, instant(next.clock.now() + 100)), {
    kind: 'withheld',
    from: closedAt,
    to: next.clock.now(),
    unitCount: 0,
  });
});

test('an end that was torn from its capture does not make a closed gate look open', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  const closedAt = rig.clock.now();
  rig.clock.advance(20);
  capture.end(rig.clock.now());
  await rig.spool.sync();
  const [file] = filesOf(crash(rig));
  assert.ok(file !== undefined);
  for (let cut = 0; cut <= file.length; cut += 1) {
    for (const found of recovered([file.subarray(0, cut)])) {
      if (found.overAt === undefined) assert.equal(found.closedSince, closedAt);
    }
  }
});

test('a network loss that was noted does not hide what a crash lost before it', async () => {
  const rig = new Rig();
  const capture = rig.start();
  const startedAt = rig.clock.now();
  speak(rig, capture, 1, 5);
  const now = rig.clock.now();
  capture.note({ kind: 'lost', from: instant(now - 30), to: now, unitCount: 1, reason: 'network' });
  await rig.spool.sync();
  const found = only(recovered(filesOf(crash(rig))));
  assert.equal(found.intervals.length, 1);
  assert.equal(intervalOfCrash(found, instant(now + 100))?.from, startedAt);
});

test('a recovered segment is whole, is named like any other, and tells that recovery ended it', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 100);
  await rig.spool.sync();
  const found = recovered(filesOf(crash(rig)));
  const [segment] = only(found).segments;
  assert.ok(segment !== undefined);
  assert.equal(segment.descriptor.unitCount, 90);
  assert.equal(segment.descriptor.chunkCount, 3);
  const records = [...readRecords(segment.bytes)].map(({ record }) => record);
  const end = records.at(-1);
  assert.ok(end?.kind === 'segmentEnd' && end.isRecovered);
  assert.equal(
    records.some((record) => record.kind === 'segmentKey'),
    false,
  );
});

test('asking twice what was found gives the same', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 100);
  await rig.spool.sync();
  const reading = new SpoolReading();
  for (const file of filesOf(crash(rig))) assert.equal(reading.read(file), 0);
  assert.deepEqual(reading.captures(), reading.captures());
});

test('a segment that was stored before the crash is found as the same bytes under the same name', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 50);
  rig.clock.advance(5);
  capture.close(rig.clock.now());
  const hold = rig.spool.append({ kind: 'gateClosed', streamId: capture.home.streamId, at: rig.clock.now() });
  rig.spool.hold(hold.file);
  await rig.shelve();
  const [segment] = only(recovered(filesOf(crash(rig)))).segments;
  assert.deepEqual(segment?.descriptor, rig.stored[0]);
});

test('damage in the middle costs the chunks behind it, which are reported as lost, and nothing is doubled', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 95);
  await rig.spool.sync();
  const damagedFrom = rig.clock.now();
  rig.clock.advance(limits.segmentMsMax);
  await rig.spool.sync();
  speak(rig, capture, 96, 200);
  rig.clock.advance(5);
  capture.end(rig.clock.now());
  await rig.spool.sync();
  const [first, second] = filesOf(crash(rig));
  assert.ok(first !== undefined && second !== undefined);
  const [, , third] = offsetsOf(first, 'chunk');
  assert.ok(third !== undefined);
  const reading = new SpoolReading();
  assert.equal(reading.read(first.subarray(0, third + 20)), 20);
  assert.equal(reading.read(second), 0);
  const found = only(reading.captures());
  assert.deepEqual(
    marksOf(rig, found),
    Array.from({ length: 60 }, (_, place) => place + 1),
  );
  const lost = found.intervals.filter(({ kind }) => kind === 'lost');
  const lastKeptAt = damagedFrom - 35 * 20;
  assert.equal(lost[0]?.from, instant(lastKeptAt + 0.001));
  assert.equal(lost.at(-1)?.to, instant(rig.clock.now() - 5 + 0.001));
  for (const [place, { from }] of lost.entries()) {
    assert.ok(place === 0 || from <= (lost[place - 1]?.to ?? Number.NaN));
  }
  assert.equal(
    lost.reduce((sum, { unitCount }) => sum + unitCount, 0),
    110,
  );
});

test('what a damaged file does not tell any more is lost up to where the next file knows of it', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 60);
  rig.clock.advance(5);
  const closedAt = capture.close(rig.clock.now());
  await rig.spool.sync();
  rig.clock.advance(limits.segmentMsMax);
  await rig.spool.sync();
  const [first, second] = filesOf(crash(rig));
  assert.ok(first !== undefined && second !== undefined);
  const [, chunk] = offsetsOf(first, 'chunk');
  const found = only(recovered([first.subarray(0, chunk), second]));
  assert.equal(found.closedSince, closedAt);
  assert.equal(marksOf(rig, found).length, 30);
  const lastKeptAt = closedAt - 5 - 30 * 20;
  const [lost, ...others] = found.intervals;
  assert.deepEqual(others, []);
  assert.equal(lost?.kind, 'lost');
  assert.deepEqual([lost.from, lost.to], [instant(lastKeptAt + 0.001), instant(closedAt + 0.001)]);
});

test('a segment without its key holds nothing that can be kept', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 40);
  await rig.spool.sync();
  const [file] = filesOf(crash(rig));
  assert.ok(file !== undefined);
  const [keyFrom] = offsetsOf(file, 'segmentKey');
  const [keyTo] = offsetsOf(file, 'chunk');
  const withoutKey = Buffer.concat([file.subarray(0, keyFrom), file.subarray(keyTo)]);
  assert.equal(only(recovered([file])).segments.length, 1);
  assert.equal(only(recovered([withoutKey])).segments.length, 0);
});

test('records of a capture of which nothing is known are left alone', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 40);
  capture.close(rig.clock.now());
  await rig.spool.sync();
  const [file] = filesOf(crash(rig));
  assert.ok(file !== undefined);
  const [behindLive] = offsetsOf(file, 'segmentBegin');
  const [behindBegin] = offsetsOf(file, 'segmentKey');
  assert.deepEqual(recovered([file.subarray(behindLive)]), []);
  assert.deepEqual(recovered([file.subarray(behindBegin)]), []);
});

test('what was missing when the record breaks off is lost, unless it was told of or had come', async () => {
  const rig = new Rig();
  const capture = rig.start();
  const gap = (from: number) =>
    ({ kind: 'lost', from: instant(from), to: instant(from + 20), unitCount: 1, reason: 'network' }) as const;
  capture.noteWaiting([gap(1_000), gap(2_000), gap(3_000)]);
  speak(rig, capture, 1, 40);
  capture.note({ ...gap(1_000), unitCount: 1 });
  capture.noteWaiting([gap(1_000), gap(3_000)]);
  await rig.spool.sync();
  const found = only(recovered(filesOf(crash(rig))));
  assert.deepEqual(found.intervals, [gap(1_000), gap(3_000)]);
});

test('a capture that ended in order has told of all its gaps', async () => {
  const rig = new Rig();
  const capture = rig.start();
  capture.noteWaiting([{ kind: 'lost', from: instant(1_000), to: instant(1_020), unitCount: 1, reason: 'network' }]);
  capture.end(rig.clock.now());
  await rig.spool.sync();
  assert.deepEqual(only(recovered(filesOf(crash(rig)))).intervals, []);
});
