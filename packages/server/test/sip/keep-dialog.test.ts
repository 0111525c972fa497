/** What an SRC hears of a dialog is what the next process would know of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { MetadataStore, WriteBatch } from '@tacet/domain';
import { metadataOf, multipartOf, offerOf } from '../../src/demo/call-body.ts';
import { someCall } from './sample-calls.ts';
import { sipUnderTest, until } from './sip-under-test.ts';

/** A store that keeps dialogs when it is let to, and everything else at once. */
function keepingLate(until: Promise<void>, onWaiting: () => void): (store: MetadataStore) => MetadataStore {
  return (store) => {
    const commit = async (batch: WriteBatch): Promise<void> => {
      if (batch.documents?.some(({ kind }) => kind === 'keptSource') === true) {
        onWaiting();
        await until;
      }
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
  const wrapStore = keepingLate(promise, () => {
    isWaiting = true;
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
