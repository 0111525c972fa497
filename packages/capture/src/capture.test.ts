import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@tacet/domain';
import { settled } from '@tacet/testkit';
import { marked, Rig } from '../test/rig.ts';
import type { Capture } from './capture.ts';
import { type FileRecord, readRecords } from './record-format.ts';

/** Units 20 ms apart, marked from `from` to `to`. */
function speak(rig: Rig, capture: Capture, from: number, to: number): void {
  for (let mark = from; mark <= to; mark += 1) {
    rig.clock.advance(20);
    capture.receive(rig.unit(mark));
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, place) => from + place);
}

function spoolRecords(rig: Rig): readonly FileRecord[] {
  return rig.folder.names().flatMap((name) => [...readRecords(rig.folder.readAll(name))].map(({ record }) => record));
}

test('everything admitted is in store, once and in order; nothing withheld is', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 100);
  rig.clock.advance(5);
  capture.close(rig.clock.now());
  speak(rig, capture, 101, 200);
  rig.clock.advance(5);
  rig.resume(capture);
  speak(rig, capture, 201, 300);
  capture.end(rig.clock.now());
  await rig.shelve();
  assert.deepEqual(await rig.marksOf(capture.home.streamId), [...range(1, 100), ...range(201, 300)]);
  assert.equal(capture.withheldTotal, 100);
});

test('a packet that arrives while the gate is closed leaves no bytes anywhere', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 3);
  await rig.spool.sync();
  rig.clock.advance(5);
  capture.close(rig.clock.now());
  await rig.spool.sync();
  const before = rig.folder.totalBytes;
  const withheld = rig.unit(4);
  capture.receive(withheld);
  capture.tick(rig.clock.now());
  await rig.spool.sync();
  assert.deepEqual(withheld.bytes, Buffer.alloc(withheld.bytes.length));
  assert.equal(rig.folder.totalBytes, before);
});

test('plaintext never stands in the spool', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 200);
  capture.end(rig.clock.now());
  await rig.spool.sync();
  for (const name of rig.folder.names()) {
    const bytes = rig.folder.readAll(name);
    for (const mark of range(1, 200)) assert.equal(bytes.includes(marked(mark).subarray(0, 10)), false);
  }
});

test('plaintext does not stay in memory once it is sealed', (t) => {
  const make = Buffer.allocUnsafeSlow;
  const rooms: Buffer[] = [];
  t.mock.method(Buffer, 'allocUnsafeSlow', (bytes: number) => {
    const room = make(bytes).fill(0);
    rooms.push(room);
    return room;
  });
  const rig = new Rig();
  const [sealed, abandoned] = [rig.start(), rig.start()];
  speak(rig, sealed, 1, 100);
  sealed.close(rig.clock.now());
  speak(rig, abandoned, 1, 10);
  assert.ok(rooms.some((room) => room.includes(marked(5))));
  abandoned.abandon(rig.clock.now());
  for (const room of rooms) assert.equal(room.includes('<0000'), false);
});

test('a pause cuts the segment: no segment spans it, and none overlaps the withheld interval', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 10);
  rig.clock.advance(5);
  const closedAt = capture.close(rig.clock.now());
  assert.equal(rig.heardOf(capture).segments.length, 1);
  speak(rig, capture, 11, 15);
  rig.clock.advance(5);
  rig.resume(capture);
  const openedAt = rig.clock.now();
  speak(rig, capture, 16, 20);
  capture.end(rig.clock.now());
  assert.deepEqual(rig.heardOf(capture).intervals, [{ kind: 'withheld', from: closedAt, to: openedAt, unitCount: 5 }]);
  const [before, after] = rig.heardOf(capture).segments;
  assert.ok((before?.captured.to ?? Number.NaN) <= closedAt);
  assert.ok((after?.captured.from ?? Number.NaN) >= openedAt);
  assert.deepEqual([before?.home.number, after?.home.number], [0, 1]);
  assert.equal(after?.home.previousTag, before?.lastTag);
});

test('a pause asked for twice is one pause, and one withheld interval', () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 3);
  const first = capture.close(rig.clock.now());
  rig.clock.advance(50);
  assert.equal(capture.close(rig.clock.now()), first);
  rig.clock.advance(50);
  rig.resume(capture);
  assert.equal(rig.heardOf(capture).intervals.length, 1);
  rig.resume(capture);
  assert.equal(rig.heardOf(capture).intervals.length, 1);
});

test('where units depend on earlier ones the interval is told when the anchor comes', () => {
  const rig = new Rig();
  const capture = rig.start(false);
  const from = rig.clock.now();
  rig.clock.advance(100);
  rig.resume(capture, true);
  rig.clock.advance(20);
  capture.receive(rig.unit(1, { isAnchor: false }));
  assert.deepEqual(rig.heardOf(capture).intervals, []);
  rig.clock.advance(20);
  capture.receive(rig.unit(2));
  assert.deepEqual(rig.heardOf(capture).intervals, [{ kind: 'withheld', from, to: rig.clock.now(), unitCount: 1 }]);
});

test('a pause without a unit before it makes no segment', () => {
  const rig = new Rig();
  const capture = rig.start();
  rig.clock.advance(20);
  capture.close(rig.clock.now());
  rig.clock.advance(20);
  capture.end(rig.clock.now());
  assert.equal(rig.heardOf(capture).segments.length, 0);
  assert.equal(capture.segmentCount, 0);
});

test('a capture that starts closed keeps nothing until it is opened', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  const from = rig.clock.now();
  speak(rig, capture, 1, 5);
  rig.clock.advance(5);
  capture.end(rig.clock.now());
  await rig.shelve();
  assert.deepEqual(await rig.marksOf(capture.home.streamId), []);
  assert.deepEqual(rig.heardOf(capture).intervals, [{ kind: 'withheld', from, to: rig.clock.now(), unitCount: 5 }]);
});

test('a capture that ends while open has no withheld interval; one that ends the instant it closes has none either', () => {
  const rig = new Rig();
  const open = rig.start();
  speak(rig, open, 1, 2);
  open.end(rig.clock.now());
  assert.deepEqual(rig.heardOf(open).intervals, []);
  const shut = rig.start(false);
  shut.end(rig.clock.now());
  assert.deepEqual(rig.heardOf(shut).intervals, []);
});

test('after its end a capture takes nothing, opens for nothing and tells nothing', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  rig.clock.advance(20);
  capture.gatekeeper.open({ notBefore: rig.clock.now(), needsAnchor: false });
  capture.gatekeeper.fenceSent(rig.clock.now());
  capture.end(rig.clock.now());
  await rig.spool.sync();
  const before = rig.folder.totalBytes;
  rig.clock.advance(20);
  assert.equal(capture.fencePassed(rig.clock.now()), false);
  const late = rig.unit(1);
  capture.receive(late);
  capture.tick(rig.clock.now());
  capture.end(rig.clock.now());
  capture.close(rig.clock.now());
  await rig.spool.sync();
  assert.deepEqual(late.bytes, Buffer.alloc(late.bytes.length));
  assert.equal(rig.folder.totalBytes, before);
  assert.equal(rig.heardOf(capture).intervals.length, 1);
  assert.equal(capture.isOver, true);
});

test('an open capture that ended can still be closed, and writes nothing', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 2);
  capture.end(rig.clock.now());
  await rig.spool.sync();
  const before = rig.folder.totalBytes;
  rig.clock.advance(20);
  assert.equal(capture.close(rig.clock.now()), rig.clock.now());
  await rig.spool.sync();
  assert.equal(rig.folder.totalBytes, before);
});

test('an old chunk is sealed by the tick, and not before it is due', async () => {
  const rig = new Rig();
  const capture = rig.start();
  rig.clock.advance(20);
  capture.receive(rig.unit(1));
  rig.clock.advance(limits.chunkMsMax - 1);
  capture.tick(rig.clock.now());
  await rig.spool.sync();
  assert.equal(spoolRecords(rig).filter(({ kind }) => kind === 'chunk').length, 0);
  rig.clock.advance(1);
  capture.tick(rig.clock.now());
  await rig.spool.sync();
  assert.equal(spoolRecords(rig).filter(({ kind }) => kind === 'chunk').length, 1);
});

test('a long segment is ended by the tick and the next one follows on it', async () => {
  const rig = new Rig();
  const capture = rig.start();
  const count = (3 * limits.segmentMsMax) / 2 / 20;
  for (let mark = 1; mark <= count; mark += 1) {
    rig.clock.advance(20);
    capture.receive(rig.unit(mark));
    capture.tick(rig.clock.now());
  }
  capture.end(rig.clock.now());
  assert.equal(capture.segmentCount, 2);
  await rig.shelve();
  assert.deepEqual(await rig.marksOf(capture.home.streamId), range(1, count));
  assert.equal(rig.stored[1]?.number, 1);
});

test('units of any size are kept: small ones together, a large one in a chunk of its own', async () => {
  const rig = new Rig();
  const capture = rig.start();
  const lengths = [24, 70_000, 24, 65_000, 2_000, 300_000];
  for (const [mark, length] of lengths.entries()) {
    rig.clock.advance(1);
    capture.receive(rig.unit(mark, { bytes: marked(mark, length) }));
  }
  capture.end(rig.clock.now());
  await rig.shelve();
  assert.deepEqual(await rig.marksOf(capture.home.streamId), range(0, lengths.length - 1));
});

test('late units that turn up after the resume are in the total, in no segment', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  const media = (time: number) => ({ source: 1, time, clockRate: 8_000 });
  rig.clock.advance(20);
  capture.receive(rig.unit(1, { media: media(320) }));
  rig.resume(capture);
  rig.clock.advance(20);
  capture.receive(rig.unit(2, { media: media(160) }));
  capture.receive(rig.unit(3, { media: media(480) }));
  assert.equal(capture.withheldTotal, 2);
  capture.close(rig.clock.now());
  assert.equal(capture.withheldTotal, 2);
  rig.clock.advance(20);
  capture.end(rig.clock.now());
  await rig.shelve();
  assert.deepEqual(await rig.marksOf(capture.home.streamId), [3]);
});

test("what is withheld only after a pause has ended is counted in that pause's interval", async () => {
  const lateBy = { tick: 0, close: 1, end: 2, handOver: 3 };
  const media = (time: number) => ({ source: 1, time, clockRate: 8_000 });
  for (const [by, number] of Object.entries(lateBy)) {
    const rig = new Rig();
    const from = rig.clock.now();
    const capture = rig.start(false);
    rig.clock.advance(20);
    capture.receive(rig.unit(1, { media: media(320) }));
    rig.resume(capture);
    rig.clock.advance(20);
    capture.receive(rig.unit(2, { media: media(160) }));
    assert.equal(capture.isDue(rig.clock.now()), true);
    if (number === 1) capture.close(rig.clock.now());
    if (number === 2) capture.end(rig.clock.now());
    if (number === 3) capture.handOver();
    if (number === 0) capture.tick(rig.clock.now());
    const { intervals } = rig.heardOf(capture);
    assert.deepEqual(
      intervals.map(({ kind, from, to, unitCount }) => [kind, from, to, unitCount]),
      [
        ['withheld', from, from + 20, 1],
        ['withheld', from, from + 20, 2],
      ],
      by,
    );
  }
});

test('late units that turn up just before storage fails are told with what is not kept', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  const media = (time: number) => ({ source: 1, time, clockRate: 8_000 });
  rig.clock.advance(20);
  capture.receive(rig.unit(1, { media: media(320) }));
  rig.resume(capture);
  const to = rig.clock.now();
  rig.clock.advance(20);
  capture.receive(rig.unit(2, { media: media(160) }));
  const [grown] = capture.abandon(rig.clock.now());
  assert.deepEqual([grown?.kind, grown?.to, grown?.unitCount], ['withheld', to, 2]);
});

test('an interval holds its spool file until it is settled', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  rig.clock.advance(20);
  capture.end(rig.clock.now());
  await rig.spool.close();
  assert.equal(rig.folder.names().length, 1);
  for (const settle of rig.heardOf(capture).settle) settle();
  await settled();
  assert.deepEqual(rig.folder.names(), []);
});

test('when everything is stored and settled no spool file is left', async () => {
  const rig = new Rig();
  const captures = [rig.start(), rig.start(false)];
  for (const capture of captures) speak(rig, capture, 1, 40);
  for (const capture of captures) capture.end(rig.clock.now());
  await rig.shelve();
  await rig.spool.close();
  assert.deepEqual(rig.folder.names(), []);
});

test('a unit is decrypted only once the gate has admitted it', async () => {
  const rig = new Rig();
  const capture = rig.start();
  const revealed: number[] = [];
  const sealed = (mark: number, isKept = true): void => {
    rig.clock.advance(20);
    const unit = rig.unit(mark);
    const plain = Buffer.from(unit.bytes);
    unit.bytes.fill(0xee);
    const reveal = (): boolean => {
      revealed.push(mark);
      unit.bytes.set(plain);
      return isKept;
    };
    capture.receive({ ...unit, reveal });
  };
  sealed(1);
  sealed(2, false);
  rig.clock.advance(5);
  capture.close(rig.clock.now());
  sealed(3);
  rig.clock.advance(5);
  rig.resume(capture);
  sealed(4);
  capture.end(rig.clock.now());
  sealed(5);
  await rig.shelve();
  assert.deepEqual(revealed, [1, 2, 4]);
  assert.deepEqual(await rig.marksOf(capture.home.streamId), [1, 4]);
});
