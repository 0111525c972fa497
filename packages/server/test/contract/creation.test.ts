/** The official clients begin conversations: callbacks, e-mails, messages, chats and video. */
import assert from 'node:assert/strict';
import { agentUser, otherUser } from '../http/http-under-test.ts';
import type { ContractUnderTest } from './contract-under-test.ts';
import { covers } from './covers.ts';

const queueId = '5f1f4b0e-0000-4000-8000-00000000aaaa';
const farAway = '2026-06-01T10:00:00.000Z';

interface Begun {
  readonly id: string;
}

interface Callback {
  readonly conversation: Begun;
  readonly callbackIdentifiers: readonly (Begun & { readonly type: string })[];
}

const callback = {
  callbackNumbers: ['+15550100'],
  callbackUserName: 'Customer',
  queueId,
  scriptId: '5f1f4b0e-0000-4000-8000-00000000bbbb',
  callbackScheduledTime: farAway,
  data: { orderNumber: '17' },
  callerId: '+15550199',
  callerIdName: 'Shop',
};

async function read(scene: ContractUnderTest, type: string, conversationId: string): Promise<unknown> {
  await scene.call(`getConversations${type}`, { path: { conversationId } });
  return scene.call('getConversation', { path: { conversationId } });
}

function addCallback(scene: ContractUnderTest): Promise<Callback> {
  return scene.call('postConversationsCallbacks', { body: callback });
}

covers('postConversationsCallbacks', 'begins a callback, scheduled or at once', async (scene, operation) => {
  for (const body of [callback, { callbackNumbers: ['+15550100'], queueId }]) {
    const { conversation, callbackIdentifiers } = await scene.call<Callback>(operation, { body });
    assert.deepEqual(callbackIdentifiers.map(({ type }) => type).toSorted(), ['ACD', 'EXTERNAL']);
    await read(scene, 'Callback', conversation.id);
  }
});

covers(
  'postConversationParticipantCallbacks',
  'agrees a callback with somebody who takes part already',
  async (scene, operation) => {
    const { conversation } = await addCallback(scene);
    const conversationId = conversation.id;
    const { participants } = await scene.call<{
      readonly participants: readonly (Begun & { readonly purpose: string })[];
    }>('getConversation', { path: { conversationId } });
    const participantId = participants.find(({ purpose }) => purpose === 'customer')?.id ?? assert.fail();
    await scene.call(operation, { path: { conversationId, participantId }, body: callback });
    const { participants: after } = await scene.call<{
      readonly participants: readonly { readonly purpose: string; readonly callbacks?: readonly object[] }[];
    }>('getConversation', { path: { conversationId } });
    assert.equal(after.find(({ purpose }) => purpose === 'customer')?.callbacks?.length, 2);
    assert.equal(after.length, 3, 'the queue is another one that waits');
  },
);

covers('patchConversationsCallbacks', 'changes a callback', async (scene, operation) => {
  const { conversation } = await addCallback(scene);
  const body = { conversationId: conversation.id, agentId: otherUser, callbackNumbers: ['+15550101'] };
  assert.partialDeepStrictEqual(await scene.call(operation, { body }), { conversation: { id: conversation.id } });
  await read(scene, 'Callback', conversation.id);
});

covers(
  'postConversationsCallbacksBulkUpdate',
  'changes several, and names those that it cannot',
  async (scene, operation) => {
    const { conversation } = await addCallback(scene);
    const unknown = '0b0d1e50-0000-4000-8000-000000000000';
    const one = { agentId: otherUser, callbackScheduledTime: farAway };
    const patchCallbackRequests = [
      { ...one, conversationId: conversation.id },
      { ...one, conversationId: unknown },
    ];
    const result = await scene.call(operation, { body: { patchCallbackRequests } });
    assert.partialDeepStrictEqual(result, { errorCount: 1, errorIndexes: [1] });
  },
);

covers('postConversationsCallbacksBulkDisconnect', 'calls several off', async (scene, operation) => {
  const { conversation, callbackIdentifiers } = await addCallback(scene);
  const callbackDisconnectIdentifiers = callbackIdentifiers.map(({ id }) => ({
    conversationId: conversation.id,
    callbackId: id,
  }));
  await scene.call(operation, { body: { callbackDisconnectIdentifiers } });
  assert.ok(JSON.stringify(await read(scene, 'Callback', conversation.id)).includes('"disconnected"'));
});

const email = {
  provider: 'PureCloud Email',
  queueId,
  fromAddress: 'customer@example.test',
  fromName: 'Customer',
  toAddress: 'shop@example.test',
  subject: 'An order',
  textBody: 'Where is it?',
  attributes: { orderNumber: '17' },
};

covers('postConversationsEmails', 'begins an e-mail that came in, or that goes out', async (scene, operation) => {
  for (const direction of ['INBOUND', 'OUTBOUND']) {
    const conversation = await scene.call<Begun>(operation, { body: { ...email, direction } });
    assert.doesNotMatch(JSON.stringify(await read(scene, 'Email', conversation.id)), /Where is it/);
  }
});

covers('postConversationsEmailReconnect', 'takes an e-mail up again that is over', async (scene, operation) => {
  const { id: conversationId } = await scene.call<Begun>('postConversationsEmails', { body: email });
  const path = { conversationId };
  await scene.call('deleteConversation', { path });
  const token = scene.under.tokens.issue({ role: 'admin', userId: agentUser });
  await scene.call(operation, { path }, token);
  const again = await scene.call('getConversationsEmails', {}, token);
  assert.partialDeepStrictEqual(again, { total: 1, entities: [{ id: conversationId }] });
});

covers(
  'postConversationsMessages',
  'begins a conversation of messages, or uses the one that goes on',
  async (scene, operation) => {
    const body = { queueId, toAddress: '+15550100', toAddressMessengerType: 'sms', useExistingConversation: true };
    const first = await scene.call<Begun>(operation, { body });
    assert.equal((await scene.call<Begun>(operation, { body })).id, first.id);
    await read(scene, 'Message', first.id);
  },
);

covers('postConversationsMessagesInboundOpen', 'takes note of a message from outside', async (scene, operation) => {
  const from = { id: 'customer-1', idType: 'Opaque', nickname: 'Customer' };
  const channel = { platform: 'Open', type: 'Private', messageId: 'm-1', to: { id: 'shop' }, from, time: farAway };
  const body = { channel, type: 'Text', text: 'Where is my order?', direction: 'Inbound' };
  const answer = await scene.call(operation, { body });
  assert.partialDeepStrictEqual(answer, { channel: { from: { id: 'customer-1' } }, type: 'Text' });
  const [{ headers } = assert.fail()] = scene.exchangesOf(operation);
  await read(scene, 'Message', String(headers['tacet-conversation-id']));
});

covers('postConversationsChats', 'begins a chat that waits in a queue', async (scene, operation) => {
  const body = { queueId, provider: 'shop', customerName: 'Customer', attributes: { orderNumber: '17' } };
  const { id } = await scene.call<Begun>(operation, { body });
  await read(scene, 'Chat', id);
});

covers('postConversationsVideosMeetings', 'makes an id for a video conference', async (scene, operation) => {
  const meeting = await scene.call(operation, { body: { ephemeral: true, expireTimeDays: 2 } });
  assert.partialDeepStrictEqual(meeting, { ephemeral: true });
});

covers('getConversationsVideosMeeting', 'resolves to where the id leads', async (scene, operation) => {
  const made = await scene.call<Begun>('postConversationsVideosMeetings', {
    body: { ephemeral: false, conferenceId: 'c-1' },
  });
  const meeting = await scene.call(operation, { path: { meetingId: made.id } });
  assert.deepEqual(meeting, made);
});
