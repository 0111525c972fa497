/** Damaged files: a spool or a segment with any bytes in it is read up to the damage, and nothing false is taken for sound. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import type { Instant } from '@tacet/domain';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { Rig } from '../test/rig.ts';
import { readUnits, writeUnit } from './chunk-format.ts';
import { frameBytes, readRecords } from './record-format.ts';
import { intervalOfCrash, SpoolReading } from './recover.ts';
import { parseSegmentFile, unsealChunks } from './segment-reader.ts';

/** A spool of two captures, one of which is paused and goes on, with what a crash leaves of it. */
async function spoolFiles(): Promise<readonly Uint8Array[]> {
  const rig = new Rig();
  const [first, second] = [rig.start(), rig.start()];
  for (let mark = 0; mark < 60; mark += 1) {
    if (mark === 20) first.close(rig.clock.now());
    if (mark === 40) rig.resume(first);
    for (const capture of [first, second]) capture.receive(rig.unit(mark));
    rig.clock.advance(20);
    if (mark % 10 === 0) await rig.spool.sync();
  }
  first.end(rig.clock.now());
  await rig.spool.sync();
  return rig.folder.names().map((name) => new Uint8Array(rig.folder.readAll(name)));
}

/** The same records with checksums that are right again, as only a forger makes them. */
function withChecksums(bytes: Uint8Array): Buffer {
  const file = Buffer.from(bytes);
  for (let offset = 0; offset + frameBytes <= file.length; ) {
    const end = offset + frameBytes + file.readUInt32LE(offset);
    if (end > file.length) break;
    file.writeUInt32LE(crc32(file.subarray(offset + frameBytes, end), file[offset + 4] ?? 0), offset + 5);
    offset = end;
  }
  return file;
}

function readSpool(file: Buffer): number {
  const reading = new SpoolReading();
  const damaged = reading.read(file);
  assert.ok(damaged >= 0 && damaged <= file.length);
  const captures = reading.captures();
  for (const capture of captures) {
    intervalOfCrash(capture, 1e12 as Instant);
    for (const { bytes } of capture.segments) assert.ok(bytes.length <= 2 * file.length + 4_096);
  }
  return captures.length;
}

test('whatever a spool file holds, recovery reads it up to the damage, with right checksums as well', async () => {
  const corpus = await spoolFiles();
  assert.ok(corpus.some((file) => readSpool(Buffer.from(file)) === 2));
  let capturesRead = 0;
  for (const input of fuzzInputs(61, corpus, 3_000, 'spool')) {
    capturesRead += readSpool(Buffer.from(input));
    capturesRead += readSpool(withChecksums(input));
  }
  assert.ok(capturesRead > 1_000, `only ${capturesRead} captures were read: the corpus is no longer understood`);
});

test('whatever a segment file holds, no unit comes out of it that was not sealed', async () => {
  const reading = new SpoolReading();
  const rig = new Rig();
  const capture = rig.start();
  for (let mark = 0; mark < 90; mark += 1) {
    capture.receive(rig.unit(mark));
    rig.clock.advance(20);
  }
  capture.end(rig.clock.now());
  await rig.spool.sync();
  for (const name of rig.folder.names()) reading.read(Buffer.from(rig.folder.readAll(name)));
  const [segment = assert.fail()] = reading.captures().flatMap(({ segments }) => segments);
  const { wrappedKey, id } = segment.descriptor;
  const key = rig.keys.unwrap(Buffer.from(wrappedKey, 'base64'), id) ?? assert.fail();
  const genuine = new Set<string>();
  const unitsOf = (bytes: Buffer): readonly string[] => {
    const file = parseSegmentFile(bytes);
    if (file === undefined) return [];
    return [...unsealChunks(file, key)].flatMap((outcome) =>
      outcome.ok ? outcome.chunk.units.map((unit) => Buffer.from(unit.bytes).toString('hex')) : [],
    );
  };
  for (const unit of unitsOf(Buffer.from(segment.bytes))) genuine.add(unit);
  assert.equal(genuine.size, 90);
  let unitCount = 0;
  for (const input of fuzzInputs(62, [new Uint8Array(segment.bytes)], 3_000, 'segment')) {
    for (const bytes of [Buffer.from(input), withChecksums(input)]) {
      for (const unit of unitsOf(bytes)) {
        unitCount += 1;
        assert.ok(genuine.has(unit), 'a unit that nobody sealed');
      }
    }
  }
  assert.ok(unitCount > 1_000, `only ${unitCount} units were read: the corpus is no longer understood`);
});

test('whatever the plain bytes of a chunk are, its units lie inside of them', () => {
  const plain = Buffer.alloc(200);
  let end = 0;
  for (const size of [24, 0, 80]) {
    end = writeUnit(
      plain,
      end,
      { arrivedAt: 5 as Instant, isAnchor: true, bytes: Buffer.alloc(size, size) },
      0 as Instant,
    );
  }
  let readCount = 0;
  for (const input of fuzzInputs(63, [new Uint8Array(plain.subarray(0, end))], 4_000, 'chunk')) {
    const units = readUnits(Buffer.from(input), 0 as Instant);
    if (units === undefined) continue;
    readCount += 1;
    assert.equal(
      units.reduce((sum, { bytes }) => sum + bytes.length + 9, 0),
      input.length,
    );
  }
  assert.ok(readCount > 100, `only ${readCount} were read: the corpus is no longer understood`);
});

test('reading records never ends behind the file, and stops for good at the first damage', () => {
  for (const input of fuzzInputs(64, [new Uint8Array(40)], 1_000, 'record')) {
    const records = readRecords(withChecksums(input));
    let next = records.next();
    while (!next.done) next = records.next();
    assert.ok(next.value <= input.length);
  }
});
