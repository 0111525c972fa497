/** Recordings are deleted when their date has come: keys first, then files, and again after whatever went wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BlobStore, Fault, instant, type RecordingId } from '@tacet/domain';
import { MemoryBlobs } from '@tacet/testkit';
import {
  changeProtection,
  changeRetention,
  Expiry,
  type ExpiryPorts,
  expiriesPerRound,
  readRecording,
} from '../../src/control/index.ts';
import { isPlayable } from '../../src/http/view-recording.ts';
import { someSegment } from '../store-samples.ts';
import { actorWith, ControlUnderTest } from './control-under-test.ts';

const admin = actorWith('admin');

/** A recording that is over, with two segments in store. */
class Kept implements AsyncDisposable {
  readonly under = new ControlUnderTest({ lingerMs: 0 });
  readonly blobs = new MemoryBlobs();
  readonly forgotten: RecordingId[] = [];

  ports(blobs: BlobStore = this.blobs): ExpiryPorts {
    const forget = async (id: RecordingId): Promise<void> => void this.forgotten.push(id);
    return { control: this.under.context, store: this.under.expiryStore, blobs, forget };
  }

  async recorded(name = 'call-1') {
    const keys = { conversationKeys: [name], externalIds: [{ name: 'communicationSession', value: name }] };
    const { recordingId, conversationId } = await this.under.startCall(keys, name);
    const segments = [0, 1].map((number) => someSegment(recordingId, number, 'a2V5'));
    for (const { blobName } of segments) await this.blobs.put(blobName, Buffer.from('sealed'));
    await this.under.context.store.commit({ segments });
    await this.under.endCall(recordingId);
    return { recordingId, conversationId };
  }

  /** Its date is now. */
  async due(name?: string) {
    const ids = await this.recorded(name);
    await this.date(ids, 0);
    return ids;
  }

  async date(ids: { readonly recordingId: RecordingId; readonly conversationId: never | string }, inMs: number) {
    const request = { actor: admin, asked: this.under.asked('PUT recording') };
    const deleteAt = instant(this.under.clock.now() + inMs);
    return changeRetention(this.under.context, request, ids as never, { archiveAt: undefined, deleteAt });
  }

  async protect(conversationId: never | string, isProtected = true) {
    const request = { actor: admin, asked: this.under.asked('PUT deletionprotection') };
    assert.deepEqual(await changeProtection(this.under.context, request, [conversationId as never], isProtected), []);
  }

  async state(id: RecordingId): Promise<string> {
    const { fileState } = await this.under.recording(id);
    const keys = (await this.under.context.store.segmentsOf(id)).filter(({ wrappedKey }) => wrappedKey !== '').length;
    return `${fileState} ${keys} keys`;
  }

  async told(): Promise<readonly string[]> {
    const entries = await this.under.audit();
    return entries.map(({ action }) => action).filter((one) => one === 'deletionBegun' || one === 'recordingDeleted');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.under[Symbol.asyncDispose]();
  }
}

test('a recording whose date has come is deleted, with its keys, its files and what is kept in memory', async () => {
  await using kept = new Kept();
  const { recordingId } = await kept.due();
  assert.equal(await kept.state(recordingId), 'AVAILABLE 2 keys');
  assert.deepEqual(await new Expiry(kept.ports()).round(), { deleted: 1, failed: 0 });
  assert.equal(await kept.state(recordingId), 'DELETED 0 keys');
  assert.equal(kept.blobs.size, 0);
  assert.deepEqual(kept.forgotten, [recordingId]);
  assert.deepEqual(await kept.told(), ['deletionBegun', 'recordingDeleted']);
  assert.deepEqual(await new Expiry(kept.ports()).round(), { deleted: 0, failed: 0 });
});

test('a recording stays until its date, and one without a date stays', async () => {
  await using kept = new Kept();
  const later = await kept.recorded();
  const never = await kept.recorded('call-2');
  await kept.date(later, 10_000);
  const expiry = new Expiry(kept.ports());
  kept.under.clock.advance(9_999);
  assert.equal((await expiry.round()).deleted, 0);
  kept.under.clock.advance(1);
  assert.equal((await expiry.round()).deleted, 1);
  assert.equal(await kept.state(never.recordingId), 'AVAILABLE 2 keys');
});

test('a recording that goes on, or is not all in store yet, is not deleted', async () => {
  await using kept = new Kept();
  const { recordingId } = await kept.under.startCall();
  const live = await kept.under.recording(recordingId);
  const retention = { deleteAt: instant(kept.under.clock.now() - 1) };
  const expiry = new Expiry(kept.ports());
  for (const more of [{}, { endedAt: kept.under.clock.now(), fileState: 'UPLOADING' as const }]) {
    await kept.under.context.store.commit({ recordings: [{ ...live, ...more, retention }] });
    assert.deepEqual(await expiry.round(), { deleted: 0, failed: 0 });
  }
  assert.deepEqual(await kept.told(), []);
});

test('a protected recording stays, and is deleted once it is not protected any more', async () => {
  await using kept = new Kept();
  const { recordingId, conversationId } = await kept.due();
  await kept.protect(conversationId);
  const expiry = new Expiry(kept.ports());
  assert.deepEqual(await expiry.round(), { deleted: 0, failed: 0 });
  assert.equal(await kept.state(recordingId), 'AVAILABLE 2 keys');
  await kept.protect(conversationId, false);
  assert.equal((await expiry.round()).deleted, 1);
});

test('a protection that comes at the last moment holds', async () => {
  await using kept = new Kept();
  const { recordingId, conversationId } = await kept.due();
  kept.under.faulty.onCommit = async ({ audit = [] }) => {
    if (audit[0]?.action === 'deletionBegun') await kept.protect(conversationId);
  };
  assert.deepEqual(await new Expiry(kept.ports()).round(), { deleted: 0, failed: 0 });
  assert.equal(await kept.state(recordingId), 'AVAILABLE 2 keys');
  assert.equal((await kept.under.recording(recordingId)).deletionBegunAt, undefined);
  assert.equal(kept.blobs.size, 2);
});

test('keys are destroyed only after the audit log says so', async () => {
  await using kept = new Kept();
  const { recordingId } = await kept.due();
  kept.under.faulty.failWhen(({ audit = [] }) => audit[0]?.action === 'deletionBegun');
  const expiry = new Expiry(kept.ports());
  assert.deepEqual(await expiry.round(), { deleted: 0, failed: 1 });
  assert.equal(await kept.state(recordingId), 'AVAILABLE 2 keys');
  kept.under.faulty.heal();
  assert.equal((await expiry.round()).deleted, 1);
});

test('from the moment its deletion begins nothing of a recording is given out', async () => {
  await using kept = new Kept();
  const ids = await kept.due();
  let wasPlayable: boolean | undefined;
  const failing: BlobStore = Object.assign(Object.create(kept.blobs) as MemoryBlobs, {
    async remove() {
      wasPlayable = isPlayable(await kept.under.recording(ids.recordingId));
      throw new Fault('storageUnavailable');
    },
  });
  const before = await readRecording(kept.under.context, admin, ids);
  assert.equal(isPlayable(before.recording), true);
  await new Expiry(kept.ports(failing)).round();
  assert.equal(wasPlayable, false);
});

test('a deletion that broke off anywhere is done again, and keys are gone before files', async () => {
  await using kept = new Kept();
  const { recordingId } = await kept.due();
  let keysAtRemoval: string | undefined;
  const failing: BlobStore = Object.assign(Object.create(kept.blobs) as MemoryBlobs, {
    async remove() {
      keysAtRemoval = await kept.state(recordingId);
      throw new Fault('storageUnavailable');
    },
  });
  assert.deepEqual(await new Expiry(kept.ports(failing)).round(), { deleted: 0, failed: 1 });
  assert.equal(keysAtRemoval, 'AVAILABLE 0 keys');
  assert.notEqual((await kept.under.recording(recordingId)).deletionBegunAt, undefined, 'nothing of it is given out');
  kept.under.faulty.failWhen(({ audit = [] }) => audit[0]?.action === 'recordingDeleted');
  assert.deepEqual(await new Expiry(kept.ports()).round(), { deleted: 0, failed: 1 });
  kept.under.faulty.heal();
  assert.deepEqual(await new Expiry(kept.ports()).round(), { deleted: 1, failed: 0 });
  assert.equal(await kept.state(recordingId), 'DELETED 0 keys');
  assert.equal(kept.blobs.size, 0);
  assert.deepEqual(await kept.told(), ['deletionBegun', 'recordingDeleted'], 'begun once');
});

test('a deletion that has begun is finished, whatever is protected meanwhile', async () => {
  await using kept = new Kept();
  const { recordingId, conversationId } = await kept.due();
  await kept.under.expiryStore.destroyKeys(recordingId);
  await kept.protect(conversationId);
  assert.equal((await new Expiry(kept.ports()).round()).deleted, 1);
  assert.equal(await kept.state(recordingId), 'DELETED 0 keys');
});

test('what is deleted, or has begun to be, gets no other date', async () => {
  await using kept = new Kept();
  const ids = await kept.due();
  await kept.under.expiryStore.destroyKeys(ids.recordingId);
  const isRefused = (error: unknown): boolean => error instanceof Fault && error.code === 'constraintBroken';
  await assert.rejects(kept.date(ids, 10_000), isRefused);
  await new Expiry(kept.ports()).round();
  await assert.rejects(kept.date(ids, 10_000), isRefused);
});

test('a round of deletions is bounded, and the next one goes on behind it', async () => {
  await using kept = new Kept();
  const first = await kept.due();
  await kept.protect(first.conversationId);
  const one = await kept.under.recording(first.recordingId);
  const ids = Array.from({ length: expiriesPerRound }, (_, n) => `${one.id.slice(0, -6)}${String(n).padStart(6, 'e')}`);
  const others = ids.map((id) => ({ ...one, id: id as RecordingId, conversationId: 'another' as never }));
  const due = { deleteAt: instant(kept.under.clock.now()) };
  await kept.under.context.store.commit({ recordings: others.map((other) => ({ ...other, retention: due })) });
  const expiry = new Expiry(kept.ports());
  const rounds = [(await expiry.round()).deleted, (await expiry.round()).deleted];
  assert.ok((rounds[0] ?? 0) <= expiriesPerRound);
  assert.equal((rounds[0] ?? 0) + (rounds[1] ?? 0), expiriesPerRound, 'the protected one keeps nobody waiting');
});
