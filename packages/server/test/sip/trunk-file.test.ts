import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { defaultTrunk } from '@tacet/domain';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { SettingError } from '../../src/config.ts';
import { parseTrunks, readTrunks, trunkHashes } from '../../src/trunks.ts';

function complaint(text: string): string {
  try {
    parseTrunks(text, 'trunks.yaml');
  } catch (error) {
    assert.ok(error instanceof SettingError);
    return error.message;
  }
  return assert.fail('the file was taken');
}

test('the example of the documentation is read as the documentation says', () => {
  const page = readFileSync(new URL('../../../../docs/operating/trunks.md', import.meta.url), 'utf8');
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? assert.fail('the page has no example');
  const [first, second, third] = parseTrunks(example, 'trunks.yaml');
  assert.deepEqual(first, {
    ...defaultTrunk,
    name: 'carrier-west',
    allow: ['198.51.100.0/28', '2001:db8:7::/64'],
    clientName: 'sbc.west.example',
    srtp: 'required',
  });
  assert.deepEqual(second, {
    ...defaultTrunk,
    name: 'branch-office',
    allow: ['192.0.2.17'],
    digest: { username: 'branch', hashes: trunkHashes('branch', 'a long and secret sentence') },
    dtmf: 'keep',
    pausesAtSource: true,
  });
  assert.deepEqual([third?.name, Object.keys(third?.digest?.hashes ?? {})], ['old-sbc', ['MD5']]);
});

test('a trunk file that cannot be used is told of in a sentence that names the place', () => {
  const wrong: readonly (readonly [text: string, place: RegExp])[] = [
    ['', /the file must be a list/],
    ['name: x', /the file must be a list/],
    ['[', /line 1 is not YAML/],
    ['- x', /trunk 1 must list fields/],
    ['- {name: a, port: 5060}', /trunk 1 has the unknown field "port"/],
    ['- {allow: [10.0.0.0/8]}', /trunk 1\.name must be a text/],
    ['- {name: a b}', /trunk 1\.name must be 1 to 64/],
    ['- {name: a}\n- {name: a}', /trunk 2\.name is "a" a second time/],
    ['- {name: a, allow: 10.0.0.0/8}', /trunk 1\.allow must be a list/],
    ['- {name: a, allow: [10.0.0.0/33]}', /trunk 1\.allow has "10\.0\.0\.0\/33"/],
    ['- {name: a, srtp: maybe}', /trunk 1\.srtp must be off or optional or required/],
    ['- {name: a, keysInClear: yes}', /trunk 1\.keysInClear must be warn or refuse/],
    ['- {name: a, dtmf: drop}', /trunk 1\.dtmf must be keep or mask/],
    ['- {name: a, pausesAtSource: yes}', /trunk 1\.pausesAtSource must be true or false/],
    ['- {name: a, digest: {username: u}}', /trunk 1\.digest needs either secret or hashes/],
    ['- {name: a, digest: {username: "u:v", secret: s}}', /trunk 1\.digest\.username must be without/],
    ['- {name: a, digest: {username: u, hashes: {MD5: abc}}}', /trunk 1\.digest\.hashes\.MD5 must be 32/],
    ['- {name: a, digest: {username: u, hashes: {}}}', /trunk 1\.digest\.hashes must have/],
  ];
  for (const [text, place] of wrong) {
    assert.match(complaint(text), place, text);
    assert.match(complaint(text), /^The trunk file trunks\.yaml cannot be used: .*\.$/);
  }
  assert.throws(
    () => readTrunks('/nowhere/trunks.yaml'),
    /The trunk file \/nowhere\/trunks\.yaml cannot be read \(ENOENT\)\./,
  );
});

test('a secret in a trunk file is never told, whatever is wrong around it', () => {
  const secret = 'hunter2';
  for (const text of [
    `- {name: a, digest: {username: u, secret: ${secret}, hashes: {}}}`,
    `- {name: a, digest: {username: u, secret: [${secret}]}}`,
    `- {name: a, digest: {username: u, secret: "${secret}\n`,
  ]) {
    assert.ok(!complaint(text).includes(secret), text);
  }
});

test('whatever a trunk file holds, it is read or refused with a sentence', () => {
  const good =
    '- {name: a, allow: [10.0.0.0/8], digest: {username: u, secret: s}, srtp: off}\n- name: b\n  dtmf: keep\n';
  for (const bytes of fuzzInputs(20_261_123, [Buffer.from(good)], 400, 'trunk file')) {
    const text = Buffer.from(bytes).toString('utf8');
    try {
      parseTrunks(text, 'trunks.yaml');
    } catch (error) {
      assert.ok(error instanceof SettingError, String(error));
    }
  }
});
