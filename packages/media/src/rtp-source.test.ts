import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, instant } from '@tacet/domain';
import { writeRtpPacket } from '@tacet/wire/rtp';
import fc from 'fast-check';
import { type RemoteAddress, type RtpRefusal, RtpSource } from './rtp-source.ts';

const start = instant(1_780_000_000_000);
const here: RemoteAddress = { address: '192.0.2.1', port: 4000 };
const elsewhere: RemoteAddress = { address: '192.0.2.1', port: 4002 };

function source(): RtpSource {
  return new RtpSource({ payloadTypes: [0, 101], clockRate: 8000 });
}

function packet(sequence: number, change: Partial<Parameters<typeof writeRtpPacket>[0]> = {}): Uint8Array {
  const payload = new Uint8Array(160).fill(sequence & 0xff);
  return writeRtpPacket({ payloadType: 0, sequence, timestamp: sequence * 160, ssrc: 7, payload, ...change });
}

function at(ms: number): Instant {
  return after(start, ms);
}

/** What became of a packet: `taken`, or why not. */
function take(rtp: RtpSource, bytes: Uint8Array, from: RemoteAddress = here, ms: number = 0): 'taken' | RtpRefusal {
  const outcome = rtp.accept(bytes, from, at(ms));
  return typeof outcome === 'string' ? outcome : 'taken';
}

test('a unit holds the whole packet uncopied, its arrival, and the media time of its source', () => {
  const bytes = packet(5, { timestamp: 0xffff_fff0, ssrc: 0xdead_beef });
  const unit = source().accept(bytes, here, at(3));
  assert.ok(typeof unit !== 'string');
  assert.equal(unit.bytes, bytes);
  assert.equal(unit.arrivedAt, at(3));
  assert.equal(unit.isAnchor, true);
  const { source: ssrc, time, clockRate } = unit.media ?? assert.fail('no media time');
  assert.deepEqual({ ssrc, time, clockRate }, { ssrc: 0xdead_beef, time: 0xffff_fff0, clockRate: 8000 });
});

test('of a stream whose units depend on earlier ones, the first packet of a key frame is an anchor and no other', () => {
  const codecs = [{ name: 'VP8', payloadType: 96, clockRate: 90_000 }];
  const rtp = new RtpSource({ payloadTypes: [96], clockRate: 90_000, codecs, needsAnchor: true });
  const isAnchor = (sequence: number, payload: readonly number[]): boolean => {
    const bytes = packet(sequence, { payloadType: 96, payload: Uint8Array.from(payload) });
    const unit = rtp.accept(bytes, here, at(sequence));
    return typeof unit !== 'string' && unit.isAnchor;
  };
  assert.equal(isAnchor(1, [0x10, 0x00, 1, 2]), true, 'a key frame begins');
  assert.equal(isAnchor(2, [0x00, 0x00, 1, 2]), false, 'a key frame goes on');
  assert.equal(isAnchor(3, [0x10, 0x01, 1, 2]), false, 'another frame begins');
  assert.equal(isAnchor(4, []), false, 'an empty packet');
});

test('where nobody knows which packets of a codec stand alone, none is an anchor', () => {
  const codecs = [{ name: 'H264', payloadType: 96, clockRate: 90_000 }];
  const rtp = new RtpSource({ payloadTypes: [96], clockRate: 90_000, codecs, needsAnchor: true });
  const unit = rtp.accept(packet(1, { payloadType: 96, payload: Uint8Array.from([0x10, 0]) }), here, at(1));
  assert.ok(typeof unit !== 'string');
  assert.equal(unit.isAnchor, false);
});

test('units taken one after the other do not share their media time', () => {
  const rtp = source();
  const first = rtp.accept(packet(1), here, at(0));
  const second = rtp.accept(packet(2), here, at(20));
  assert.ok(typeof first !== 'string' && typeof second !== 'string');
  assert.deepEqual([first.media?.time, second.media?.time], [160, 320]);
});

test('what is not RTP is refused, whatever its bytes are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const outcome = take(source(), bytes);
      const isRtp = bytes.length >= 12 && (bytes[0] ?? 0) >> 6 === 2;
      assert.ok(isRtp || outcome === 'malformed' || outcome === 'rtcp');
    }),
  );
  assert.equal(take(source(), new Uint8Array(0)), 'malformed');
});

test('RTCP on the same port is refused and has a count of its own', () => {
  const rtp = source();
  assert.equal(take(rtp, Uint8Array.of(0x80, 200, 0, 1, 0, 0, 0, 7)), 'rtcp');
  assert.equal(rtp.refusals.rtcp, 1);
});

test('a packet whose payload type was not agreed is refused', () => {
  assert.equal(take(source(), packet(1, { payloadType: 8 })), 'payloadTypeForeign');
  assert.equal(take(source(), packet(1, { payloadType: 101, marker: true })), 'taken', 'telephone events belong to it');
});

test('another address is refused while the one that sends the stream is heard', () => {
  const rtp = source();
  assert.equal(take(rtp, packet(1), here, 0), 'taken');
  assert.equal(take(rtp, packet(2), elsewhere, 20), 'addressForeign');
  assert.equal(take(rtp, packet(3), { ...here, address: '192.0.2.2' }, 20), 'addressForeign');
  assert.equal(take(rtp, packet(4), here, 1500), 'taken');
  assert.equal(take(rtp, packet(5), elsewhere, 3499), 'addressForeign', 'heard 1,999 ms ago');
  assert.equal(take(rtp, packet(6), elsewhere, 3500), 'taken', 'silent for 2,000 ms');
  assert.equal(take(rtp, packet(7), here, 3520), 'addressForeign', 'the new one has the stream now');
  assert.equal(rtp.refusals.addressForeign, 4);
});

test('a packet that is refused neither takes the stream nor keeps it', () => {
  const rtp = source();
  assert.equal(take(rtp, packet(1, { payloadType: 8 }), elsewhere, 0), 'payloadTypeForeign');
  assert.equal(take(rtp, packet(1), here, 10), 'taken');
  for (let ms = 500; ms < 2010; ms += 500) take(rtp, packet(9, { payloadType: 8 }), here, ms);
  assert.equal(take(rtp, packet(2), elsewhere, 2010), 'taken');
});

test('the SSRC may change at the same address, and a late packet of the old one is still told from a repeated one', () => {
  const rtp = source();
  assert.equal(take(rtp, packet(10)), 'taken');
  assert.equal(take(rtp, packet(12)), 'taken');
  assert.equal(take(rtp, packet(4_000, { ssrc: 8 })), 'taken');
  assert.equal(take(rtp, packet(11)), 'taken', 'late, of the old SSRC');
  assert.equal(take(rtp, packet(12)), 'duplicate');
  assert.equal(take(rtp, packet(4_000, { ssrc: 8 })), 'duplicate');
});

test('a packet that comes twice is taken once', () => {
  const order = fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(order, fc.nat({ max: 0xffff }), (numbers, first) => {
      const rtp = source();
      const seen = new Set<number>();
      for (const number of numbers) {
        const expected = seen.has(number) ? 'duplicate' : 'taken';
        seen.add(number);
        assert.equal(take(rtp, packet((first + number) & 0xffff)), expected);
      }
      assert.equal(rtp.refusals.duplicate, numbers.length - seen.size);
    }),
  );
});

test('a source that never ends its game of new SSRCs does not make the memory grow', () => {
  const rtp = source();
  for (let ssrc = 0; ssrc < 1_000; ssrc += 1) assert.equal(take(rtp, packet(1, { ssrc })), 'taken');
  assert.equal(take(rtp, packet(1, { ssrc: 999 })), 'duplicate', 'the last ones are remembered');
  assert.equal(take(rtp, packet(1, { ssrc: 0 })), 'taken', 'the first ones are not');
});
