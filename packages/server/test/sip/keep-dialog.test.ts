/** What an SRC hears of a dialog is what the next process would know of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault, type MetadataStore, type WriteBatch } from '@tacet/domain';
import { metadataOf, multipartOf, offerOf } from '../../src/demo/call-body.ts';
import { callBody, type RawPeer, requestBytes, toTagOf, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

type Wait = (batch: WriteBatch) => Promise<void> | undefined;

/** A store that waits with some of what it is given, or refuses it, and takes everything else at once. */
function holding(waitFor: Wait): (store: MetadataStore) => MetadataStore {
  return (store) => {
    const commit = async (batch: WriteBatch): Promise<void> => {
      await waitFor(batch);
      await store.commit(batch);
    };
    return new Proxy(store, {
      get: (target, name) => (name === 'commit' ? commit : Reflect.get(target, name, target).bind(target)),
    });
  };
}

test('a dialog is durable before the peer hears that it stands', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isWaiting = false;
  const wrapStore = holding(({ documents }) => {
    if (documents?.some(({ kind }) => kind === 'keptSource') !== true) return undefined;
    isWaiting = true;
    return promise;
  });
  await using sip = await sipUnderTest({ wrapStore });
  const source = sip.client('udp');
  let status: number | undefined;
  const call = someCall();
  const body = multipartOf(offerOf(call, { address: '127.0.0.1', sessionId: '1', version: 1 }), metadataOf(call));
  const answered = source.inviteWith({ body }).then((response) => {
    status = response.status;
  });
  await until('the dialog to be kept', () => isWaiting);
  await delay(100);
  assert.equal(status, undefined);
  resolve();
  await answered;
  assert.equal(status, 200);
  assert.equal((await sip.context.store.documentsOf('keptSource')).length, 1);
});

function tellsThatSourceIsGone({ documents = [] }: WriteBatch): boolean {
  return documents.some(({ kind, value }) => kind === 'keptSource' && value !== undefined && 'goneAt' in value);
}

function answersIn({ heard }: RawPeer): readonly (readonly [string, number])[] {
  return heard.flatMap((one) => (one.kind === 'response' ? [[one.cseq.method, one.status] as const] : []));
}

/** A peer in a recording session, and its BYE. */
async function talking(sip: SipUnderTest): Promise<{ readonly peer: RawPeer; readonly bye: Uint8Array }> {
  const peer = await udpPeer(sip.server.address);
  const callId = 'goodbye@peer';
  peer.send(requestBytes({ method: 'INVITE', branch: 'z9hG4bKhello', callId, ...callBody(someCall()) }));
  await until('the dialog', () => answersIn(peer).some(([, status]) => status === 200));
  const inside = { callId, toTag: toTagOf(peer.heard.at(-1) ?? assert.fail()) };
  peer.send(requestBytes({ method: 'ACK', ...inside }));
  return { peer, bye: requestBytes({ method: 'BYE', branch: 'z9hG4bKgoodbye', sequence: 2, ...inside }) };
}

test('BYE is answered when no crash can bring its recording back', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isWaiting = false;
  const wrapStore = holding((batch) => {
    if (!tellsThatSourceIsGone(batch)) return undefined;
    isWaiting = true;
    return promise;
  });
  await using sip = await sipUnderTest({ wrapStore });
  const { peer, bye } = await talking(sip);
  await using _peer = peer;
  peer.send(bye);
  await until('the end to be written down', () => isWaiting);
  peer.send(bye);
  await delay(100);
  const ofBye = () => answersIn(peer).filter(([method]) => method === 'BYE');
  assert.deepEqual(ofBye(), []);
  resolve();
  await until('the answer', () => ofBye().length > 0);
  peer.send(bye);
  await until('the same answer again', () => ofBye().length > 1);
  assert.deepEqual(ofBye(), [
    ['BYE', 200],
    ['BYE', 200],
  ]);
  await until('the end', async () => (await sip.recording()).endedAt !== undefined);
});

test('BYE does not wait for the captures to be closed and stored', async () => {
  await using sip = await sipUnderTest();
  const { peer, bye } = await talking(sip);
  await using _peer = peer;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = sip.media.end.bind(sip.media);
  sip.media.end = async (streamId) => {
    await promise;
    return end(streamId);
  };
  peer.send(bye);
  await until('the answer', () => answersIn(peer).some(([method, status]) => method === 'BYE' && status === 200));
  assert.equal((await sip.recording()).endedAt, undefined);
  const [gone = assert.fail()] = await sip.context.store.documentsOf('keptSource');
  assert.ok('goneAt' in gone && gone.by.door === 'SIP BYE');
  resolve();
  await until('the end', async () => (await sip.recording()).endedAt !== undefined);
  assert.deepEqual(await sip.context.store.documentsOf('keptSource'), []);
});

test('BYE is answered with 200 though its end cannot be written down', async () => {
  const wrapStore = holding((batch) =>
    tellsThatSourceIsGone(batch) ? Promise.reject(new Fault('storageUnavailable')) : undefined,
  );
  await using sip = await sipUnderTest({ wrapStore });
  const { peer, bye } = await talking(sip);
  await using _peer = peer;
  peer.send(bye);
  await until('the answer', () => answersIn(peer).some(([method, status]) => method === 'BYE' && status === 200));
  assert.deepEqual(
    sip.reports.map(({ message }) => message),
    ['storageUnavailable'],
  );
  await until('the end', async () => (await sip.recording()).endedAt !== undefined);
});
