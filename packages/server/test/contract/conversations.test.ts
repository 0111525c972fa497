/** The official clients read conversations. */
import assert from 'node:assert/strict';
import { mediaTypeRows } from '@tacet/domain';
import { agentUser } from '../http/http-under-test.ts';
import { covers } from './covers.ts';
import { typeIn } from './type-in.ts';

covers(
  'getConversation',
  'resolves to participants with their calls, in upper and lower case as each model has it',
  async (scene, operation) => {
    const { conversationId } = await scene.under.startCall();
    const conversation = await scene.call(operation, { path: { conversationId } });
    assert.partialDeepStrictEqual(conversation, {
      id: conversationId,
      recordingState: 'ACTIVE',
      securePause: false,
      participants: [{ purpose: 'customer', calls: [{ recordingState: 'active' }] }, { userId: agentUser }],
    });
  },
);

covers('getConversationsCall', 'resolves to one flat participant for each side', async (scene, operation) => {
  const { conversationId } = await scene.under.startCall();
  const call = await scene.call(operation, { path: { conversationId } });
  assert.partialDeepStrictEqual(call, {
    id: conversationId,
    recordingState: 'active',
    participants: [{ purpose: 'customer', recordingState: 'active' }, { user: { id: agentUser } }],
  });
});

covers('getConversation', 'resolves to communications of every media type', async (scene, operation) => {
  for (const { type, participantKey } of mediaTypeRows) {
    const conversationId = await scene.under.addConversation(type);
    const conversation = await scene.call(operation, { path: { conversationId } });
    const communications = [{ state: 'connected' }];
    assert.partialDeepStrictEqual(conversation, { participants: [{ [participantKey]: communications }] }, type);
  }
});

const userId = agentUser;

covers(
  'getConversations{Callback,Chat,Cobrowsesession,Email,Message}',
  'resolves to flat participants',
  async (scene, operation) => {
    const conversationId = await scene.under.addConversation(typeIn(operation).type);
    const conversation = await scene.call(operation, { path: { conversationId } });
    const participants = [{ purpose: 'agent', state: 'connected', user: { id: userId } }];
    assert.partialDeepStrictEqual(conversation, { id: conversationId, participants });
  },
);

covers(
  'getConversations{Calls,Callbacks,Chats,Cobrowsesessions,Emails,Messages}',
  'resolves to those of the user that go on',
  async (scene, operation) => {
    const id = await scene.under.addConversation(typeIn(operation).type);
    await scene.under.addConversation('video');
    const token = scene.under.tokens.issue({ role: 'agent', userId });
    assert.partialDeepStrictEqual(await scene.call(operation, {}, token), { total: 1, entities: [{ id }] });
  },
);

covers(
  'getConversations',
  'resolves to those of the user that go on, of one type or of all',
  async (scene, operation) => {
    const id = await scene.under.addConversation('email');
    await scene.under.addConversation('call');
    const token = scene.under.tokens.issue({ role: 'agent', userId });
    assert.partialDeepStrictEqual(await scene.call(operation, {}, token), { total: 2 });
    const options = { communicationType: 'email' };
    assert.partialDeepStrictEqual(await scene.call(operation, { options }, token), { total: 1, entities: [{ id }] });
  },
);

covers('getConversationsCallsHistory', 'resolves to calls that the user had', async (scene, operation) => {
  const call = await scene.under.startCall();
  scene.under.clock.advance(5_000);
  await scene.under.endCall(call);
  const token = scene.under.tokens.issue({ role: 'agent', userId });
  const page = await scene.call(operation, { options: { pageSize: 10, pageNumber: 1 } }, token);
  assert.partialDeepStrictEqual(page, { total: 1, entities: [{ id: call.conversationId }] });
});

covers('getConversationsCallsMaximumconferenceparties', 'resolves to a number', async (scene, operation) => {
  const { maxParticipants } = await scene.call<{ readonly maxParticipants: number }>(operation);
  assert.ok(maxParticipants > 1);
});
