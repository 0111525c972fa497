import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { addressBytes } from './address-bytes.ts';
import { digestResponse, formatChallenge, isRightResponse, parseCredentials } from './digest.ts';
import { Nonces } from './nonce.ts';
import { answerStun, isStun } from './stun.ts';

const seed = 20_261_122;
const executions = 4_000;

const headers = [
  'Digest username="a", realm="tacet", nonce="n", uri="sip:a@b", response="00112233445566778899aabbccddeeff", algorithm=MD5, cnonce="c", nc=00000001, qop=auth',
  `Digest username="\\"q\\\\",realm="tacet",nonce="${'n'.repeat(60)}",uri="sip:a",response="${'0f'.repeat(32)}",algorithm=SHA-256,cnonce="c",nc=0000000f,qop="auth"`,
].map((text) => Buffer.from(text));

test('whatever an Authorization header holds, it is read or not, and what is read can be checked', () => {
  let readCount = 0;
  for (const bytes of fuzzInputs(seed, headers, executions, 'digest')) {
    const read = parseCredentials(Buffer.from(bytes).toString('latin1'));
    if (read === undefined) continue;
    readCount += 1;
    assert.equal(isRightResponse(read, 'INVITE', 'ha1'), read.response === digestResponse(read, 'INVITE', 'ha1'));
    formatChallenge({ realm: read.realm, nonce: read.nonce, algorithm: read.algorithm, isStale: true });
  }
  assert.ok(readCount > executions / 50, `only ${readCount} were read`);
});

test('whatever a nonce holds, none is taken that was not issued', () => {
  const nonces = new Nonces(Buffer.from('key'), { lifeMs: 1_000, usedMax: 10 });
  const issued = nonces.issue(5_000, '0123456789abcdef');
  for (const bytes of fuzzInputs(seed, [Buffer.from(issued)], executions, 'nonce')) {
    const text = Buffer.from(bytes).toString('latin1');
    if (text !== issued) assert.equal(nonces.take(text, 1, 5_001), false, text);
  }
});

test('whatever a STUN datagram holds, the answer is none or at most a few bytes more', () => {
  const attributes = ['', '80220004746f6f6c', '7fff00010a000000', '000600036162630080280004aabbccdd'];
  const corpus = attributes.map((text) => {
    const length = (text.length / 2).toString(16).padStart(4, '0');
    return Buffer.from(`0001${length}2112a442b7e7a701bc34d686fa87dfae${text}`, 'hex');
  });
  let answeredCount = 0;
  for (const bytes of fuzzInputs(seed, corpus, executions, 'STUN')) {
    const answer = answerStun(bytes, { host: '2001:db8::1', port: 9 });
    if (answer === undefined) continue;
    answeredCount += 1;
    assert.ok(isStun(bytes) && answer.length <= bytes.length + 24);
  }
  assert.ok(answeredCount > executions / 50);
  for (const bytes of fuzzInputs(seed, [Buffer.from('2001:db8::192.0.2.1')], executions, 'address'))
    addressBytes(Buffer.from(bytes).toString('latin1'));
});
