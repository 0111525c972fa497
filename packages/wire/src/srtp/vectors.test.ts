/** The vectors of the RFCs, whole packets where they have them; compared with published texts and other implementations' tests. */
import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { GcmTag } from './gcm-tag.ts';
import { SrtpReceiver, SrtpSender, type SrtpTerms, suiteNamed } from './index.ts';
import { deriveSessionKeys } from './key-derivation.ts';
import { Keystream } from './keystream.ts';

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
}

function hex(of: Uint8Array): string {
  return Buffer.from(of).toString('hex');
}

function suite(name: string): SrtpTerms['suite'] {
  return suiteNamed(name) ?? assert.fail(name);
}

function terms(name: string, keyAndSalt: string): SrtpTerms {
  return { suite: suite(name), keys: [{ keyAndSalt: Buffer.from(bytes(keyAndSalt)).toString('base64') }] };
}

const master128 = 'e1f97a0d3e018be0d64fa32c06de4139';
const salt128 = '0ec675ad498afeebb6960b3aabe6';

test('session keys of 128 bits are those of RFC 3711 B.3', () => {
  const keys = deriveSessionKeys(suite('AES_CM_128_HMAC_SHA1_80'), bytes(master128 + salt128), 'rtp');
  assert.equal(hex(keys.encryption), 'c61e7a93744f39ee10734afe3ff7a087');
  assert.equal(hex(keys.salt), '30cbbc08863d8c85d49db34a9ae1');
  assert.equal(hex(keys.authentication), 'cebe321f6ff7716b6fd4ab49af256a156d38baa4');
});

test('session keys of 256 bits are those of RFC 6188 §7.2', () => {
  const master = 'f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6';
  const all = bytes(`${master}3b04803de51ee7c96423ab5b78d2`);
  const keys = deriveSessionKeys(suite('AES_256_CM_HMAC_SHA1_80'), all, 'rtp');
  assert.equal(hex(keys.encryption), '5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4');
  assert.equal(hex(keys.salt), 'fa31791685ca444a9e07c6c64e93');
  assert.equal(hex(keys.authentication), 'fd9c32d39ed5fbb5a9dc96b30818454d1313dc05');
});

test('the key stream is that of RFC 3711 B.2 and RFC 6188 §7.1', () => {
  const start = bytes('f0f1f2f3f4f5f6f7f8f9fafbfcfd0000');
  const rows = [
    ['2b7e151628aed2a6abf7158809cf4f3c', 'e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab'],
    [
      '57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98',
      '92bdd28a93c3f52511c677d08b5515a49da71b2378a854f67050756ded165bac',
    ],
  ] as const;
  for (const [key, expected] of rows) {
    const zeros = new Uint8Array(32);
    new Keystream(createSecretKey(bytes(key))).apply(zeros, 0, 32, start);
    assert.equal(hex(zeros), expected);
  }
});

const gallia = `8040f17b8041f8d35501a0b2${Buffer.from('Gallia est omnis divisa in partes tres').toString('hex')}`;
const gcmSalt = '517569642070726f2071756f';
const sealedGallia = [
  [
    '000102030405060708090a0b0c0d0e0f',
    'f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833',
    '899d7f27beb16a9152cf765ee4390cce',
  ],
  [
    '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    '32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b',
    '7aa3db36dfffd6b0f9bb7878d7a76c13',
  ],
] as const;

test('the tag over a packet is that of RFC 7714 §16.1 and §16.2, and so is what was in it', () => {
  // RFC 7714 §8.1: two zero bytes, source, rollover counter and number, mixed with the salt.
  const iv = bytes('00005501a0b200000000f17b');
  for (const [at, byte] of bytes(gcmSalt).entries()) iv[at] = (iv[at] ?? 0) ^ byte;
  assert.equal(hex(iv), '51753c6580c2726f20718414');
  for (const [key, sealed, tag] of sealedGallia) {
    const packet = bytes(`8040f17b8041f8d35501a0b2${sealed}`);
    const span = { clearEnd: 12, end: packet.length };
    assert.equal(hex(new GcmTag(createSecretKey(bytes(key))).compute(packet, span, iv, new Uint8Array(0))), tag);
    const start = bytes(`${hex(iv)}00000002`);
    new Keystream(createSecretKey(bytes(key))).apply(packet, 12, packet.length, start);
    assert.equal(hex(packet), gallia);
  }
});

test('the tag over a compound RTCP packet is that of RFC 7714 §17.1', () => {
  const sealed = '63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b';
  const packet = bytes(`81c8000d4d617273${sealed}`);
  const iv = bytes('00004d6172730000000005d4');
  for (const [at, byte] of bytes(gcmSalt).entries()) iv[at] = (iv[at] ?? 0) ^ byte;
  const key = createSecretKey(bytes(sealedGallia[0][0]));
  const tag = new GcmTag(key).compute(packet, { clearEnd: 8, end: packet.length }, iv, bytes('800005d4'));
  assert.equal(hex(tag), 'c84aa45896cf4d2fc5abf87245d9eade');
});

test('a packet of RTP and one of RTCP are those that other implementations make of the same key', () => {
  const agreed = terms('AES_CM_128_HMAC_SHA1_80', master128 + salt128);
  const plain = bytes(`800f1234decafbadcafebabe${'ab'.repeat(16)}`);
  const sealed = bytes('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb');
  assert.equal(hex(new SrtpSender(agreed).protectRtp(plain, 0x1234)), hex(sealed));
  const receiver = new SrtpReceiver(agreed);
  const verdict = receiver.authenticateRtp(sealed, { ssrc: 0xcafe_babe, sequence: 0x1234, payloadOffset: 12 }, 0);
  assert.ok(typeof verdict !== 'string');
  verdict.key.decryptRtp(sealed, 12, verdict);
  assert.equal(hex(sealed.subarray(0, verdict.end)), hex(plain));
  const plainRtcp = bytes(`81c8000bcafebabe${'ab'.repeat(16)}`);
  const sealedRtcp = bytes('81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798');
  assert.equal(hex(new SrtpSender(agreed).protectRtcp(plainRtcp, 1)), hex(sealedRtcp));
  const about = receiver.authenticateRtcp(sealedRtcp, 0);
  assert.ok(typeof about !== 'string');
  about.key.decryptRtcp(sealedRtcp, about);
  assert.equal(hex(sealedRtcp.subarray(0, about.end)), hex(plainRtcp));
});
