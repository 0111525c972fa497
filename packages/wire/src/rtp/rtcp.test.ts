import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createRtpHeader,
  isRtcp,
  isTelephoneEvent,
  readRtcp,
  readRtpHeader,
  readTelephoneEvent,
  rtpLimits,
  writeRtpPacket,
  writeSenderReport,
} from './index.ts';

const fromCorpus = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, 'corpus', name)));

function faultOf(bytes: Uint8Array): string {
  const result = readRtcp(bytes);
  assert.equal(result.ok, false);
  return result.ok ? '' : `${result.fault.code} ${result.fault.detail}`;
}

test('RTCP is told from RTP by its packet type alone, the ends of the range included', () => {
  const typed = (second: number): boolean => isRtcp(Uint8Array.of(0x80, second, 0, 0));
  assert.deepEqual([191, 192, 200, 223, 224].map(typed), [false, true, true, true, false]);
  assert.equal(isRtcp(Uint8Array.of(0x40, 200, 0, 0)), false);
  assert.equal(isRtcp(new Uint8Array()), false);
  assert.equal(isRtcp(Uint8Array.of(0, 0, 0x80, 200), 2), true);
});

test('no packet of a codec or event payload type looks like RTCP, with or without marker', () => {
  for (const marker of [false, true]) {
    for (const payloadType of [0, 8, ...Array.from({ length: 32 }, (_, at) => 96 + at)]) {
      const bytes = writeRtpPacket({
        payloadType,
        marker,
        sequence: 1,
        timestamp: 1,
        ssrc: 1,
        payload: new Uint8Array(4),
      });
      assert.equal(isRtcp(bytes), false);
    }
  }
});

test('a compound datagram gives its sender reports, the sources that leave and the name of the first', () => {
  assert.deepEqual(readRtcp(fromCorpus('compound.rtcp')), {
    ok: true,
    value: {
      senderReports: [
        {
          ssrc: 0xdeadbeef,
          ntpSeconds: 0xe9000000,
          ntpFraction: 0x80000000,
          timestamp: 160,
          packetCount: 2,
          payloadBytes: 320,
        },
      ],
      leavingSsrcs: [0xdeadbeef, 0x01020304],
      cname: Uint8Array.from(Buffer.from('a@b.c')),
    },
  });
});

test('a sender report that is written is read back', () => {
  const word = fc.nat(0xffff_ffff);
  const report = fc.record(
    { ssrc: word, ntpSeconds: word, ntpFraction: word, timestamp: word, packetCount: word, payloadBytes: word },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(report, (value) => {
      const bytes = writeSenderReport(value);
      assert.equal(isRtcp(bytes), true);
      assert.deepEqual(readRtcp(bytes), {
        ok: true,
        value: { senderReports: [value], leavingSsrcs: [], cname: undefined },
      });
    }),
    { numRuns: 100 },
  );
});

test('a datagram that is cut, or claims more than it has, is refused by the number of the packet', () => {
  const compound = fromCorpus('compound.rtcp');
  assert.equal(faultOf(new Uint8Array()), 'rtcpMalformed no packet');
  assert.equal(faultOf(compound.subarray(0, 27)), 'rtcpMalformed packet 1');
  assert.equal(faultOf(compound.subarray(0, compound.length - 4)), 'rtcpMalformed packet 3');
  assert.equal(faultOf(Uint8Array.of(0x80, 200, 0, 1, 0, 0, 0, 0)), 'rtcpMalformed packet 1');
  assert.equal(faultOf(Uint8Array.of(0x82, 203, 0, 1, 0, 0, 0, 0)), 'rtcpMalformed packet 1');
  assert.equal(faultOf(Uint8Array.of(0x80, 96, 0, 0)), 'rtcpMalformed packet 1');
});

test('as many packets as the limit are read and one more is refused', () => {
  const empty = (count: number): Uint8Array =>
    Uint8Array.from({ length: count * 4 }, (_, at) => [0x80, 201, 0, 0][at % 4] ?? 0);
  assert.equal(readRtcp(empty(rtpLimits.rtcpPacketsMax)).ok, true);
  assert.equal(faultOf(empty(rtpLimits.rtcpPacketsMax + 1)), `rtcpTooLarge packet ${rtpLimits.rtcpPacketsMax + 1}`);
  assert.equal(faultOf(new Uint8Array(rtpLimits.packetBytesMax + 1)), 'rtcpTooLarge bytes');
});

test('a telephone event is known by the payload type that was agreed, and by none where none was', () => {
  const bytes = fromCorpus('event.rtp');
  const header = createRtpHeader();
  assert.equal(readRtpHeader(bytes, header), 'ok');
  assert.equal(isTelephoneEvent(header, 101), true);
  assert.equal(isTelephoneEvent(header, 96), false);
  assert.equal(isTelephoneEvent(header, undefined), false);
  assert.deepEqual(readTelephoneEvent(bytes, header), { event: 5, isEnd: true, volume: 10, duration: 800 });
});

test('an event payload that is too short is no event, whatever lies behind it in the buffer', () => {
  const bytes = new Uint8Array(64).fill(1);
  assert.equal(readTelephoneEvent(bytes, { payloadOffset: 12, payloadBytes: 3 }), undefined);
  assert.equal(readTelephoneEvent(bytes, { payloadOffset: 61, payloadBytes: 4 }), undefined);
});
