/** The official clients pause and resume conversations of every media type. */
import assert from 'node:assert/strict';
import { mediaTypeRows } from '@tacet/domain';
import { agentUser } from '../http/http-under-test.ts';
import type { ContractUnderTest } from './contract-under-test.ts';
import { covers } from './covers.ts';
import { typeIn } from './type-in.ts';

function isPaused({ under }: ContractUnderTest, conversationId: string): boolean {
  const live = [...under.control.live.all()].find(({ conversation }) => conversation.id === conversationId);
  return live?.conversation.control.causes.some(({ cause }) => cause === 'securePause') ?? assert.fail();
}

covers(
  'putConversations{Call,Callback,Chat,Cobrowsesession,Email,Message,Screenshare,Social,Video}Recordingstate',
  'pauses and resumes, in upper and in lower case, and resolves to the state',
  async (scene, operation) => {
    const conversationId = await scene.under.addConversation(typeIn(operation).type);
    const token = scene.under.tokens.issue({ role: 'recorder-integration' });
    const put = (recordingState: string): Promise<unknown> =>
      scene.call(operation, { path: { conversationId }, body: { recordingState } }, token);
    assert.deepEqual([await put('PAUSED'), isPaused(scene, conversationId)], ['PAUSED', true]);
    assert.deepEqual([await put('paused'), isPaused(scene, conversationId)], ['PAUSED', true]);
    // Nothing captures these conversations, so nothing is active again.
    assert.deepEqual([await put('ACTIVE'), isPaused(scene, conversationId)], ['NONE', false]);
  },
);

covers(
  'putConversationsCallRecordingstate',
  'shuts every gate of a call that is recorded',
  async (scene, operation) => {
    const { conversationId, streamIds } = await scene.under.startCall();
    const put = (recordingState: string): Promise<unknown> =>
      scene.call(operation, { path: { conversationId }, body: { recordingState } });
    assert.equal(await put('PAUSED'), 'PAUSED');
    for (const streamId of streamIds) assert.equal(scene.under.media.isOpen(streamId), false);
    assert.equal(await put('ACTIVE'), 'ACTIVE');
    for (const streamId of streamIds) assert.equal(scene.under.media.isOpen(streamId), true);
  },
);

covers(
  'patchConversationRecordingstate',
  'pauses whatever the media types, and resolves to nothing',
  async (scene, operation) => {
    for (const { type } of mediaTypeRows) {
      const conversationId = await scene.under.addConversation(type);
      const given = { path: { conversationId }, body: { recordingState: 'PAUSED' } };
      assert.equal((await scene.call(operation, given)) || undefined, undefined);
      assert.equal(isPaused(scene, conversationId), true, type);
    }
  },
);

covers('patchConversationsCall', 'pauses the own call, and resolves to the conversation', async (scene, operation) => {
  const { conversationId } = await scene.under.startCall();
  const token = scene.under.tokens.issue({ role: 'agent', userId: agentUser });
  const patch = (recordingState: string): Promise<Record<string, unknown>> =>
    scene.call(operation, { path: { conversationId }, body: { recordingState } }, token);
  const paused = await patch('paused');
  assert.partialDeepStrictEqual(paused, { id: conversationId, recordingState: 'PAUSED', securePause: true });
  const resumed = await patch('active');
  assert.partialDeepStrictEqual(resumed, { id: conversationId, recordingState: 'ACTIVE', securePause: false });
});
