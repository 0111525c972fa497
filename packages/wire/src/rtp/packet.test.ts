import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRtpHeader, type RtpPacket, type RtpReading, readRtpHeader, rtpLimits, writeRtpPacket } from './index.ts';

const basic: RtpPacket = {
  payloadType: 8,
  sequence: 65_535,
  timestamp: 4_294_967_295,
  ssrc: 0xdeadbeef,
  payload: Uint8Array.of(1, 2, 3),
};

function readingOf(bytes: Uint8Array): RtpReading {
  return readRtpHeader(bytes, createRtpHeader());
}

/** A packet with some of its bytes changed, by offset. */
function changed(packet: RtpPacket, changes: Readonly<Record<number, number>>): Uint8Array {
  const bytes = writeRtpPacket(packet);
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
}

test('a header is read into the object that is given, with the place of the payload and no copy of it', () => {
  const header = createRtpHeader();
  assert.equal(readRtpHeader(writeRtpPacket({ ...basic, marker: true }), header), 'ok');
  assert.deepEqual(header, {
    payloadType: 8,
    marker: true,
    sequence: 65_535,
    timestamp: 4_294_967_295,
    ssrc: 0xdeadbeef,
    csrcCount: 0,
    extensionOffset: 0,
    extensionBytes: 0,
    extensionProfile: 0,
    payloadOffset: 12,
    payloadBytes: 3,
    paddingBytes: 0,
  });
});

test('a header object that held a richer packet keeps nothing of it', () => {
  const header = createRtpHeader();
  const rich = { ...basic, csrcs: [1], extension: { profile: 7, content: Uint8Array.of(1) }, paddingBytes: 4 };
  assert.equal(readRtpHeader(writeRtpPacket(rich), header), 'ok');
  assert.equal(header.extensionProfile, 7);
  assert.equal(readRtpHeader(writeRtpPacket(basic), header), 'ok');
  const fresh = createRtpHeader();
  readRtpHeader(writeRtpPacket(basic), fresh);
  assert.deepEqual(header, fresh);
});

test('a packet in the middle of a larger buffer is read by offset and length', () => {
  const packet = writeRtpPacket(basic);
  const buffer = new Uint8Array(100).fill(0xaa);
  buffer.set(packet, 50);
  const header = createRtpHeader();
  assert.equal(readRtpHeader(buffer, header, 50, packet.length), 'ok');
  assert.equal(header.payloadOffset, 62);
  assert.equal(header.payloadBytes, 3);
  assert.equal(readRtpHeader(buffer, header, 50, 51), 'tooShort');
  assert.equal(readRtpHeader(buffer, header, -12, 12), 'tooShort');
});

test('every way a packet can be malformed has its own refusal', () => {
  assert.equal(readingOf(new Uint8Array()), 'tooShort');
  assert.equal(readingOf(writeRtpPacket(basic).subarray(0, 11)), 'tooShort');
  assert.equal(readingOf(changed(basic, { 0: 0x40 })), 'wrongVersion');
  assert.equal(readingOf(changed(basic, { 0: 0x81 })), 'badCsrc');
  assert.equal(readingOf(changed(basic, { 0: 0x90 })), 'badExtension');
  assert.equal(readingOf(changed({ ...basic, payload: new Uint8Array(8) }, { 0: 0x90, 15: 2 })), 'badExtension');
  assert.equal(readingOf(changed({ ...basic, payload: new Uint8Array() }, { 0: 0xa0 })), 'badPadding');
  assert.equal(readingOf(changed(basic, { 0: 0xa0, 14: 0 })), 'badPadding');
  assert.equal(readingOf(changed(basic, { 0: 0xa0, 14: 4 })), 'badPadding');
});

test('padding may fill the whole payload, and a packet may have none', () => {
  const header = createRtpHeader();
  assert.equal(readRtpHeader(changed(basic, { 0: 0xa0, 14: 3 }), header), 'ok');
  assert.equal(header.payloadBytes, 0);
  assert.equal(header.paddingBytes, 3);
  assert.equal(readRtpHeader(writeRtpPacket({ ...basic, payload: new Uint8Array() }), header), 'ok');
  assert.equal(header.payloadBytes, 0);
});

test('a packet as large as a datagram can be is read and one byte more is refused', () => {
  const sized = (size: number): Uint8Array => writeRtpPacket({ ...basic, payload: new Uint8Array(size - 12) });
  assert.equal(readingOf(sized(rtpLimits.packetBytesMax)), 'ok');
  assert.equal(readingOf(sized(rtpLimits.packetBytesMax + 1)), 'tooLong');
});

const word = fc.nat(0xffff_ffff);

test('whatever packet is written is read back with the same fields and payload', () => {
  const packet = fc.record({
    payloadType: fc.nat(127),
    marker: fc.boolean(),
    sequence: fc.nat(0xffff),
    timestamp: word,
    ssrc: word,
    payload: fc.uint8Array({ maxLength: 40 }),
    csrcs: fc.array(word, { maxLength: 15 }),
    extension: fc.record({ profile: fc.nat(0xffff), content: fc.uint8Array({ maxLength: 12 }) }),
    paddingBytes: fc.nat(255),
  });
  const header = createRtpHeader();
  fc.assert(
    fc.property(packet, (value) => {
      const bytes = writeRtpPacket(value);
      assert.equal(readRtpHeader(bytes, header), 'ok');
      const { payloadType, marker, sequence, timestamp, ssrc, paddingBytes } = header;
      assert.deepEqual(
        { payloadType, marker, sequence, timestamp, ssrc, paddingBytes },
        {
          payloadType: value.payloadType,
          marker: value.marker,
          sequence: value.sequence,
          timestamp: value.timestamp,
          ssrc: value.ssrc,
          paddingBytes: value.paddingBytes,
        },
      );
      assert.equal(header.csrcCount, value.csrcs.length);
      assert.equal(header.extensionProfile, value.extension.profile);
      assert.equal(header.extensionBytes, Math.ceil(value.extension.content.length / 4) * 4);
      const extensionEnd = header.extensionOffset + value.extension.content.length;
      assert.deepEqual(bytes.subarray(header.extensionOffset, extensionEnd), value.extension.content);
      assert.deepEqual(bytes.subarray(header.payloadOffset, header.payloadOffset + header.payloadBytes), value.payload);
    }),
    { numRuns: 300 },
  );
});
