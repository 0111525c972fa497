import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type Interval, instant, type RecordingId, type SegmentDescriptor, type StreamId } from '@tacet/domain';
import fc from 'fast-check';
import { Rig } from '../test/rig.ts';
import { type Finding, type FlawKind, proveStream, type StreamEvidence } from './prove.ts';
import { encodeRecord, type FileRecord, readRecords } from './record-format.ts';

/** A stream with three pauses, all of it in store: four segments of two chunks each. */
interface Sound {
  readonly rig: Rig;
  readonly evidence: StreamEvidence;
}

async function soundStream(rig = new Rig()): Promise<Sound> {
  const capture = rig.start();
  const streamId = capture.home.streamId;
  for (let part = 0; part < 4; part += 1) {
    for (let mark = 0; mark < 40; mark += 1) {
      rig.clock.advance(20);
      capture.receive(rig.unit(part * 100 + mark));
    }
    rig.clock.advance(5);
    capture.close(rig.clock.now());
    rig.clock.advance(500);
    capture.receive(rig.unit(9_999));
    if (part < 3) rig.resume(capture);
  }
  capture.end(rig.clock.now());
  const withheld = rig.heardOf(capture).intervals.filter((interval) => interval.kind === 'withheld');
  await rig.shelve();
  const segments = rig.stored.filter((segment) => segment.streamId === streamId);
  assert.equal(segments.length, 4);
  assert.equal(withheld.length, 4);
  return { rig, evidence: { streamId, segments, withheld } };
}

async function findings(rig: Rig, evidence: StreamEvidence): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const names = new Set<string>();
  for await (const name of rig.blobs.names()) names.add(name);
  const read = async ({ blobName }: SegmentDescriptor): Promise<Buffer | undefined> =>
    names.has(blobName) ? Buffer.from(await rig.blobs.read(blobName)) : undefined;
  for await (const finding of proveStream(evidence, { read, keys: rig.keys })) found.push(finding);
  return found;
}

async function flaws(rig: Rig, evidence: StreamEvidence): Promise<readonly (readonly [number, FlawKind])[]> {
  return (await findings(rig, evidence)).map(({ segmentNumber, flaw }) => [segmentNumber, flaw] as const);
}

function nth(evidence: StreamEvidence, number: number): SegmentDescriptor {
  const segment = evidence.segments[number];
  assert.ok(segment !== undefined);
  return segment;
}

function replaced(evidence: StreamEvidence, number: number, change: Partial<SegmentDescriptor>): StreamEvidence {
  const segments = evidence.segments.map((segment) =>
    segment.number === number ? { ...segment, ...change } : segment,
  );
  return { ...evidence, segments };
}

/** Damages a file and then claims in the metadata that this is how it was stored. */
function forge(
  { rig, evidence }: Sound,
  number: number,
  change: (records: readonly FileRecord[]) => readonly FileRecord[],
): StreamEvidence {
  let sha256 = '';
  rig.blobs.damage(nth(evidence, number).blobName, (bytes) => {
    const forged = Buffer.concat(change([...readRecords(bytes)].map(({ record }) => record)).map(encodeRecord));
    sha256 = createHash('sha256').update(forged).digest('hex');
    return forged;
  });
  return replaced(evidence, number, { sha256 });
}

test('a sound stream yields nothing, in whatever order its segments are given', async () => {
  const { rig, evidence } = await soundStream();
  assert.deepEqual(await findings(rig, evidence), []);
  assert.deepEqual(await findings(rig, { ...evidence, segments: [...evidence.segments].reverse() }), []);
  assert.deepEqual(await findings(rig, { ...evidence, segments: [] }), []);
});

test('any flipped byte of a segment file is found', async () => {
  const { rig, evidence } = await soundStream();
  const { blobName, bytes: length } = nth(evidence, 1);
  const original = Buffer.from(await rig.blobs.read(blobName));
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: length - 1 }), fc.nat({ max: 7 }), async (place, bit) => {
      rig.blobs.damage(blobName, () => {
        const bytes = Buffer.from(original);
        bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << bit), place);
        return bytes;
      });
      const found = await flaws(rig, evidence);
      assert.deepEqual(found[0], [1, 'segmentChanged']);
      assert.ok(found.length > 1, 'the content is checked for itself, not only against the hash');
      assert.ok(found.every(([number]) => number === 1));
    }),
    { numRuns: 150 },
  );
});

test('a file that lost its end is found, wherever it was cut, even if the metadata was made to match', async () => {
  const sound = await soundStream();
  const { blobName, bytes: length } = nth(sound.evidence, 3);
  const original = Buffer.from(await sound.rig.blobs.read(blobName));
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: length - 1 }), async (cut) => {
      const bytes = original.subarray(0, cut);
      sound.rig.blobs.damage(blobName, () => bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const found = await flaws(sound.rig, replaced(sound.evidence, 3, { sha256 }));
      assert.ok(found.some(([number, flaw]) => number === 3 && flaw === 'segmentUnreadable'));
    }),
    { numRuns: 60 },
  );
});

test('a removed chunk is found', async () => {
  const sound = await soundStream();
  const evidence = forge(sound, 1, (records) => records.filter((r) => r.kind !== 'chunk' || r.number !== 0));
  assert.deepEqual(await flaws(sound.rig, evidence), [
    [1, 'chunkMissing'],
    [1, 'chunkMissing'],
  ]);
});

test('a removed last chunk is found, even if the end of the file was made to match', async () => {
  const sound = await soundStream();
  const evidence = forge(sound, 1, (records) =>
    records
      .filter((r) => r.kind !== 'chunk' || r.number !== 1)
      .map((r) => (r.kind === 'segmentEnd' ? { ...r, chunkCount: 1 } : r)),
  );
  assert.deepEqual(await flaws(sound.rig, evidence), [[1, 'chunkMissing']]);
});

test('swapped chunks are found, even when they are renumbered', async () => {
  for (const isRenumbered of [false, true]) {
    const sound = await soundStream();
    const evidence = forge(sound, 1, (records) => {
      const chunks = records.flatMap((r) => (r.kind === 'chunk' ? [r] : [])).reverse();
      const others = records.filter((r) => r.kind !== 'chunk');
      const placed = chunks.map((chunk, number) => (isRenumbered ? { ...chunk, number } : chunk));
      return [...others.slice(0, 1), ...placed, ...others.slice(1)];
    });
    const found = await flaws(sound.rig, evidence);
    assert.ok(found.some(([, flaw]) => flaw === (isRenumbered ? 'sealBroken' : 'chunkMissing')));
    assert.ok(found.every(([number]) => number === 1));
  }
});

test('a removed segment is found: the next one does not follow on the one before', async () => {
  const { rig, evidence } = await soundStream();
  const segments = evidence.segments.filter(({ number }) => number !== 1);
  assert.deepEqual(await flaws(rig, { ...evidence, segments }), [
    [2, 'chainBroken'],
    [3, 'chainBroken'],
  ]);
});

test('a removed segment is found when the rest is renumbered', async () => {
  const sound = await soundStream();
  const kept = sound.evidence.segments.filter(({ number }) => number !== 1);
  const segments = kept.map((segment, number) => ({ ...segment, number }));
  assert.deepEqual(await flaws(sound.rig, { ...sound.evidence, segments }), [
    [1, 'chainBroken'],
    [2, 'chainBroken'],
  ]);
});

test('a descriptor that claims another place or another end is found', async () => {
  const { rig, evidence } = await soundStream();
  assert.deepEqual(await flaws(rig, replaced(evidence, 3, { number: 5 })), [[5, 'chainBroken']]);
  assert.deepEqual(await flaws(rig, replaced(evidence, 3, { lastTag: 'f'.repeat(32) })), [[3, 'chunkMissing']]);
});

test('a missing file is found', async () => {
  const { rig, evidence } = await soundStream();
  rig.blobs.damage(nth(evidence, 2).blobName, () => undefined);
  assert.deepEqual(await flaws(rig, evidence), [[2, 'segmentMissing']]);
});

test('a file that is no segment is found', async () => {
  const { rig, evidence } = await soundStream();
  rig.blobs.damage(nth(evidence, 2).blobName, () => Buffer.from('RIFF'));
  assert.deepEqual(await flaws(rig, evidence), [
    [2, 'segmentChanged'],
    [2, 'segmentUnreadable'],
  ]);
});

test('the file of another segment in its place is found', async () => {
  const { rig, evidence } = await soundStream();
  const other = Buffer.from(await rig.blobs.read(nth(evidence, 2).blobName));
  rig.blobs.damage(nth(evidence, 1).blobName, () => other);
  const found = await flaws(rig, evidence);
  assert.ok(found.every(([number]) => number === 1));
  for (const flaw of ['segmentChanged', 'segmentForeign', 'chainBroken', 'sealBroken'] as const) {
    assert.ok(
      found.some(([, kind]) => kind === flaw),
      flaw,
    );
  }
});

test('a segment of another stream or recording is found, whatever its descriptor says', async () => {
  const rig = new Rig();
  const mine = await soundStream(rig);
  const theirs = await soundStream(rig);
  const foreign = nth(theirs.evidence, 0);
  const swapped = [foreign, ...mine.evidence.segments.slice(1)];
  const found = await flaws(rig, { ...mine.evidence, segments: swapped });
  assert.deepEqual(found, [
    [0, 'segmentForeign'],
    [1, 'chainBroken'],
  ]);
  const streamId: StreamId = mine.evidence.streamId;
  const relabelled = [{ ...foreign, streamId }, ...mine.evidence.segments.slice(1)];
  assert.ok((await flaws(rig, { ...mine.evidence, segments: relabelled })).some(([, f]) => f === 'segmentForeign'));
  const recordingId = 'another' as RecordingId;
  assert.ok((await flaws(rig, replaced(mine.evidence, 0, { recordingId }))).some(([, f]) => f === 'segmentForeign'));
});

test('a key that does not unwrap is found', async () => {
  const { rig, evidence } = await soundStream();
  const wrappedKey = nth(evidence, 1).wrappedKey;
  assert.deepEqual(await flaws(rig, replaced(evidence, 0, { wrappedKey })), [[0, 'keyUnreadable']]);
});

test('of a segment whose key was destroyed the frame is still proved', async () => {
  const { rig, evidence } = await soundStream();
  const destroyed = replaced(evidence, 1, { wrappedKey: '' });
  assert.deepEqual(await flaws(rig, destroyed), []);
  rig.blobs.damage(nth(evidence, 1).blobName, (bytes) => bytes.subarray(0, -1));
  assert.deepEqual(await flaws(rig, destroyed), [
    [1, 'segmentChanged'],
    [1, 'segmentUnreadable'],
  ]);
});

test('a unit stored within a withheld interval is found, at either edge to the microsecond', async () => {
  const { rig, evidence } = await soundStream();
  const { captured } = nth(evidence, 1);
  const leak = async (from: number, to: number): Promise<readonly FlawKind[]> => {
    const withheld: readonly Interval[] = [...evidence.withheld, { from: instant(from), to: instant(to) }];
    return (await flaws(rig, { ...evidence, withheld })).map(([, flaw]) => flaw);
  };
  const lastAt = captured.to - 0.001;
  assert.deepEqual(await leak(lastAt, lastAt + 0.001), ['spansPause', 'storedWithinWithheld']);
  assert.deepEqual(await leak(captured.to, captured.to + 1), []);
  assert.deepEqual(await leak(captured.from, captured.from + 0.001), ['spansPause', 'storedWithinWithheld']);
  assert.deepEqual(await leak(captured.from - 1, captured.from), []);
  // Between two units nothing is stored, yet the segment reaches over the pause.
  assert.deepEqual(await leak(captured.from + 5, captured.from + 15), ['spansPause']);
});

test('a leak is found even where the descriptor denies the time', async () => {
  const { rig, evidence } = await soundStream();
  const { captured } = nth(evidence, 1);
  const denied = replaced(evidence, 1, { captured: { from: captured.from, to: instant(captured.from + 1) } });
  const withheld = [...evidence.withheld, { from: instant(captured.from + 30), to: instant(captured.from + 50) }];
  assert.deepEqual(await flaws(rig, { ...denied, withheld }), [[1, 'storedWithinWithheld']]);
});

test('a finding names stream, segment and what is wrong, and no content', async () => {
  const { rig, evidence } = await soundStream();
  rig.blobs.damage(nth(evidence, 0).blobName, () => undefined);
  const [finding] = await findings(rig, evidence);
  assert.deepEqual(finding, {
    flaw: 'segmentMissing',
    streamId: evidence.streamId,
    segmentNumber: 0,
    detail: `no file for segment ${nth(evidence, 0).id}`,
  });
});
