import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import {
  amrFrameCount,
  amrFrames,
  DtmfDetector,
  decodeG711,
  decodeG711Sample,
  encodeG711,
  G722Decoder,
  g729Frames,
  opusMayHoldCopy,
  opusPacketMs,
} from './index.ts';

const corpus = ['pcmu.s16le', 'pcma.s16le'].map(
  (name) => new Uint8Array(readFileSync(join(import.meta.dirname, 'corpus', name))),
);

test('any bytes decode, at any place, into no more than the room there is', () => {
  let count = 0;
  for (const input of fuzzInputs(31, corpus, 2_000, 'G.711')) {
    count += 1;
    const law = count % 2 === 0 ? 'pcmu' : 'pcma';
    const into = new Int16Array((count * 37) % 1_000).fill(1);
    const place = { offset: (count * 11) % 100, stride: 1 + (count % 5) };
    const written = decodeG711(law, input, into, place);
    assert.ok(written <= input.length);
    assert.ok(written === 0 || place.offset + (written - 1) * place.stride < into.length);
    const samples = Int16Array.from(input.subarray(0, 300), (code) => decodeG711Sample(law, code));
    const again = Int16Array.from(encodeG711(law, samples), (code) => decodeG711Sample(law, code));
    assert.deepEqual(again, samples);
  }
});

test('any bytes decode as G.722, alike in one piece and in two, into two samples a byte', () => {
  for (const input of fuzzInputs(33, corpus, 600, 'G.722')) {
    const codes = input.subarray(0, 2_000);
    const whole = new Int16Array(2 * codes.length);
    assert.equal(new G722Decoder().decode(codes, whole), 2 * codes.length);
    const decoder = new G722Decoder();
    const halves = new Int16Array(2 * codes.length);
    const middle = codes.length >> 1;
    decoder.decode(codes.subarray(0, middle), halves);
    decoder.decode(codes.subarray(middle), halves.subarray(2 * middle));
    assert.deepEqual(halves, whole);
    const room = new Int16Array(7);
    assert.ok(new G722Decoder().decodeLow(codes, room) <= room.length);
  }
});

test('whatever a payload holds, frames of AMR and G.729 lie inside of it, and their number is bounded by its bytes', () => {
  // One frame of 12.2 kbit/s; two of wideband, packed to the bit; two of G.729 and comfort noise.
  const payloads = [
    Uint8Array.from([0xf0, 0x3c, ...Array.from({ length: 31 }, (_, n) => n)]),
    Uint8Array.from([0xf8, 0x44, ...Array.from({ length: 48 }, (_, n) => n)]),
    Uint8Array.from({ length: 22 }, (_, n) => n),
  ];
  let frameCount = 0;
  for (const input of fuzzInputs(34, payloads, 4_000, 'AMR, G.729, Opus')) {
    for (const isOctetAligned of [true, false]) {
      assert.ok(amrFrameCount(input, isOctetAligned) <= 1 + 2 * input.length);
      for (const isWideband of [true, false]) {
        const frames = amrFrames(input, { isWideband, isOctetAligned });
        frameCount += frames.length;
        assert.ok(frames.length <= 2 * input.length);
        for (const frame of frames) assert.ok(frame.length <= 61);
      }
    }
    assert.equal(g729Frames(input).length, Math.floor(input.length / 10));
    opusMayHoldCopy(input);
    const ms = opusPacketMs(input);
    assert.ok(ms >= 0 && ms <= 120);
  }
  assert.ok(frameCount > 1_000, `only ${frameCount} frames: the payloads are no longer understood`);
});

test('any sound in any pieces is judged for keys, and what is decided never lies behind what was heard', () => {
  for (const input of fuzzInputs(35, corpus, 1_000, 'DTMF')) {
    const detector = new DtmfDetector(8_000);
    const bytes = input.subarray(0, 4_000);
    for (let at = 0; at + 1 < bytes.length; at += 318) {
      const piece = bytes.slice(at, Math.min(bytes.length & ~1, at + 318));
      const before = detector.position;
      const from = detector.take(new Int16Array(piece.buffer), piece.length >> 1);
      assert.ok(from === Number.POSITIVE_INFINITY || from <= detector.position);
      assert.ok(detector.position >= before && detector.decidedTo <= detector.position);
    }
  }
});
