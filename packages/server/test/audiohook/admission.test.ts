/** Who is let in as an AudioHook client, and what a key file may say. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Admission } from '../../src/audiohook/admission.ts';
import { readKeyFile } from '../../src/audiohook/index.ts';
import { temporaryFolder } from '../store-samples.ts';

const own = 'd7934305-0972-4844-938e-9060eef73d05';
const other = '0d7934305-0972-4844-938e-9060eef73d0'.slice(1).padEnd(36, '6');
const secret = Buffer.alloc(20, 7).toString('base64');

function keysOf(text: string): ReturnType<typeof readKeyFile> {
  using folder = temporaryFolder();
  const path = join(folder.path, 'keys.yaml');
  writeFileSync(path, text);
  return readKeyFile(path);
}

const keys = `
- name: signed
  key: key-with-secret
  secret: ${secret}
- name: open
  key: key-without-secret
  secret: ""
- name: bound
  key: key-of-one-organization
  secret: ""
  organizationId: ${own.toUpperCase()}
`;

function request(key: string, headers: { readonly [name: string]: string } = {}): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.url = '/audiohook';
  const usual = { host: 'h', 'audiohook-organization-id': own, 'audiohook-session-id': own, 'x-api-key': key };
  Object.assign(message.headers, usual, headers);
  return message;
}

function judged(key: string, headers?: { readonly [name: string]: string }): string {
  const verdict = new Admission(keysOf(keys)).judge(request(key, headers), 1_780_000_000_000);
  return typeof verdict === 'string' ? verdict : verdict.key.name;
}

test('an unsigned request is let in only with a key that has no secret', () => {
  assert.equal(judged('key-without-secret'), 'open');
  assert.equal(judged('key-with-secret'), 'unsigned');
  assert.equal(judged('key-nobody-has'), 'keyUnknown');
  assert.equal(judged(''), 'keyUnknown');
});

test("a key that is one organization's lets no other in", () => {
  assert.equal(judged('key-of-one-organization'), 'bound');
  assert.equal(judged('key-of-one-organization', { 'audiohook-organization-id': other }), 'organizationForeign');
});

test('a request that names no session is not let in', () => {
  assert.equal(judged('key-without-secret', { 'audiohook-session-id': 'one' }), 'headersInvalid');
  assert.equal(judged('key-without-secret', { 'audiohook-organization-id': '' }), 'headersInvalid');
});

test('a key file that cannot be used stops the start with a sentence that holds no key', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['name: x', /must be a list/],
    ['- name: x\n  key: short\n  secret: ""', /needs a key/],
    ['- name: x\n  key: long-enough-key', /needs a secret/],
    ['- name: x\n  key: long-enough-key\n  secret: "not base64!"', /is not Base64/],
    ['- name: x\n  key: long-enough-key\n  secret: c2hvcnQ=', /shorter than 16 bytes/],
    ['- name: x\n  key: long-enough-key\n  secret: ""\n  organizationId: acme', /is no UUID/],
    ['- name: x\n  key: long-enough-key\n  secret: ""\n  organisation: acme', /unknown field/],
    ['- key: long-enough-key\n  secret: ""', /needs a name/],
    ['- long-enough-key', /must have name, key and secret/],
    [
      '- name: x\n  key: long-enough-key\n  secret: ""\n- name: y\n  key: long-enough-key\n  secret: ""',
      /entry 2 of .* has the key of another one/,
    ],
    ['- [: {', /is not YAML/],
  ];
  for (const [text, sentence] of cases) {
    assert.throws(
      () => keysOf(text),
      (error: Error) => sentence.test(error.message) && !error.message.includes('long-enough-key'),
      text,
    );
  }
  assert.throws(() => readKeyFile('/nowhere/keys.yaml'), /cannot be read \(ENOENT\)/);
});
