import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import {
  condenseRtcp,
  createRtpHeader,
  isRtcp,
  readSealedRtpHeader,
  rtpLimits,
  writeRtpPacket,
  writeSenderReport,
} from '../rtp/index.ts';
import { cryptoSuites, keyingBytes, parseCrypto, SrtpReceiver, SrtpSender, type SrtpTerms } from './index.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function terms(place: number): SrtpTerms {
  const suite = cryptoSuites[place] ?? assert.fail();
  return { suite, keys: [{ keyAndSalt: Buffer.alloc(keyingBytes(suite), 9).toString('base64'), mki: '01' }] };
}

const report = { ssrc: 7, ntpSeconds: 1, ntpFraction: 2, timestamp: 3, packetCount: 4, payloadBytes: 5 };
const payload = new Uint8Array(40).fill(3);
const plain = writeRtpPacket({ payloadType: 0, sequence: 5, timestamp: 9, ssrc: 7, payload, csrcs: [1, 2] });

test('no damaged attribute makes the reader throw, and no fault repeats what stood there', () => {
  const corpus = cryptoSuites.map(({ name }, place) => {
    const { keyAndSalt } = terms(place).keys[0] ?? assert.fail();
    return encoder.encode(`${place} ${name} inline:${keyAndSalt}|2^20|1:4 WSH=64 KDR=0 UNENCRYPTED_SRTCP`);
  });
  let acceptedCount = 0;
  for (const input of fuzzInputs(31, corpus, 8_000, 'SDES')) {
    const read = parseCrypto(decoder.decode(input));
    if (!read.ok) {
      assert.match(read.fault.detail, /^(tag|parts|suite|keys|key \d|parameter \d{1,4})$/);
      continue;
    }
    acceptedCount += 1;
    for (const { keyAndSalt } of read.value.keys) {
      assert.equal(Buffer.from(keyAndSalt, 'base64').length, keyingBytes(read.value.suite));
    }
  }
  assert.ok(acceptedCount > 100, `only ${acceptedCount} inputs were accepted: the corpus is no longer understood`);
});

test('no damaged packet passes for a genuine one, throws, or points outside of itself', () => {
  const header = createRtpHeader();
  for (const [place] of cryptoSuites.entries()) {
    const sender = new SrtpSender(terms(place));
    const sealed = sender.protectRtp(plain, 5, 20);
    const sealedReport = sender.protectRtcp(writeSenderReport(report), 1);
    const genuine = [sealed, sealedReport].map((bytes) => Buffer.from(bytes).toString('hex'));
    for (const input of fuzzInputs(32 + place, [sealed, sealedReport], 1_000, 'SRTP')) {
      const receiver = new SrtpReceiver(terms(place));
      const isKnown = genuine.includes(Buffer.from(input).toString('hex'));
      let verdict: ReturnType<SrtpReceiver['authenticateRtp']> = 'unauthentic';
      if (isRtcp(input)) verdict = receiver.authenticateRtcp(input, 0);
      else if (readSealedRtpHeader(input, header) === 'ok') verdict = receiver.authenticateRtp(input, header, 0);
      assert.equal(typeof verdict !== 'string', isKnown && (isRtcp(input) || header.ssrc === 7));
      if (typeof verdict !== 'string') assert.ok(verdict.end <= input.length);
    }
  }
});

test('what is kept of any RTCP is bounded and can be read again', () => {
  const name = Buffer.from([0x81, 202, 0, 3, 0, 0, 0, 7, 1, 3, 97, 64, 98, 0, 0, 0]);
  const compound = Uint8Array.from(
    Buffer.concat([writeSenderReport(report), name, Buffer.from([0x81, 203, 0, 1, 0, 0, 0, 7])]),
  );
  let keptCount = 0;
  for (const input of fuzzInputs(41, [compound, writeSenderReport(report)], 8_000, 'RTCP kept')) {
    const kept = condenseRtcp(input);
    if (kept === undefined) continue;
    keptCount += 1;
    assert.ok(kept.length <= rtpLimits.reportsKeptMax * 28 + 44);
    assert.ok(isRtcp(kept));
    assert.equal(kept.length % 4, 0);
    assert.notEqual(condenseRtcp(kept), undefined);
  }
  assert.ok(keptCount > 100, `only ${keptCount} inputs were kept: the corpus is no longer understood`);
});
