import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOffer, judgeOffer, parseDescription, type SessionDescription, type SrtpPolicy } from './index.ts';

const key30 = Buffer.alloc(30, 1).toString('base64');
const key46 = Buffer.alloc(46, 2).toString('base64');
const key44 = Buffer.alloc(44, 3).toString('base64');

function offer(protocol: string, ...cryptos: readonly string[]): SessionDescription {
  const lines = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', `m=audio 4000 ${protocol} 0`];
  const text = [...lines, 'a=label:1', ...cryptos.map((crypto) => `a=crypto:${crypto}`), 'a=sendonly', ''].join('\r\n');
  const read = parseDescription(new TextEncoder().encode(text));
  return read.ok ? read.value : assert.fail(read.fault.code);
}

const usual = [
  `1 AES_CM_128_HMAC_SHA1_32 inline:${key30}`,
  `2 AES_CM_128_HMAC_SHA1_80 inline:${key30}|2^31`,
  `3 AES_256_CM_HMAC_SHA1_80 inline:${key46}`,
] as const;

function verdict(description: SessionDescription, srtp: SrtpPolicy): string {
  const [stream] = judgeOffer(description, srtp);
  if (stream?.isAcceptable !== true) return stream?.reason ?? 'none';
  return stream.crypto?.suite.name ?? 'plain';
}

test('the strongest suite that is offered is chosen, whatever the order of the offer', () => {
  const strongest = `9 AEAD_AES_256_GCM inline:${key44}`;
  assert.equal(verdict(offer('RTP/SAVP', ...usual, strongest), 'optional'), 'AEAD_AES_256_GCM');
  assert.equal(verdict(offer('RTP/SAVPF', strongest, ...usual), 'required'), 'AEAD_AES_256_GCM');
  assert.equal(verdict(offer('RTP/SAVP', ...usual), 'optional'), 'AES_256_CM_HMAC_SHA1_80');
  assert.equal(verdict(offer('RTP/SAVP', usual[0], usual[1]), 'optional'), 'AES_CM_128_HMAC_SHA1_80');
});

test('where SRTP is off, a line that is SRTP is refused', () => {
  assert.equal(verdict(offer('RTP/SAVP', ...usual), 'off'), 'srtpOff');
  assert.equal(verdict(offer('RTP/AVP', ...usual), 'off'), 'plain');
});

test('where SRTP is required, plain RTP is refused', () => {
  assert.equal(verdict(offer('RTP/AVP'), 'required'), 'srtpRequired');
  assert.equal(verdict(offer('RTP/AVP', '1 F8_128_HMAC_SHA1_80 inline:x'), 'required'), 'srtpRequired');
  assert.equal(verdict(offer('RTP/AVP', ...usual), 'required'), 'AES_256_CM_HMAC_SHA1_80');
});

test('a plain line with keys beside it is answered as SRTP, and one whose keys are of no use as plain RTP', () => {
  assert.equal(verdict(offer('RTP/AVP', usual[1]), 'optional'), 'AES_CM_128_HMAC_SHA1_80');
  assert.equal(verdict(offer('RTP/AVP', '1 F8_128_HMAC_SHA1_80 inline:x'), 'optional'), 'plain');
  assert.equal(
    verdict(offer('RTP/SAVP', `1 AES_CM_128_HMAC_SHA1_80 inline:${key30} UNENCRYPTED_SRTP`), 'optional'),
    'cryptoUnknown',
  );
  assert.equal(verdict(offer('RTP/SAVP'), 'optional'), 'cryptoUnknown');
  assert.equal(verdict(offer('UDP/TLS/RTP/SAVP', ...usual), 'optional'), 'protocolUnsupported');
});

test('the answer is of the same profile, with the tag of the chosen attribute and a key of ours', () => {
  const origin = {
    username: '-',
    sessionId: '1',
    sessionVersion: '1',
    netType: 'IN',
    addressType: 'IP4',
    address: '192.0.2.9',
  };
  const terms = { origin, address: '192.0.2.9', ports: [{ rtpPort: 5000 }] };
  const ownKey = (index: number, bytes: number): string => `${index}:${bytes}`;
  const [line] = answerOffer(offer('RTP/SAVPF', ...usual), { ...terms, ownKey }).description.media;
  assert.equal(line?.protocol, 'RTP/SAVPF');
  const cryptos = line?.attributes.filter(({ name }) => name === 'crypto').map(({ value }) => value);
  assert.deepEqual(cryptos, ['3 AES_256_CM_HMAC_SHA1_80 inline:0:46']);
  assert.equal(answerOffer(offer('RTP/SAVP', ...usual), terms).description.media[0]?.port, 0, 'no key, no answer');
});
