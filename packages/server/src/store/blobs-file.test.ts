import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, normalize, relative, sep } from 'node:path';
import { test } from 'node:test';
import { Defect, Fault } from '@tacet/domain';
import fc from 'fast-check';
import { temporaryFolder } from '../../test/store-samples.ts';
import { isBlobName } from './blob-name.ts';
import { FileBlobStore } from './blobs-file.ts';

async function namesOf(store: FileBlobStore): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of store.names()) names.push(name);
  return names.sort();
}

test('a blob name that leads out of the store is refused before the disk is touched', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'secret'), 'not ours');
  const store = new FileBlobStore(join(folder.path, 'blobs'));
  const names = [
    '../secret',
    'a/../../secret',
    '/etc/passwd',
    'a/..',
    'a/.',
    '.tmp/x',
    '',
    'a//b',
    'a/',
    'A',
    'a\\b',
    'a\0',
  ];
  for (const name of names) {
    await assert.rejects(store.put(name, Buffer.from('x')), Defect, name);
    await assert.rejects(store.read(name), Defect, name);
    await assert.rejects(store.remove(name), Defect, name);
  }
  assert.deepEqual(readdirSync(folder.path), ['secret']);
});

test('no text that counts as a blob name leads out of its folder', () => {
  const letters = fc.constantFrom('a', '9', '-', '.', '..', '/', '\\', '~', 'A', ' ', '\0', 'é');
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), (parts) => {
      const name = parts.join('');
      if (!isBlobName(name)) return;
      const path = normalize(join(`${sep}root`, name));
      assert.equal(path, `${sep}root${sep}${name.replaceAll('/', sep)}`);
    }),
    { numRuns: 2_000 },
  );
});

test('a blob name has a greatest length, as a whole and in each part', () => {
  assert.ok(isBlobName('a'.repeat(200)));
  assert.ok(!isBlobName('a'.repeat(201)));
  const long = `${'a'.repeat(199)}/${'b'.repeat(199)}/${'c'.repeat(112)}`;
  assert.equal(long.length, 512);
  assert.ok(isBlobName(long));
  assert.ok(!isBlobName(`${long}c`));
});

test('only the owner can read blobs and their folders', async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'blobs');
  await new FileBlobStore(root).put('recording/1.seg', Buffer.from('x'));
  assert.equal(statSync(join(root, 'recording', '1.seg')).mode & 0o777, 0o600);
  for (const path of [root, join(root, 'recording')]) assert.equal(statSync(path).mode & 0o777, 0o700);
});

test('a blob that could not be stored is unavailable storage, and leaves no name and no half file behind', async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'blobs');
  const store = new FileBlobStore(root);
  await store.put('recording', Buffer.from('a file where the next blob needs a folder'));
  await assert.rejects(
    store.put('recording/1.seg', Buffer.from('x')),
    (error) => error instanceof Fault && error.code === 'storageUnavailable',
  );
  assert.deepEqual(await namesOf(store), ['recording']);
  assert.deepEqual(readdirSync(join(root, '.tmp')), []);
});

test('storage that is not there is unavailable, not damaged', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'blobs'), 'a file where the store should be');
  const store = new FileBlobStore(join(folder.path, 'blobs'));
  await assert.rejects(
    store.put('blob', Buffer.from('x')),
    (error) => error instanceof Fault && error.code === 'storageUnavailable',
  );
});

test('what a crash left half-written has no name, and is removed on request', async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'blobs');
  mkdirSync(join(root, '.tmp'), { recursive: true });
  writeFileSync(join(root, '.tmp', 'half'), 'half of a bl');
  const store = new FileBlobStore(root);
  assert.deepEqual(await namesOf(store), []);
  await store.removeUnfinished();
  assert.deepEqual(readdirSync(root), []);
  await store.put('recording/1.seg', Buffer.from('x'));
  assert.deepEqual(await namesOf(store), ['recording/1.seg']);
});

test('a folder that somebody else removed meanwhile is made again', async () => {
  using folder = temporaryFolder();
  const [one, other] = [new FileBlobStore(folder.path), new FileBlobStore(folder.path)];
  await one.put('recording/1.seg', Buffer.from('x'));
  await other.remove('recording/1.seg');
  await one.put('recording/2.seg', Buffer.from('x'));
  assert.deepEqual(await namesOf(one), ['recording/2.seg']);
});

test('however the folder of the store is written, it is the same store', async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'blobs');
  const ways = [root, `${root}/`, `${folder.path}/./x/../blobs//`, relative(process.cwd(), root)];
  for (const [index, way] of ways.entries()) {
    await new FileBlobStore(way).put(`recording/${index}.seg`, Buffer.from('x'));
    assert.equal((await namesOf(new FileBlobStore(way))).length, index + 1);
  }
});

test('the folder of a recording goes with its last blob', async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'blobs');
  const store = new FileBlobStore(root);
  for (const number of [1, 2]) await store.put(`recording/${number}.seg`, Buffer.from('x'));
  await store.remove('recording/1.seg');
  assert.deepEqual(readdirSync(join(root, 'recording')), ['2.seg']);
  await store.remove('recording/2.seg');
  assert.ok(!readdirSync(root).includes('recording'));
});
