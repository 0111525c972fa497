/** Copies of withheld packets, inside later ones, are stored no more than the packets themselves (P1). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { Codec } from '@tacet/domain';
import { oggPackets } from '@tacet/testkit/sound';
import { amrFrameCount } from '@tacet/wire/codec';
import { readRedBlocks, writeRtpPacket } from '@tacet/wire/rtp';
import fc from 'fast-check';
import { ScreenedStream } from './screened.ts';

const opus: Codec = { name: 'OPUS', payloadType: 111, clockRate: 48_000, channels: 2 };
const red: Codec = { name: 'RED', payloadType: 63, clockRate: 48_000, channels: 2 };
const pcmu: Codec = { name: 'PCMU', payloadType: 0, clockRate: 8_000 };
const narrowRed: Codec = { name: 'RED', payloadType: 121, clockRate: 8_000 };

/** A payload that names its packet. */
function marked(mark: number): Uint8Array {
  return new Uint8Array(40).fill(0x80 | (mark & 0x7f));
}

interface Block {
  readonly payloadType: number;
  readonly ticksBefore: number;
  readonly payload: Uint8Array;
}

/** RFC 2198 §3: a header for each copy, then that of the primary, then all of their bytes. */
function redundant(copies: readonly Block[], primary: Omit<Block, 'ticksBefore'>): Uint8Array {
  const heads = copies.map(({ payloadType, ticksBefore, payload }) =>
    Buffer.from([
      0x80 | payloadType,
      ticksBefore >> 6,
      ((ticksBefore & 0x3f) << 2) | (payload.length >> 8),
      payload.length,
    ]),
  );
  return Buffer.concat([
    ...heads,
    Buffer.from([primary.payloadType]),
    ...copies.map(({ payload }) => payload),
    primary.payload,
  ]);
}

/** Packet `n` of a stream of 20 ms, with copies of the two before it. */
function packet(n: number, codec: Codec, redType: number, firstByte?: number): Uint8Array {
  const ticks = codec.clockRate / 50;
  const payloadOf = (mark: number): Uint8Array => {
    const payload = marked(mark);
    if (firstByte !== undefined) payload[0] = firstByte;
    return payload;
  };
  const copies = [2, 1].map((back) => ({
    payloadType: codec.payloadType,
    ticksBefore: back * ticks,
    payload: payloadOf(n - back),
  }));
  const payload = redundant(copies, { payloadType: codec.payloadType, payload: payloadOf(n) });
  return writeRtpPacket({ payloadType: redType, sequence: n, timestamp: n * ticks, ssrc: 7, payload });
}

function storedMarks(stream: ScreenedStream): ReadonlySet<number> {
  return new Set(stream.units.flatMap(({ bytes }) => [...bytes.subarray(12)].filter((byte) => byte > 0xa0)));
}

const markOf = (n: number): number => 0x80 | n;

test('a redundant block from before the gate opened is blanked', () => {
  const stream = new ScreenedStream([pcmu, narrowRed], { dtmf: 'keep' });
  for (let n = 40; n < 50; n += 1) stream.take(packet(n, pcmu, 121));
  // 50 to 59 are withheld: they never reach the screen.
  stream.screen?.opened();
  for (let n = 60; n < 70; n += 1) stream.take(packet(n, pcmu, 121));
  const marks = storedMarks(stream);
  for (let n = 40; n < 50; n += 1) assert.ok(marks.has(markOf(n)), 'nothing from before the pause is lost');
  for (let n = 50; n < 60; n += 1) assert.ok(!marks.has(markOf(n)), `copy of ${n}`);
  for (let n = 60; n < 70; n += 1) assert.ok(marks.has(markOf(n)));
  const [, , third] = stream.units.slice(10);
  assert.ok(third !== undefined);
  const blocks = readRedBlocks(third.bytes, 12, third.bytes.length - 12);
  assert.deepEqual(
    blocks?.map(({ ticksBefore }) => ticksBefore),
    [320, 160, 0],
  );
});

test('nothing of a second pause comes in through redundancy, as nothing of the first did', () => {
  const stream = new ScreenedStream([pcmu, narrowRed], { dtmf: 'keep' });
  for (let n = 10; n < 15; n += 1) stream.take(packet(n, pcmu, 121));
  stream.screen?.opened();
  for (let n = 20; n < 25; n += 1) stream.take(packet(n, pcmu, 121));
  // 25 to 29 are withheld as well.
  stream.screen?.opened();
  for (let n = 30; n < 35; n += 1) stream.take(packet(n, pcmu, 121));
  const marks = new Set(stream.units.flatMap(({ bytes }) => [...bytes.subarray(12)]));
  for (const n of [15, 16, 17, 18, 19, 25, 26, 27, 28, 29]) assert.ok(!marks.has(markOf(n)), `copy of ${n}`);
  for (const n of [20, 24, 30, 34]) assert.ok(marks.has(markOf(n)));
});

test('copies of sound are blanked where keys are masked: their originals may have been silenced', () => {
  for (const [dtmf, isCopied] of [
    ['mask', false],
    ['keep', true],
  ] as const) {
    const stream = new ScreenedStream([pcmu, narrowRed], { dtmf });
    const bytes = packet(50, pcmu, 121);
    assert.ok(stream.take(bytes));
    assert.equal(bytes.includes(markOf(49)), isCopied);
    assert.ok(bytes.includes(markOf(50)));
  }
});

test('redundancy that cannot be taken apart, or that holds redundancy, is not kept', () => {
  const stream = new ScreenedStream([pcmu, narrowRed], { dtmf: 'keep' });
  const send = (payload: Uint8Array): boolean =>
    stream.take(writeRtpPacket({ payloadType: 121, sequence: 1, timestamp: 160, ssrc: 7, payload }));
  const within = redundant([{ payloadType: 0, ticksBefore: 160, payload: marked(1) }], {
    payloadType: 0,
    payload: marked(2),
  });
  assert.equal(send(redundant([], { payloadType: 121, payload: within })), false);
  // The head of a copy that says it is longer than the packet.
  assert.equal(send(Uint8Array.of(0x80, 0, 3, 0xff, 0, 1, 2, 3)), false);
  assert.equal(send(within), true);
});

test('copies of events are blanked where keys are masked, and a packet whose own block is an event is refused', () => {
  const stream = new ScreenedStream([opus, red], { eventPayloadTypes: [110] });
  const event = Uint8Array.of(7, 10, 3, 32);
  const withCopy = redundant([{ payloadType: 110, ticksBefore: 960, payload: event }], {
    payloadType: 111,
    payload: marked(1),
  });
  const bytes = writeRtpPacket({ payloadType: 63, sequence: 1, timestamp: 960, ssrc: 7, payload: withCopy });
  assert.ok(stream.take(bytes));
  assert.deepEqual(
    readRedBlocks(bytes, 12, bytes.length - 12)?.map(({ ticksBefore }) => ticksBefore),
    [0, 0],
  );
  assert.deepEqual([...bytes.subarray(17, 21)], [0, 0, 0, 0]);
  const own = redundant([], { payloadType: 110, payload: event });
  assert.equal(
    stream.take(writeRtpPacket({ payloadType: 63, sequence: 2, timestamp: 1920, ssrc: 7, payload: own })),
    false,
  );
});

test('the first Opus packet behind a gate that opened is not kept if it may hold a copy of the one before', () => {
  const silkMode = 0x08;
  const celtMode = 0xf8;
  for (const [toc, isKept] of [
    [silkMode, false],
    [celtMode, true],
  ] as const) {
    const stream = new ScreenedStream([opus]);
    const send = (n: number): boolean =>
      stream.take(
        writeRtpPacket({ payloadType: 111, sequence: n, timestamp: n * 960, ssrc: 7, payload: Uint8Array.of(toc, n) }),
      );
    assert.ok(send(1), 'a call does not begin with a loss');
    stream.screen?.opened();
    assert.equal(send(50), isKept);
    assert.equal(send(49), isKept, 'one that was overtaken holds a copy too');
    assert.ok(send(51) && send(52));
  }
});

test('in redundant Opus neither the packet that is not kept nor what it copies comes back', () => {
  const stream = new ScreenedStream([opus, red]);
  for (let n = 40; n < 50; n += 1) stream.take(packet(n, opus, 63, 0x08));
  stream.screen?.opened();
  assert.equal(stream.take(packet(60, opus, 63, 0x08)), false);
  for (let n = 61; n < 65; n += 1) assert.ok(stream.take(packet(n, opus, 63, 0x08)));
  const marks = storedMarks(stream);
  for (const n of [58, 59, 60]) assert.ok(!marks.has(markOf(n)), `copy of ${n}`);
  for (const n of [49, 61, 62]) assert.ok(marks.has(markOf(n)));
});

test('an AMR packet that repeats frames from before the gate opened is not kept', () => {
  const amr: Codec = { name: 'AMR', payloadType: 96, clockRate: 8_000, formatParameters: 'octet-align=1' };
  const stream = new ScreenedStream([amr]);
  const twoFrames = (n: number): Uint8Array => {
    const payload = Uint8Array.of(0xf0, 0xbc, 0x3c, ...new Array(62).fill(n));
    assert.equal(amrFrameCount(payload, true), 2);
    return writeRtpPacket({ payloadType: 96, sequence: n, timestamp: (n - 1) * 160, ssrc: 7, payload });
  };
  stream.screen?.opened();
  assert.equal(stream.take(twoFrames(50)), false);
  assert.equal(stream.take(twoFrames(51)), true);
});

/** Opus packets of a speech-like sound, in SILK mode with in-band FEC on, taken out of their Ogg pages. */
function opusWithFec(): readonly Uint8Array[] {
  const text = 'My card number is forty two, forty two, and so on, and so on, until all of it was said.';
  const spoken = spawnSync('espeak-ng', ['--stdout', text], { maxBuffer: 2 ** 26 });
  const words = ['-loglevel', 'error', '-f', 'wav', '-i', 'pipe:0', '-ar', '16000', '-ac', '1'];
  const coding = ['-c:a', 'libopus', '-application', 'voip', '-b:a', '20k', '-fec', '1', '-packet_loss', '30'];
  const { status, stdout } = spawnSync('ffmpeg', [...words, ...coding, '-f', 'ogg', 'pipe:1'], {
    input: spoken.stdout,
  });
  assert.equal(status, 0);
  return oggPackets(stdout).slice(2);
}

test('of real Opus with in-band FEC no packet with a copy of a withheld one is stored', () => {
  const payloads = opusWithFec();
  // RFC 6716 §4.2.4: of one SILK frame of 20 ms, the second bit of its first byte says that a copy follows.
  const holdsCopy = (payload: Uint8Array): boolean => (payload[0] ?? 0) >> 3 < 16 && ((payload[1] ?? 0) & 0x40) !== 0;
  assert.ok(payloads.filter(holdsCopy).length > payloads.length / 4, 'the encoder makes copies');
  for (let opensAt = 10; opensAt < 100; opensAt += 3) {
    const stream = new ScreenedStream([opus]);
    stream.screen?.opened();
    for (let n = opensAt; n < opensAt + 20; n += 1) {
      const payload = payloads[n] ?? new Uint8Array();
      stream.take(writeRtpPacket({ payloadType: 111, sequence: n, timestamp: n * 960, ssrc: 7, payload }));
    }
    const [first] = stream.units;
    assert.ok(first !== undefined && stream.units.length >= 19);
    const sequence = Buffer.from(first.bytes).readUInt16BE(2);
    assert.ok(sequence > opensAt || !holdsCopy(payloads[opensAt] ?? new Uint8Array()));
  }
});

test('whatever a packet holds, a screen takes it, and stores no more than it was given', () => {
  const codecs = [opus, red, pcmu, { name: 'AMR', payloadType: 96, clockRate: 8_000 }, { ...narrowRed }];
  const anyPacket = fc.record({
    type: fc.constantFrom(63, 111, 0, 96, 121, 13, 101),
    payload: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(fc.array(anyPacket, { maxLength: 30 }), fc.boolean(), (packets, isOpening) => {
      const stream = new ScreenedStream(codecs, { eventPayloadTypes: [101] });
      if (isOpening) stream.screen?.opened();
      for (const [n, { type, payload }] of packets.entries()) {
        const bytes = writeRtpPacket({ payloadType: type, sequence: n, timestamp: n * 160, ssrc: 7, payload });
        stream.take(bytes);
        assert.equal(bytes.length, 12 + payload.length);
        assert.ok((stream.screen?.undecidedCount ?? 0) <= stream.units.length);
      }
      stream.cut();
      assert.ok(stream.units.length <= packets.length);
    }),
    { numRuns: 300 },
  );
});
