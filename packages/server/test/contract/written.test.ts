/** The official clients write in conversations and read what is recorded of it. */
import assert from 'node:assert/strict';
import { agentUser } from '../http/http-under-test.ts';
import type { ContractUnderTest } from './contract-under-test.ts';
import { covers } from './covers.ts';

interface Begun {
  readonly id: string;
}

interface Found {
  readonly participants: readonly {
    readonly purpose: string;
    readonly chats?: readonly Begun[];
    readonly messages?: readonly Begun[];
  }[];
}

/** A conversation in which an agent takes part. @returns the agent's communication beside its own id. */
async function begun(scene: ContractUnderTest, type: 'chat' | 'message') {
  const participants = [
    { purpose: 'customer', address: 'someone' },
    { purpose: 'agent', userId: agentUser, name: 'An Agent' },
  ];
  const body = { mediaType: type, participants, details: { messageType: 'sms' } };
  const token = scene.adminToken;
  const { json } = await scene.under.send('POST', '/tacet/v1/conversations', { token, body });
  const { id: conversationId, participants: found } = json as Found & Begun;
  const agent = found.find(({ purpose }) => purpose === 'agent');
  const communicationId = (type === 'chat' ? agent?.chats : agent?.messages)?.[0]?.id ?? assert.fail();
  return { conversationId, communicationId };
}

async function pause(scene: ContractUnderTest, type: 'Chat' | 'Message', conversationId: string): Promise<void> {
  await scene.call(`putConversations${type}Recordingstate`, {
    path: { conversationId },
    body: { recordingState: 'PAUSED' },
  });
}

covers(
  'postConversationsMessageCommunication{Messages,SocialmediaMessages}',
  'records what an agent writes, and nothing of it in a pause',
  async (scene, operation) => {
    const path = await begun(scene, 'message');
    const textBody = 'It is on its way.';
    const sent = await scene.call<Begun>(operation, { path, body: { textBody } });
    const shown = { direction: 'outbound', conversationId: path.conversationId, normalizedMessage: { text: textBody } };
    assert.partialDeepStrictEqual(sent, shown);
    await pause(scene, 'Message', path.conversationId);
    const withheld = await scene.call<Begun>(operation, { path, body: { textBody: 'withheld' } });
    const read = (messageId: string) => scene.call('getConversationsMessageMessage', { path: { ...path, messageId } });
    assert.partialDeepStrictEqual(await read(sent.id), { id: sent.id, ...shown });
    await assert.rejects(read(withheld.id));
  },
);

covers('getConversationsMessageMessage', 'reads one message', async (scene, operation) => {
  const path = await begun(scene, 'message');
  const body = { textBody: 'Hello.' };
  const sent = await scene.call<Begun>('postConversationsMessageCommunicationMessages', { path, body });
  const read = await scene.call(operation, { path: { ...path, messageId: sent.id } });
  assert.partialDeepStrictEqual(read, { id: sent.id, status: 'sent', direction: 'outbound' });
});

covers('postConversationsMessagesAgentless', 'records a message that a program sends', async (scene, operation) => {
  const body = {
    fromAddress: 'shop',
    toAddress: '+15550100',
    toAddressMessengerType: 'sms',
    textBody: 'Your parcel is here.',
  };
  const [first, second] = [
    await scene.call<{ readonly conversationId: string }>(operation, { body }),
    await scene.call<{ readonly conversationId: string }>(operation, { body }),
  ];
  assert.equal(first.conversationId, second.conversationId);
  assert.partialDeepStrictEqual(first, {
    messengerType: 'sms',
    message: { normalizedMessage: { text: body.textBody } },
  });
});

covers(
  'postConversationsChatCommunicationMessages',
  'records what is written in a chat, and nothing of it in a pause',
  async (scene, operation) => {
    const path = await begun(scene, 'chat');
    const first = await scene.call<Begun>(operation, { path, body: { body: 'Good morning.' } });
    assert.partialDeepStrictEqual(first, { body: 'Good morning.', sender: { displayName: 'An Agent', role: 'AGENT' } });
    await pause(scene, 'Chat', path.conversationId);
    await scene.call(operation, { path, body: { body: 'withheld' } });
    const listed = await scene.call('getConversationsChatMessages', { path });
    assert.partialDeepStrictEqual(listed, { pageSize: 1, entities: [{ id: first.id }] });
  },
);

covers('getConversationsChatMessage{,s}', 'reads what was written in a chat', async (scene, operation) => {
  const path = await begun(scene, 'chat');
  const body = { body: 'Good evening.', bodyType: 'standard' };
  const { id: messageId } = await scene.call<Begun>('postConversationsChatCommunicationMessages', { path, body });
  const token = scene.under.tokens.issue({ role: 'agent', userId: agentUser });
  const read = await scene.call(operation, { path: { ...path, messageId } }, token);
  assert.ok(JSON.stringify(read).includes('Good evening.'));
});

interface Agreed extends Begun {
  readonly name: string;
  readonly uploadUrl: string;
  readonly uploadHeaders: { readonly [name: string]: string };
}

/** Agrees on a file, and uploads it as the contract's clients do: without a bearer token. */
async function uploaded(scene: ContractUnderTest, path: { readonly [name: string]: string }): Promise<Agreed> {
  const body = { fileName: 'bill.txt', contentLengthBytes: 12 };
  const operation = 'postConversationsMessageCommunicationMessagesMediaUploads';
  const agreed = await scene.call<Agreed>(operation, { path, body });
  const headers = { ...agreed.uploadHeaders, 'content-type': 'text/plain' };
  const answer = await fetch(agreed.uploadUrl, { method: 'PUT', headers, body: 'twelve bytes' });
  assert.equal(answer.status, 200, await answer.text());
  return agreed;
}

covers(
  'postConversationsMessageCommunicationMessagesMediaUploads',
  'agrees that a file is uploaded',
  async (scene, operation) => {
    const path = await begun(scene, 'message');
    const agreed = await scene.call<Agreed>(operation, { path, body: { fileName: 'a.pdf', contentLengthBytes: 4 } });
    assert.equal(agreed.name, 'a.pdf');
    assert.ok(agreed.uploadUrl.endsWith(agreed.id));
  },
);

covers(
  'getConversationsMessageCommunicationMessagesMedia{,MediaId}',
  'tells of the files that were uploaded, and of none of a pause',
  async (scene, operation) => {
    const path = await begun(scene, 'message');
    const { id: mediaId } = await uploaded(scene, path);
    await pause(scene, 'Message', path.conversationId);
    const withheld = await uploaded(scene, path);
    const isOne = operation.endsWith('MediaId');
    const read = await scene.call(operation, { path: isOne ? { ...path, mediaId } : path });
    const file = { id: mediaId, name: 'bill.txt', mediaType: 'text/plain', contentLengthBytes: 12, status: 'valid' };
    assert.partialDeepStrictEqual(read, isOne ? file : { entities: [file], total: 1 });
    if (isOne) await assert.rejects(scene.call(operation, { path: { ...path, mediaId: withheld.id } }));
  },
);
