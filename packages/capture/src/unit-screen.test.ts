import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@tacet/domain';
import { markOf, Rig } from '../test/rig.ts';
import type { Capture } from './capture.ts';
import { parseSegmentFile, unsealChunks } from './segment-reader.ts';
import type { Unit } from './unit.ts';
import { refused, type UnitScreen } from './unit-screen.ts';

const silence = Buffer.alloc(24, 0x2e);

/** Judges late: a unit whose mark is in `masked` is only found out two units later. */
class LateScreen implements UnitScreen {
  readonly openings: number[] = [];
  readonly #masked: ReadonlySet<number>;
  readonly #refused: ReadonlySet<number>;
  #lastMarks: number[] = [];

  constructor(masked: readonly number[], refusedMarks: readonly number[] = []) {
    this.#masked = new Set(masked);
    this.#refused = new Set(refusedMarks);
  }

  opened(): void {
    this.openings.push(this.#lastMarks.at(-1) ?? 0);
  }

  judge(unit: Unit): number {
    const mark = markOf(unit.bytes);
    if (this.#refused.has(mark)) return refused;
    this.#lastMarks = [...this.#lastMarks.slice(-2), mark];
    const before = this.#lastMarks.length === 3 ? this.#lastMarks[0] : undefined;
    return before !== undefined && this.#masked.has(before) ? 3 : 0;
  }

  get undecidedCount(): number {
    return Math.min(2, this.#lastMarks.length);
  }

  settle(): number {
    const at = this.#lastMarks.slice(-2).findIndex((mark) => this.#masked.has(mark));
    const count = at < 0 ? 0 : this.#lastMarks.slice(-2).length - at;
    this.#lastMarks = [];
    return count;
  }

  silence(bytes: Uint8Array): void {
    bytes.set(silence);
  }
}

function speak(rig: Rig, capture: Capture, from: number, to: number): void {
  for (let mark = from; mark <= to; mark += 1) {
    rig.clock.advance(20);
    capture.receive(rig.unit(mark));
    capture.tick(rig.clock.now());
  }
}

/** What stands in store: marks, and `-1` for a silenced unit, which must be marked as such. */
async function storedMarks(rig: Rig, capture: Capture): Promise<readonly number[]> {
  await rig.shelve();
  const marks: number[] = [];
  const own = rig.stored.filter((segment) => segment.streamId === capture.home.streamId);
  for (const segment of own) {
    const file = parseSegmentFile(Buffer.from(await rig.blobs.read(segment.blobName)));
    const key = rig.keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
    assert.ok(file !== undefined && key !== undefined);
    for (const outcome of unsealChunks(file, key)) {
      assert.ok(outcome.ok);
      for (const { bytes, isMasked } of outcome.chunk.units) {
        assert.equal(silence.equals(bytes), isMasked === true);
        marks.push(isMasked === true ? -1 : markOf(bytes));
      }
    }
  }
  return marks;
}

/** 1 to `to`, with `-1` in place of the marks in `silenced`. */
function expected(to: number, silenced: readonly number[]): readonly number[] {
  return Array.from({ length: to }, (_, place) => (silenced.includes(place + 1) ? -1 : place + 1));
}

test('units that are found out late are silenced before they are sealed, wherever chunks and segments end', async () => {
  const rig = new Rig();
  const perChunk = limits.chunkMsMax / 20;
  const perSegment = limits.segmentMsMax / 20;
  const masked = [perChunk - 1, 2 * perChunk, 3 * perChunk + 1, perSegment - 1, perSegment, perSegment + 1];
  const capture = rig.start(true, new LateScreen(masked));
  speak(rig, capture, 1, perSegment + 100);
  capture.end(rig.clock.now());
  const silenced = masked.flatMap((mark) => [mark, mark + 1, mark + 2]);
  assert.deepEqual(await storedMarks(rig, capture), expected(perSegment + 100, silenced));
  const told = rig.heard.get(capture.home.streamId)?.intervals ?? [];
  assert.ok(told.every(({ kind }) => kind === 'masked'));
  assert.equal(
    told.reduce((sum, { unitCount }) => sum + unitCount, 0),
    new Set(silenced).size,
  );
  assert.equal(capture.maskedTotal, new Set(silenced).size);
});

test('a cut silences what may have begun, and the masked stretch is told before it', async () => {
  const rig = new Rig();
  const screen = new LateScreen([49, 50, 150]);
  const capture = rig.start(true, screen);
  speak(rig, capture, 1, 50);
  rig.clock.advance(5);
  const closedAt = capture.close(rig.clock.now());
  rig.clock.advance(5);
  rig.resume(capture);
  assert.equal(screen.openings.length, 1);
  speak(rig, capture, 51, 150);
  capture.end(rig.clock.now());
  assert.deepEqual(await storedMarks(rig, capture), expected(150, [49, 50, 150]));
  const told = rig.heard.get(capture.home.streamId)?.intervals ?? [];
  assert.deepEqual(
    told.map(({ kind, unitCount }) => [kind, unitCount]),
    [
      ['masked', 2],
      ['withheld', 0],
      ['masked', 1],
    ],
  );
  assert.ok((told[0]?.to ?? 0) <= closedAt);
});

test('what policy masks is overwritten before anything else can see it', async () => {
  const rig = new Rig();
  const capture = rig.start(true, new LateScreen([], [3, 4]));
  speak(rig, capture, 1, 2);
  const masked = [rig.unit(3), rig.unit(4)];
  for (const unit of masked) capture.receive(unit);
  speak(rig, capture, 5, 6);
  capture.end(rig.clock.now());
  for (const { bytes } of masked) assert.deepEqual(bytes, Buffer.alloc(bytes.length));
  assert.deepEqual(await storedMarks(rig, capture), [1, 2, 5, 6]);
  const told = rig.heard.get(capture.home.streamId)?.intervals ?? [];
  assert.deepEqual(
    told.map(({ kind, unitCount }) => [kind, unitCount]),
    [['masked', 2]],
  );
});

test('a stream that falls silent leaves nothing unsealed for long', async () => {
  const rig = new Rig();
  const capture = rig.start(true, new LateScreen([]));
  speak(rig, capture, 1, 5);
  const sealedAt = rig.clock.now() + limits.chunkMsMax + limits.undecidedMsMax;
  while (rig.clock.now() < sealedAt) {
    rig.clock.advance(50);
    capture.tick(rig.clock.now());
  }
  assert.deepEqual(
    capture
      .abandon(rig.clock.now())
      .map(({ unitCount }) => unitCount)
      .reduce((a, b) => a + b, 0),
    5,
  );
  assert.equal(rig.spool.appendedCount > 3, true);
});

test('masked units close together are told as one interval', () => {
  const rig = new Rig();
  const capture = rig.start(true, new LateScreen([], [10, 20, 100]));
  speak(rig, capture, 1, 200);
  const told = rig.heard.get(capture.home.streamId)?.intervals ?? [];
  assert.deepEqual(
    told.map(({ unitCount }) => unitCount),
    [2, 1],
  );
});
