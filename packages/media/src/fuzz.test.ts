/** Damaged packets of every codec before the screen: none makes it throw, or touch more than the packet's own payload. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused, type Unit } from '@tacet/capture';
import type { Codec, Instant } from '@tacet/domain';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { createRtpHeader, readRtpHeader, writeRtpPacket } from '@tacet/wire/rtp';
import { audioScreen } from './audio-screen.ts';

const codecs: readonly Codec[] = [
  { name: 'PCMU', payloadType: 0, clockRate: 8_000 },
  { name: 'PCMA', payloadType: 8, clockRate: 8_000 },
  { name: 'G722', payloadType: 9, clockRate: 8_000 },
  { name: 'L16', payloadType: 96, clockRate: 16_000, channels: 2 },
  { name: 'OPUS', payloadType: 111, clockRate: 48_000, channels: 2 },
  { name: 'AMR', payloadType: 97, clockRate: 8_000, formatParameters: 'octet-align=1' },
  { name: 'AMR-WB', payloadType: 98, clockRate: 16_000 },
  { name: 'RED', payloadType: 121, clockRate: 8_000 },
];

const events = 101;
/** A key for 30 ms, and redundancy with a copy in front of its own payload. */
const eventPayload = Uint8Array.of(5, 10, 0, 240);
const redPayload = Uint8Array.of(0x80, 0x02, 0x80, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8);

const payloads: readonly (readonly [number, Uint8Array])[] = [
  ...codecs
    .slice(0, 7)
    .map(({ payloadType }) => [payloadType, Uint8Array.from({ length: 80 }, (_, n) => n * 7)] as const),
  [events, eventPayload],
  [121, redPayload],
];

const corpus = payloads.map(([payloadType, payload]) =>
  writeRtpPacket({ payloadType, sequence: 1, timestamp: 160, ssrc: 7, payload }),
);

test('no damaged packet makes the screen throw, or count units that it has not seen', () => {
  for (const dtmf of ['mask', 'keep'] as const) {
    // Each codec first in turn: it is the one in which keys are heard.
    for (const [place, codec] of codecs.entries()) {
      const others = codecs.filter((other) => other !== codec);
      const screen = audioScreen({ codecs: [codec, ...others], eventPayloadTypes: [events], dtmf }) ?? assert.fail();
      screen.opened();
      let seen = 0;
      for (const bytes of fuzzInputs(71 + place, corpus, 600, 'audio screen')) {
        const unit: Unit = { arrivedAt: seen as Instant, isAnchor: true, bytes };
        const verdict = screen.judge(unit);
        if (verdict === refused) continue;
        seen += 1;
        assert.ok(verdict >= 0 && verdict <= seen);
        assert.ok(screen.undecidedCount <= seen);
        const header = createRtpHeader();
        const isRtp = readRtpHeader(bytes, header) === 'ok';
        const head = bytes.slice(0, isRtp ? header.payloadOffset : bytes.length);
        screen.silence(bytes);
        assert.deepEqual(bytes.subarray(0, head.length), head);
        if (seen % 50 === 0) screen.opened();
      }
      assert.ok(seen > 0 && screen.settle() <= seen);
    }
  }
});
