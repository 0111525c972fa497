import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRtpHeader, readRtpHeader } from '../rtp/index.ts';
import { type ChannelRun, chooseMedia, type OfferedMedia, packetsOfChannel, payloadTypeOf } from './index.ts';

const both = ['external', 'internal'] as const;

function media(format: 'PCMU' | 'L16', channels: OfferedMedia['channels']): OfferedMedia {
  return { type: 'audio', format, channels, rate: 8000 };
}

/** The payloads of one channel, one behind the other, as RTP has them. */
function channelOf(
  frame: Uint8Array,
  place: number,
  { media: kind, run, position = 0 }: { media: OfferedMedia; run: ChannelRun; position?: number },
): Buffer {
  const payloads: Uint8Array[] = [];
  let expected = position;
  packetsOfChannel(frame, place, { media: kind, run, position }, (packet) => {
    const header = createRtpHeader();
    assert.equal(readRtpHeader(packet, header), 'ok');
    assert.equal(header.payloadType, payloadTypeOf[kind.format]);
    assert.equal(header.timestamp, expected % 2 ** 32);
    assert.equal(header.ssrc, run.ssrc);
    const payload = packet.subarray(header.payloadOffset);
    expected += payload.length / (kind.format === 'L16' ? 2 : 1);
    payloads.push(payload);
    return true;
  });
  return Buffer.concat(payloads);
}

test('channels that alternate come apart again, whole and in order, with positions that follow each other', () => {
  const sample = fc.uint8Array({ minLength: 0, maxLength: 700 });
  fc.assert(
    fc.property(sample, fc.nat(2 ** 31), fc.boolean(), (bytes, position, isLinear) => {
      const kind = media(isLinear ? 'L16' : 'PCMU', both);
      const width = isLinear ? 2 : 1;
      const whole = bytes.subarray(0, bytes.length - (bytes.length % (2 * width)));
      for (const place of [0, 1]) {
        const own: number[] = [];
        for (let at = place * width; at < whole.length; at += 2 * width) {
          // Low byte first on AudioHook's side, high byte first in RTP.
          own.push(...whole.subarray(at, at + width).toReversed());
        }
        const run = { ssrc: 7, sequence: 0 };
        assert.deepEqual([...channelOf(whole, place, { media: kind, run, position })], own);
      }
    }),
  );
});

test('a packet holds 20 ms at most, and numbers wrap', () => {
  const run = { ssrc: 1, sequence: 0xffff };
  channelOf(new Uint8Array(400), 0, { media: media('PCMU', ['external']), run });
  assert.equal(run.sequence, 2);
});

test('a packet that nobody took leaves no hole in the numbers', () => {
  const run = { ssrc: 1, sequence: 5 };
  packetsOfChannel(new Uint8Array(480), 0, { media: media('PCMU', ['external']), run, position: 0 }, () => false);
  assert.equal(run.sequence, 5);
});

test('both channels are taken before one, and µ-law before linear samples', () => {
  const offered = [media('L16', ['external']), media('PCMU', ['external']), media('L16', both), media('PCMU', both)];
  assert.equal(chooseMedia(offered), offered[3]);
  assert.equal(chooseMedia(offered.slice(0, 3)), offered[2]);
  assert.equal(chooseMedia(offered.slice(0, 2)), offered[1]);
  assert.equal(chooseMedia([]), undefined);
});
