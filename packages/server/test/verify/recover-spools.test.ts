/** What a killed server left in its spool is stored by the next one, and cleared away only then (P4). */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BlobStore } from '@tacet/domain';
import { MemoryBlobs } from '@tacet/testkit';
import {
  type ControlContext,
  ConversationQueue,
  LiveConversations,
  type Recovered,
  viewOf,
} from '../../src/control/index.ts';
import { recoveryOf } from '../../src/recover-spools.ts';
import { FileBlobStore, openDatabase, SqliteMetadataStore } from '../../src/store/index.ts';
import { DataFolder } from './data-folder.ts';

interface NextRun extends AsyncDisposable {
  readonly control: ControlContext;
}

/** The next run of the server over the same folder. */
function nextRun(folder: DataFolder): NextRun {
  const db = openDatabase(folder.dataDir);
  const store = new SqliteMetadataStore(db);
  const control = { ...folder.control, store, queue: new ConversationQueue(), live: new LiveConversations() };
  const dispose = async (): Promise<void> => {
    control.live.cancelLingers();
    await store[Symbol.asyncDispose]();
    db.close();
  };
  return { control, [Symbol.asyncDispose]: dispose };
}

async function recover({ control }: NextRun, blobs: BlobStore, folder: DataFolder): Promise<Recovered> {
  return (await recoveryOf(control, blobs, folder.pathOf('spool')).settle()) ?? assert.fail('it was stopped');
}

function spoolFiles(folder: DataFolder): readonly string[] {
  return readdirSync(folder.pathOf('spool')).filter((name) => name.endsWith('.spool'));
}

test('after a kill the next run stores what was whole, finds the pause again, and the proof has no findings', async () => {
  await using folder = await DataFolder.open();
  const call = await folder.call();
  await folder.talk(call, 40);
  await folder.set(call, 'PAUSED');
  await folder.talk(call, 40);
  await folder.settle();
  folder.kill();
  {
    await using next = nextRun(folder);
    const blobs = new FileBlobStore(folder.pathOf('blobs'));
    const recovered = await recover(next, blobs, folder);
    assert.deepEqual([recovered.conversations, recovered.paused], [2, 1]);
    assert.deepEqual(spoolFiles(folder), []);
    const stored = await next.control.store.conversation(call.conversationId);
    assert.equal(viewOf(next.control, stored ?? assert.fail()).recordingState, 'PAUSED');
  }
  assert.equal(folder.blobs().length, 2);
  assert.deepEqual(await folder.findings(), []);
});

test('a recovery that cannot store keeps every spool file for the next one', async () => {
  await using folder = await DataFolder.open();
  const call = await folder.call();
  await folder.talk(call, 40);
  await folder.settle();
  folder.kill();
  const before = spoolFiles(folder);
  assert.notDeepEqual(before, []);
  {
    await using next = nextRun(folder);
    const blobs = new MemoryBlobs();
    blobs.failPuts(1_000);
    await assert.rejects(recover(next, blobs, folder), { code: 'storageUnavailable' });
    assert.deepEqual(spoolFiles(folder), before);
  }
  await using next = nextRun(folder);
  const blobs = new FileBlobStore(folder.pathOf('blobs'));
  const { segments } = await recover(next, blobs, folder);
  assert.equal(segments, 2);
  assert.deepEqual(spoolFiles(folder), []);
  assert.deepEqual(await folder.findings(), []);
});

test('recovery of a folder without a spool finds nothing, and files that are no spool are left alone', async () => {
  await using folder = await DataFolder.open();
  await folder.stop();
  const foreign = join(folder.pathOf('spool'), 'notes.txt');
  await using next = nextRun(folder);
  const blobs = new FileBlobStore(folder.pathOf('blobs'));
  const nothing = { conversations: 0, recordings: 0, goingOn: 0, segments: 0, paused: 0 };
  assert.deepEqual(await recover(next, blobs, folder), nothing);
  writeFileSync(foreign, 'not ours');
  assert.deepEqual(await recover(next, blobs, folder), nothing);
  assert.deepEqual(readdirSync(folder.pathOf('spool')), ['notes.txt']);
});

test('a spool file of noise is recovered as nothing, and does not stop the start', async () => {
  await using folder = await DataFolder.open();
  await folder.stop();
  writeFileSync(join(folder.pathOf('spool'), 'w9-000001.spool'), Buffer.alloc(5_000, 0x5a));
  await using next = nextRun(folder);
  const recovered = await recover(next, new FileBlobStore(folder.pathOf('blobs')), folder);
  assert.equal(recovered.segments, 0);
  assert.deepEqual(spoolFiles(folder), []);
});
