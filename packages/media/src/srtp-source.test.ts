import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, instant, type SrtpAgreement } from '@tacet/domain';
import { writeRtpPacket, writeSenderReport } from '@tacet/wire/rtp';
import { cryptoSuites, keyingBytes, SrtpSender } from '@tacet/wire/srtp';
import { type RemoteAddress, type RtpRefusal, RtpSource } from './rtp-source.ts';

const start = instant(1_780_000_000_000);
const here: RemoteAddress = { address: '192.0.2.1', port: 4000 };
const elsewhere: RemoteAddress = { address: '198.51.100.7', port: 9 };
const report = { ssrc: 7, ntpSeconds: 1, ntpFraction: 2, timestamp: 3, packetCount: 4, payloadBytes: 5 };

function agreement(place: number = 0, fill: number = 5): SrtpAgreement {
  const suite = cryptoSuites[place] ?? assert.fail();
  return { suite: suite.name, keys: [{ keyAndSalt: Buffer.alloc(keyingBytes(suite), fill).toString('base64') }] };
}

function sender({ keys }: SrtpAgreement, place: number = 0): SrtpSender {
  return new SrtpSender({ suite: cryptoSuites[place] ?? assert.fail(), keys });
}

function packet(sequence: number): Uint8Array {
  const payload = new Uint8Array(160).fill(sequence & 0xff);
  return writeRtpPacket({ payloadType: 0, sequence, timestamp: sequence * 160, ssrc: 7, payload });
}

function at(ms: number): Instant {
  return after(start, ms);
}

function take(rtp: RtpSource, bytes: Uint8Array, from: RemoteAddress = here, ms: number = 0): 'taken' | RtpRefusal {
  const outcome = rtp.accept(bytes, from, at(ms));
  return typeof outcome === 'string' ? outcome : 'taken';
}

test('a unit of a protected stream is still encrypted until it is revealed, with every suite', () => {
  for (const [place] of cryptoSuites.entries()) {
    const srtp = agreement(place);
    const rtp = new RtpSource({ payloadTypes: [0], clockRate: 8000, srtp });
    const sealed = sender(srtp, place).protectRtp(packet(5), 5);
    const unit = rtp.accept(sealed, here, at(0));
    assert.ok(typeof unit !== 'string');
    assert.notDeepEqual(unit.bytes, packet(5));
    assert.deepEqual([unit.bytes.length, unit.media?.time], [172, 800]);
    assert.equal(unit.reveal?.(), true);
    assert.deepEqual(Buffer.from(unit.bytes), Buffer.from(packet(5)));
    assert.ok(
      sealed.subarray(172).every((byte) => byte === 0),
      'the tag is gone',
    );
  }
});

test('a packet whose tag is wrong is refused, takes no stream, and does not make a genuine one a duplicate', () => {
  const srtp = agreement();
  const rtp = new RtpSource({ payloadTypes: [0], clockRate: 8000, srtp });
  const sealed = sender(srtp).protectRtp(packet(5), 5);
  const forged = Uint8Array.from(sealed);
  forged[20] = (forged[20] ?? 0) ^ 1;
  assert.equal(take(rtp, forged, elsewhere), 'unauthentic');
  assert.equal(take(rtp, packet(5), elsewhere), 'unauthentic', 'plain RTP on a protected stream');
  assert.equal(rtp.run, undefined);
  assert.equal(take(rtp, Uint8Array.from(sealed)), 'taken');
  assert.equal(take(rtp, sealed), 'duplicate');
  assert.deepEqual([rtp.refusals.unauthentic, rtp.refusals.duplicate], [2, 1]);
});

test('an authentic packet moves the stream to its address at once', () => {
  const srtp = agreement();
  const [rtp, protector] = [new RtpSource({ payloadTypes: [0], clockRate: 8000, srtp }), sender(srtp)];
  assert.equal(take(rtp, protector.protectRtp(packet(1), 1), here, 0), 'taken');
  assert.equal(take(rtp, protector.protectRtp(packet(2), 2), elsewhere, 20), 'taken');
  assert.equal(take(rtp, protector.protectRtp(packet(3), 3), here, 40), 'taken');
});

test('a stream goes on through a new key, and through the change to plain RTP and back', () => {
  const [first, second] = [agreement(0, 5), agreement(3, 9)];
  const rtp = new RtpSource({ payloadTypes: [0], clockRate: 8000, srtp: first });
  const [before, behind] = [sender(first), sender(second, 3)];
  assert.equal(take(rtp, before.protectRtp(packet(1), 1)), 'taken');
  rtp.agree({ srtp: second });
  assert.equal(take(rtp, before.protectRtp(packet(2), 2), here, 20), 'taken');
  assert.equal(take(rtp, behind.protectRtp(packet(3), 3), here, 40), 'taken');
  assert.equal(rtp.run?.restartCount, 0);
  rtp.agree({});
  assert.equal(take(rtp, packet(4), here, 60), 'taken');
  rtp.agree({ srtp: first });
  assert.equal(take(rtp, packet(5), here, 80), 'unauthentic');
  assert.equal(take(rtp, before.protectRtp(packet(5), 5), here, 80), 'taken');
});

test('the address that was announced has the stream as soon as it is heard', () => {
  const rtp = new RtpSource({ payloadTypes: [0], clockRate: 8000, from: here });
  assert.equal(take(rtp, packet(1), elsewhere, 0), 'taken', 'behind a translator of addresses it may be all there is');
  assert.equal(take(rtp, packet(2), { ...here, port: 4002 }, 20), 'taken', 'the announced host from another port');
  assert.equal(take(rtp, packet(3), elsewhere, 40), 'addressForeign');
  assert.equal(take(rtp, packet(3), here, 60), 'taken');
  assert.equal(take(rtp, packet(4), { ...here, port: 4002 }, 80), 'addressForeign');
  assert.equal(take(rtp, packet(4), elsewhere, 2_061), 'taken', 'after silence anybody may');
  rtp.agree({ from: elsewhere });
  assert.equal(take(rtp, packet(5), here, 2_080), 'addressForeign', 'and where it was announced from, it stays');
});

test('of RTCP its sender reports are kept, with a hash in place of the name', () => {
  const rtp = new RtpSource({ payloadTypes: [0], clockRate: 8000 });
  const name = Buffer.from('alice@pbx-7.example');
  const description = Buffer.concat([
    Buffer.from([0x81, 202, 0, 7, 0, 0, 0, 7, 1, name.length]),
    name,
    Buffer.alloc(3),
  ]);
  const compound = (): Uint8Array => Uint8Array.from(Buffer.concat([writeSenderReport(report), description]));
  assert.equal(rtp.acceptRtcp(compound(), here, at(0)), 'rtcp', 'not before the stream itself was heard from there');
  assert.equal(take(rtp, packet(1)), 'taken');
  assert.equal(rtp.acceptRtcp(compound(), elsewhere, at(0)), 'rtcp');
  const unit = rtp.acceptRtcp(compound(), { ...here, port: 4001 }, at(0));
  assert.ok(typeof unit !== 'string');
  assert.equal(unit.reveal?.(), true);
  assert.deepEqual(Buffer.from(unit.bytes.subarray(0, 28)), Buffer.from(writeSenderReport(report)));
  assert.equal(Buffer.from(unit.bytes).includes('alice'), false);
  assert.equal(unit.bytes.length, 28 + 44);
  assert.equal(rtp.acceptRtcp(compound(), here, at(150)), 'rtcp', 'reports come every few seconds');
  assert.ok(typeof rtp.acceptRtcp(compound(), here, at(5_000)) !== 'string');
});

test('RTCP of a protected stream must be authentic, and what has no sender report leaves nothing', () => {
  const srtp = agreement();
  const [rtp, protector] = [new RtpSource({ payloadTypes: [0], clockRate: 8000, srtp }), sender(srtp)];
  assert.equal(rtp.acceptRtcp(writeSenderReport(report), here, at(0)), 'unauthentic');
  const unit = rtp.acceptRtcp(protector.protectRtcp(writeSenderReport(report), 1), elsewhere, at(1));
  assert.ok(typeof unit !== 'string' && unit.reveal?.() === true);
  assert.deepEqual(Buffer.from(unit.bytes), Buffer.from(writeSenderReport(report)));
  const goodbye = Uint8Array.of(0x81, 203, 0, 1, 0, 0, 0, 7);
  const empty = rtp.acceptRtcp(protector.protectRtcp(goodbye, 2), here, at(5_000));
  assert.ok(typeof empty !== 'string' && empty.reveal?.() === false);
  assert.ok(empty.bytes.every((byte) => byte === 0));
});

test('a capture that goes on after a crash takes the first packet of a stream whose numbers have wrapped, with every suite', () => {
  for (const [place] of cryptoSuites.entries()) {
    for (const wraps of [0, 1, 40, 80]) {
      const srtp = agreement(place);
      const rtp = new RtpSource({ payloadTypes: [0], clockRate: 8000, srtp, continues: {} });
      const sent = sender(srtp, place);
      for (const number of [65_534, 65_535, 65_536, 65_537]) {
        const sealed = sent.protectRtp(packet(number & 0xffff), wraps * 65_536 + number);
        const unit = rtp.accept(sealed, here, at(number));
        assert.ok(typeof unit !== 'string', `${wraps} wraps, number ${number}: ${String(unit)}`);
        assert.equal(unit.reveal?.(), true);
        assert.deepEqual(Buffer.from(unit.bytes), Buffer.from(packet(number & 0xffff)));
      }
    }
  }
});

test('many counters are tried at once for one packet alone, so that forged ones cost no more than others', () => {
  const srtp = agreement();
  const sent = sender(srtp);
  const later = 40 * 65_536;
  const rtp = new RtpSource({ payloadTypes: [0], clockRate: 8000, srtp, continues: {} });
  const forged = sent.protectRtp(packet(1), later + 1);
  forged[20] = (forged[20] ?? 0) ^ 1;
  assert.equal(take(rtp, forged), 'unauthentic');
  assert.equal(take(rtp, sent.protectRtp(packet(2), later + 2)), 'unauthentic');
  const fresh = new RtpSource({ payloadTypes: [0], clockRate: 8000, srtp });
  assert.equal(take(fresh, sent.protectRtp(packet(2), later + 2)), 'unauthentic');
});

test('a protected stream is heard by what is authentic alone, RTP or RTCP, and not by what is sent again', () => {
  const srtp = agreement();
  const rtp = new RtpSource({ payloadTypes: [0], clockRate: 8000, srtp });
  const protector = sender(srtp);
  const sealed = protector.protectRtp(packet(5), 5);
  assert.equal(rtp.heardAt, 0);
  take(rtp, packet(4), here, 1_000);
  assert.equal(rtp.heardAt, 0);
  take(rtp, Uint8Array.from(sealed), here, 2_000);
  assert.equal(rtp.heardAt, at(2_000));
  take(rtp, sealed, here, 3_000);
  rtp.acceptRtcp(writeSenderReport(report), here, at(4_000));
  assert.equal(rtp.heardAt, at(2_000));
  rtp.acceptRtcp(protector.protectRtcp(writeSenderReport(report), 1), here, at(5_000));
  assert.equal(rtp.heardAt, at(5_000));
});
