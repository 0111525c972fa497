/** What every brand of blob store must do; each brand's tests run it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { type BlobStore, Fault } from '@tacet/domain';

export interface BlobStoreUnderTest extends AsyncDisposable {
  /** Empty at first. */
  readonly store: BlobStore;
  /** The store as the next process finds it after this one was killed now. */
  reopen(): Promise<BlobStore>;
}

export type MakeBlobStore = () => Promise<BlobStoreUnderTest>;

async function namesOf(store: BlobStore): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of store.names()) names.push(name);
  return names.sort();
}

async function assertHolds(store: BlobStore, name: string, bytes: Uint8Array): Promise<void> {
  assert.equal(Buffer.compare(await store.read(name), bytes), 0);
}

function isMissing(error: unknown): boolean {
  return error instanceof Fault && error.code === 'recordingDamaged';
}

/** Registers the tests under the name of the brand. */
export function blobStoreSuite(name: string, make: MakeBlobStore): void {
  describe(`blob store: ${name}`, () => {
    storing(make);
    removing(make);
    listing(make);
  });
}

function storing(make: MakeBlobStore): void {
  test('a blob that was put is there, byte for byte, after a crash', async () => {
    await using made = await make();
    const blobs = [new Uint8Array(0), randomBytes(1), randomBytes(3_000_001)];
    await Promise.all(blobs.map((bytes, index) => made.store.put(`recording/${index}.seg`, bytes)));
    const store = await made.reopen();
    for (const [index, bytes] of blobs.entries()) await assertHolds(store, `recording/${index}.seg`, bytes);
  });

  test('the caller may use its bytes again as soon as the blob is stored', async () => {
    await using made = await make();
    const bytes = Buffer.from('first');
    await made.store.put('blob', bytes);
    bytes.fill(0);
    await assertHolds(made.store, 'blob', Buffer.from('first'));
  });

  test('a blob that is put again is the old one or the new one, never a mixture', async () => {
    await using made = await make();
    const versions = [1, 2, 3, 4].map((byte) => Buffer.alloc(200_000 * byte, byte));
    await made.store.put('blob', Buffer.alloc(200_000, 1));
    const puts = Promise.all(versions.map((bytes) => made.store.put('blob', bytes)));
    for (let reads = 0; reads < 10; reads += 1) {
      const seen = await made.store.read('blob');
      assert.ok(versions.some((bytes) => Buffer.compare(bytes, seen) === 0));
    }
    await puts;
    assert.deepEqual(await namesOf(made.store), ['blob']);
  });

  test('reading a blob that is not there says that the recording is damaged', async () => {
    await using made = await make();
    await made.store.put('recording/1.seg', Buffer.from('x'));
    await assert.rejects(made.store.read('recording/2.seg'), isMissing);
    await assert.rejects(made.store.read('other/1.seg'), isMissing);
  });
}

function removing(make: MakeBlobStore): void {
  test('a removed blob is gone, and removing one that is not there is no failure', async () => {
    await using made = await make();
    await made.store.put('recording/1.seg', Buffer.from('x'));
    await made.store.put('recording/2.seg', Buffer.from('y'));
    await made.store.remove('recording/1.seg');
    await made.store.remove('recording/1.seg');
    await made.store.remove('never/was.seg');
    await assert.rejects(made.store.read('recording/1.seg'), isMissing);
    assert.deepEqual(await namesOf(made.store), ['recording/2.seg']);
  });

  test('blobs that are put while others of the same recording are removed stay', async () => {
    await using made = await make();
    for (let round = 0; round < 20; round += 1) {
      await made.store.put('recording/old.seg', Buffer.from('old'));
      await Promise.all([
        made.store.remove('recording/old.seg'),
        made.store.put('recording/new.seg', Buffer.from('new')),
      ]);
      await assertHolds(made.store, 'recording/new.seg', Buffer.from('new'));
      await made.store.remove('recording/new.seg');
    }
    assert.deepEqual(await namesOf(made.store), []);
  });
}

function listing(make: MakeBlobStore): void {
  test('every name in store is listed once, and no other', async () => {
    await using made = await make();
    assert.deepEqual(await namesOf(made.store), []);
    const names = Array.from({ length: 120 }, (_, index) => `recording-${index % 7}/part-${index % 3}/${index}.seg`);
    await Promise.all(names.map((name) => made.store.put(name, Buffer.from(name))));
    assert.deepEqual(await namesOf(made.store), [...names].sort());
  });
}
