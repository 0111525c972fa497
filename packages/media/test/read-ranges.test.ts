import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, type FaultCode } from '@tacet/domain';
import { seededRandom } from '@tacet/testkit';
import fc from 'fast-check';
import { type AudioStyle, ClockMemory, type GapMode } from '../src/index.ts';
import { mark, marksMax } from './marks.ts';
import { type RecordedCall, recordCall, type SentPacket, type StreamScript, steady } from './recorded-call.ts';
import { bytesOf, render, rendering } from './rendered.ts';

/** One for all tests that only read it; making it takes longer than most of them. */
let shared: Promise<RecordedCall> | undefined;

function longCall(): Promise<RecordedCall> {
  shared ??= makeLongCall();
  return shared;
}

/** Two and a half minutes with jitter, loss, a restarted clock, a longer way and three pauses: no segment is like another. */
function makeLongCall(): Promise<RecordedCall> {
  const random = seededRandom(7, 'long call');
  const stream = (ssrc: number): StreamScript => {
    const packets = steady((n) => mark(n % marksMax), { ms: 500, count: 7_300, ssrc })
      .filter(() => !random.chance(0.02))
      .map((packet, n): SentPacket => {
        const timestamp = n < 4_000 ? packet.timestamp : (packet.timestamp + 999_000) >>> 0;
        const lateMs = random.below(60) + (n > 5_000 ? 90 : 0) + (random.chance(0.01) ? 400 : 0);
        return { ...packet, timestamp, arrivesMs: packet.arrivesMs + lateMs };
      });
    return { packets: [...packets].sort((a, b) => a.arrivesMs - b.arrivesMs) };
  };
  const pauses = [
    { fromMs: 20_000.5, toMs: 31_000.5 },
    { fromMs: 80_000.5, toMs: 80_700.5 },
    { fromMs: 120_000.5, toMs: 133_000.5 },
  ];
  return recordCall({ streams: [stream(1), stream(2)], lengthMs: 150_000, pauses });
}

/** A call of which every blob that is read is counted. */
function counting(call: RecordedCall): { readonly ports: RecordedCall; readonly reads: string[] } {
  const reads: string[] = [];
  const blobs = {
    read: (name: string): Promise<Uint8Array> => {
      reads.push(name);
      return call.blobs.read(name);
    },
  };
  return { ports: { ...call, blobs: blobs as RecordedCall['blobs'] }, reads };
}

async function faultOf(
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ readonly code: FaultCode; readonly before: Buffer }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const piece of pieces) parts.push(piece);
  } catch (error) {
    assert.ok(error instanceof Fault);
    return { code: error.code, before: Buffer.concat(parts) };
  }
  return assert.fail('nothing went wrong');
}

const styles: { readonly [gap in GapMode]: AudioStyle } = {
  silence: { gap: 'silence' },
  cut: { gap: 'cut', encoding: 'mulaw' },
  tone: { gap: 'tone', channelsMax: 1 },
};

test('any range is that slice of the whole, in every gap mode and encoding, whatever was read before', async () => {
  const call = await longCall();
  const wholes = new Map<GapMode, Buffer>();
  for (const gap of ['silence', 'cut', 'tone'] as const) wholes.set(gap, await render(call, styles[gap]));
  const clocks = new ClockMemory();
  const range = fc.record({
    gap: fc.constantFrom<GapMode>('silence', 'cut', 'tone'),
    from: fc.oneof(fc.nat({ max: 50 }), fc.double({ min: 0, max: 1, noNaN: true })),
    length: fc.oneof(fc.nat({ max: 9 }), fc.nat({ max: 100_000 })),
    isRemembered: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(range, async ({ gap, from, length, isRemembered }) => {
      const whole = wholes.get(gap) ?? assert.fail();
      const first = Math.min(whole.length, from < 1 ? Math.floor(from * whole.length) : from);
      const end = Math.min(whole.length, first + length);
      const ports = isRemembered ? { ...call, clocks } : call;
      const bytes = await bytesOf(rendering(call, styles[gap], ports).read(first, end));
      assert.ok(bytes.equals(whole.subarray(first, end)), `${gap} from ${first} to ${end}`);
    }),
    { numRuns: 60 },
  );
});

test('a range that begins just before or behind the edge of a segment is that slice of the whole too', async () => {
  const call = await longCall();
  const whole = await render(call);
  const clocks = new ClockMemory();
  const edges = call.score.segments.flatMap(({ captured }) => [captured.from, captured.to]);
  for (const edge of edges) {
    const frame = Math.round((edge - call.score.stretch.from) * 8);
    for (const before of [2_000, 150, 20, 0, -20]) {
      const from = 44 + (frame - before) * 4;
      const to = Math.min(whole.length, from + 400);
      const bytes = await bytesOf(rendering(call, 'silence', { ...call, clocks }).read(from, to));
      assert.ok(bytes.equals(whole.subarray(from, to)), `${before} frames before ${frame}`);
    }
  }
});

test('pieces are no longer than a second, and one is rendered only when it is asked for', async () => {
  const { ports, reads } = counting(await longCall());
  const pieces = rendering(ports, 'silence', ports).read();
  await pieces.next();
  assert.equal(reads.length, 0, 'the header needs no blob');
  const second = await pieces.next();
  assert.equal(second.value?.length, 8_000 * 4);
  assert.ok(reads.length <= 4, 'the first second needs the first segments only');
  await pieces.return();
});

test('blobs are read once each, in order of time', async () => {
  const { ports, reads } = counting(await longCall());
  await bytesOf(rendering(ports, 'silence', ports).read());
  assert.equal(new Set(reads).size, reads.length);
  assert.equal(reads.length, ports.score.segments.length);
  const fromOf = new Map(ports.score.segments.map(({ blobName, captured }) => [blobName, captured.from]));
  const times = reads.map((name) => fromOf.get(name) ?? 0);
  for (const [place, time] of times.entries()) assert.ok(time >= (times[place - 1] ?? 0) - 60_000);
});

test('a range whose recording was rendered before begins without reading what lies before it', async () => {
  const call = await longCall();
  const { ports, reads } = counting(call);
  const clocks = new ClockMemory();
  const { lengthBytes } = rendering(ports);
  const lastSecond = (): Promise<Buffer> =>
    bytesOf(rendering(ports, 'silence', { ...ports, clocks }).read(lengthBytes - 32_000, lengthBytes));
  const first = await lastSecond();
  const readFirst = reads.splice(0).length;
  const again = await lastSecond();
  assert.ok(again.equals(first));
  assert.equal(readFirst, call.score.segments.length);
  assert.equal(reads.length, 2, 'one segment of each stream');
});

test('a range that does not lie within the audio is refused', async () => {
  const { score, ...call } = await recordCall({ streams: [{ packets: [] }], lengthMs: 100 });
  const audio = rendering({ score, ...call });
  for (const [from, to] of [
    [-1, 5],
    [6, 5],
    [0, audio.lengthBytes + 1],
    [0.5, 5],
  ] as const) {
    assert.equal((await faultOf(audio.read(from, to))).code, 'valueInvalid');
  }
  assert.equal((await bytesOf(audio.read(audio.lengthBytes, audio.lengthBytes))).length, 0);
});

const damages: readonly (readonly [string, (bytes: Buffer) => Buffer | undefined])[] = [
  [
    'a flipped bit',
    (bytes) => Buffer.concat([bytes.subarray(0, -300), Buffer.of((bytes.at(-300) ?? 0) ^ 1), bytes.subarray(-299)]),
  ],
  ['a file that breaks off', (bytes) => bytes.subarray(0, bytes.length - 3_000)],
  ['a file that is gone', () => undefined],
  ['a file of something else', () => Buffer.from('something else')],
];

for (const [what, damage] of damages) {
  test(`audio stops with a fault before the damaged chunk, and all before it is as it was: ${what}`, async () => {
    const call = await makeLongCall();
    const whole = await render(call);
    const broken = call.score.segments.filter(({ captured }) => captured.from > call.score.stretch.from + 60_000)[0];
    assert.ok(broken !== undefined);
    call.blobs.damage(broken.blobName, damage);
    const { code, before } = await faultOf(rendering(call).read());
    assert.equal(code, 'recordingDamaged');
    const goodMs = broken.captured.from - call.score.stretch.from - 5_000;
    assert.ok(before.length >= goodMs * 32 && before.length < (broken.captured.to - call.score.stretch.from) * 32 + 44);
    assert.ok(before.equals(whole.subarray(0, before.length)));
    const behind = whole.length - 32_000;
    assert.equal(
      (await faultOf(rendering(call).read(behind, whole.length))).code,
      'recordingDamaged',
      'and nothing behind it',
    );
  });
}

test('a segment put in the place of another, and one whose key was destroyed, stop the audio as well', async () => {
  const call = await longCall();
  const [first, second] = call.score.segments;
  assert.ok(first !== undefined && second !== undefined);
  const swapped = call.score.segments.map((s) => (s === first ? { ...s, blobName: second.blobName } : s));
  const destroyed = call.score.segments.map((s) => (s === first ? { ...s, wrappedKey: '' } : s));
  for (const segments of [swapped, destroyed]) {
    const { code } = await faultOf(rendering({ ...call, score: { ...call.score, segments } }).read());
    assert.equal(code, 'recordingDamaged');
  }
});
