import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cryptoSuites, keyingBytes, parseCrypto, writeCryptoAnswer } from './index.ts';

const key30 = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';

function fault(value: string): string {
  const read = parseCrypto(value);
  return read.ok ? 'none' : `${read.fault.code} ${read.fault.detail}`;
}

test('the attribute of RFC 4568 §9.1 is read with key, lifetime and MKI', () => {
  const read = parseCrypto(`1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|2^20|1:4 WSH=128 KDR=0 -x=1`);
  assert.ok(read.ok);
  const { tag, suite, keys, isRtcpPlain } = read.value;
  assert.deepEqual([tag, suite.name, isRtcpPlain], ['1', 'AES_CM_128_HMAC_SHA1_80', false]);
  assert.deepEqual(keys, [{ keyAndSalt: key30, mki: '00000001' }]);
});

test('several keys are taken when identifiers tell them apart', () => {
  const suite = '2 AES_CM_128_HMAC_SHA1_32';
  const read = parseCrypto(`${suite} inline:${key30}|2^20|1:1;inline:${key30}|2^20|255:1`);
  assert.deepEqual(read.ok && read.value.keys.map(({ mki }) => mki), ['01', 'ff']);
  assert.equal(fault(`${suite} inline:${key30};inline:${key30}`), 'cryptoMalformed keys');
  assert.equal(fault(`${suite} inline:${key30}|1:1;inline:${key30}|1:1`), 'cryptoMalformed keys');
  assert.equal(fault(`${suite} inline:${key30}|1:1;inline:${key30}|1:2`), 'cryptoMalformed keys');
  assert.equal(
    fault(`${suite} ${Array.from({ length: 5 }, (_, n) => `inline:${key30}|${n}:1`).join(';')}`),
    'cryptoMalformed keys',
  );
});

test('what would leave media without encryption or authentication, or that we cannot keep, is refused', () => {
  const parameters = [
    'UNENCRYPTED_SRTP',
    'UNAUTHENTICATED_SRTP',
    'KDR=1',
    'FEC_ORDER=FEC_SRTP',
    'FEC_KEY=inline:x',
    'NEW',
  ];
  for (const parameter of parameters) {
    const value = `1 AES_CM_128_HMAC_SHA1_80 inline:${key30} ${parameter}`;
    assert.equal(fault(value), 'parameterUnsupported parameter 1', parameter);
  }
});

test('RTCP in the clear is taken, and the answer repeats it with tag and suite as they were written', () => {
  const long = Buffer.alloc(46, 7).toString('base64');
  const read = parseCrypto(`7 AES_CM_256_HMAC_SHA1_80 inline:${long} UNENCRYPTED_SRTCP`);
  assert.ok(read.ok);
  assert.equal(read.value.suite.name, 'AES_256_CM_HMAC_SHA1_80');
  assert.equal(writeCryptoAnswer(read.value, 'OURS'), '7 AES_CM_256_HMAC_SHA1_80 inline:OURS UNENCRYPTED_SRTCP');
});

test('a key of another length than its suite needs is refused, and no fault repeats a key', () => {
  for (const suite of cryptoSuites) {
    for (const bytes of [15, 28, 30, 31, 44, 46, 64]) {
      const key = Buffer.alloc(bytes, 0xa5).toString('base64');
      const read = parseCrypto(`1 ${suite.name} inline:${key}`);
      assert.equal(read.ok, bytes === keyingBytes(suite));
      assert.ok(!JSON.stringify(read.ok ? {} : read.fault).includes(key.slice(0, 8)));
    }
  }
  for (const broken of [
    '',
    '1',
    '1 AES_CM_128_HMAC_SHA1_80',
    'x AES_CM_128_HMAC_SHA1_80 inline:x',
    `1 F8_128_HMAC_SHA1_80 inline:${key30}`,
    `1 AES_CM_128_HMAC_SHA1_80 outline:${key30}`,
    `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|1:0`,
    `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|256:1`,
    `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|1:4|2^20`,
    `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|2^20|1:4|`,
    `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|2^x`,
  ]) {
    assert.equal(parseCrypto(broken).ok, false, broken);
  }
});

test('no text makes the reader throw, and what it takes is a key of its suite', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('1', 'AES_CM_128_HMAC_SHA1_80', `inline:${key30}`, '|2^20', '|1:4', ';'),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.boolean(), (words, isSpaced) => {
      const read = parseCrypto(words.join(isSpaced ? ' ' : ''));
      if (!read.ok) return;
      for (const { keyAndSalt } of read.value.keys) {
        assert.equal(Buffer.from(keyAndSalt, 'base64').length, keyingBytes(read.value.suite));
      }
    }),
  );
});
