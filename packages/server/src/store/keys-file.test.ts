import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Defect, Fault, type SegmentId } from '@tacet/domain';
import { freshId, temporaryFolder } from '../../test/store-samples.ts';
import { createKeyFile, readKeyFile, readKeyRing, ringWithNewKey, writeKeyRing } from './key-file.ts';
import { FileKeyService, keyFileOf } from './keys-file.ts';

function refusal(sentence: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof Fault && error.code === 'storageUnavailable' && sentence.test(String(error.facts['reason']));
}

function reopened(dataFolder: string): FileKeyService {
  return new FileKeyService(dataFolder, { mayCreate: false });
}

test('on the first start a key file is made that only its owner can read, and nothing else is left', () => {
  using folder = temporaryFolder();
  new FileKeyService(folder.path, { mayCreate: true });
  const path = keyFileOf(folder.path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(dirname(path)), ['wrapping-keys.json']);
});

test('a key file that is there is never written again', () => {
  using folder = temporaryFolder();
  const path = keyFileOf(folder.path);
  createKeyFile(path);
  const before = readFileSync(path, 'utf8');
  createKeyFile(path);
  new FileKeyService(folder.path, { mayCreate: true });
  assert.equal(readFileSync(path, 'utf8'), before);
  assert.deepEqual(readdirSync(dirname(path)), ['wrapping-keys.json']);
});

test('a key file that others may read is refused', () => {
  using folder = temporaryFolder();
  const path = keyFileOf(folder.path);
  createKeyFile(path);
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644]) {
    chmodSync(path, mode);
    assert.throws(() => reopened(folder.path), refusal(/read by others.*0600/));
  }
  chmodSync(path, 0o400);
  reopened(folder.path);
});

test('a key file in a folder that others may write to is refused', () => {
  using folder = temporaryFolder();
  createKeyFile(keyFileOf(folder.path));
  chmodSync(dirname(keyFileOf(folder.path)), 0o770);
  assert.throws(() => reopened(folder.path), refusal(/folder.*0700/));
});

test('a missing key file is refused where recordings need it, and no new key is made', () => {
  using folder = temporaryFolder();
  assert.throws(() => reopened(folder.path), refusal(/missing/));
  assert.deepEqual(readdirSync(folder.path), []);
});

test('a damaged key file is refused, whatever part of it is damaged, and stays as it is', () => {
  using folder = temporaryFolder();
  const path = keyFileOf(folder.path);
  createKeyFile(path);
  const whole = readFileSync(path, 'utf8');
  const ring = JSON.parse(whole);
  const [key] = ring.keys;
  const otherKey = JSON.parse(writeKeyRing(ringWithNewKey())).keys[0];
  const damaged: readonly unknown[] = [
    null,
    [],
    { ...ring, format: 'something-else' },
    { ...ring, version: 2 },
    { ...ring, current: 2 },
    { ...ring, current: undefined },
    { ...ring, keys: [] },
    { ...ring, keys: key },
    { ...ring, keys: [null] },
    { ...ring, keys: [key, key] },
    { ...ring, keys: [{ ...key, number: 0 }], current: 0 },
    { ...ring, keys: [{ ...key, number: 1.5 }], current: 1.5 },
    { ...ring, keys: [{ ...key, key: otherKey.key }] },
    { ...ring, keys: [{ ...key, key: key.key.slice(0, 20) }] },
    { ...ring, keys: [{ ...key, check: undefined }] },
  ];
  for (const text of ['', whole.slice(0, -3), ...damaged.map((each) => JSON.stringify(each))]) {
    writeFileSync(path, text);
    assert.throws(() => reopened(folder.path), refusal(/damaged.*No new key/), text);
    assert.throws(() => new FileKeyService(folder.path, { mayCreate: true }), refusal(/damaged/), text);
    assert.equal(readFileSync(path, 'utf8'), text);
  }
  writeFileSync(path, whole);
  reopened(folder.path);
});

test('no letter of a key is told when a damaged key file is refused, or when the service is printed', () => {
  using folder = temporaryFolder();
  const path = keyFileOf(folder.path);
  const keys = new FileKeyService(folder.path, { mayCreate: true });
  const { key } = JSON.parse(readFileSync(path, 'utf8')).keys[0];
  const hex = Buffer.from(key, 'base64').toString('hex');
  const printed = [inspect(keys, { depth: 9, showHidden: true }), inspect(readKeyFile(path), { depth: 9 })];
  writeFileSync(path, `{"keys": ["${key}" oops`);
  try {
    reopened(folder.path);
    assert.fail('it was not refused');
  } catch (error) {
    printed.push(inspect(error, { depth: 9, showHidden: true }));
  }
  for (const text of printed) {
    for (let from = 0; from + 8 <= key.length; from += 1) assert.ok(!text.includes(key.slice(from, from + 8)));
    assert.ok(!text.replaceAll(/[^0-9a-f]/g, '').includes(hex.slice(0, 12)));
  }
});

test('after a rotation the new key wraps, and what the old one wrapped is still unwrapped', () => {
  using folder = temporaryFolder();
  const path = keyFileOf(folder.path);
  const before = new FileKeyService(folder.path, { mayCreate: true });
  const [dataKey, segmentId] = [randomBytes(32), freshId<SegmentId>()];
  const old = before.wrap(dataKey, segmentId);
  const ring = readKeyFile(path);
  assert.ok(ring !== undefined);
  writeFileSync(path, writeKeyRing(ringWithNewKey(ring)));
  const after = reopened(folder.path);
  const fresh = after.wrap(dataKey, segmentId);
  assert.deepEqual([...old.subarray(0, 5)], [1, 0, 0, 0, 1]);
  assert.deepEqual([...fresh.subarray(0, 5)], [1, 0, 0, 0, 2]);
  for (const wrapped of [old, fresh]) {
    assert.deepEqual(Buffer.from(after.unwrap(wrapped, segmentId) ?? []), dataKey);
  }
  assert.equal(before.unwrap(fresh, segmentId), undefined);
});

test('the same data key is wrapped differently each time', () => {
  using folder = temporaryFolder();
  const keys = new FileKeyService(folder.path, { mayCreate: true });
  const [dataKey, segmentId] = [randomBytes(32), freshId<SegmentId>()];
  const forms = Array.from({ length: 100 }, () => Buffer.from(keys.wrap(dataKey, segmentId)).toString('hex'));
  assert.equal(new Set(forms).size, 100);
});

test('a data key that has not 32 bytes is a defect', () => {
  using folder = temporaryFolder();
  const keys = new FileKeyService(folder.path, { mayCreate: true });
  for (const length of [0, 16, 31, 33]) assert.throws(() => keys.wrap(new Uint8Array(length), freshId()), Defect);
});

test('a key ring that was written is read back the same', () => {
  const ring = ringWithNewKey(ringWithNewKey());
  const read = readKeyRing(writeKeyRing(ring));
  assert.ok(read !== undefined);
  assert.equal(read.current.number, 2);
  assert.deepEqual([...read.keys.keys()], [1, 2]);
  for (const [number, { key }] of ring.keys) assert.ok(read.keys.get(number)?.key.equals(key));
});
