/** The official clients change conversations as a whole. */
import assert from 'node:assert/strict';
import { isActive } from '@tacet/domain';
import { otherUser } from '../http/http-under-test.ts';
import { Changed } from './changed-conversation.ts';
import { covers } from './covers.ts';

interface Told {
  readonly id: string;
  readonly recordingState: string;
  readonly securePause: boolean;
  readonly endTime?: string;
}

covers(
  'patchConversations{Call,Callback,Chat,Cobrowsesession,Email,Message}',
  'pauses and resumes with 202, and ends it for everybody with 200; both answer the conversation',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    const paused = await changed.call<Told>({ recordingState: 'paused' });
    assert.deepEqual(
      [paused.id, paused.recordingState, paused.securePause],
      [changed.ids['conversationId'], 'PAUSED', true],
    );
    await changed.call({ recordingState: 'ACTIVE' });
    const ended = await changed.call<Told>({ state: 'DISCONNECTED' });
    assert.notEqual(ended.endTime, undefined);
    assert.equal(isActive(await changed.conversation()), false);
    assert.deepEqual(
      scene.exchangesOf(operation).map(({ status }) => status),
      [202, 202, 200],
    );
  },
);

covers('deleteConversation', 'ends it, and everybody leaves', async (scene, operation) => {
  const changed = await Changed.start(scene, operation);
  await changed.call();
  assert.equal(isActive(await changed.conversation()), false);
  await assert.rejects(changed.call(), { status: 404, code: 'conversation.error.conversation.not.found' });
});

covers('postConversationDisconnect', 'ends it, and everybody leaves', async (scene, operation) => {
  const changed = await Changed.start(scene, operation);
  assert.equal(await changed.call(), changed.ids['conversationId']);
  assert.equal(isActive(await changed.conversation()), false);
});

covers('putConversationTags', 'sets the name that another system gave it', async (scene, operation) => {
  const changed = await Changed.start(scene, operation);
  assert.equal(await changed.call({ externalTag: 'case 7' }), changed.ids['conversationId']);
  assert.equal((await changed.conversation()).externalTag, 'case 7');
  await changed.call({ externalTag: 'x'.repeat(256) });
  await assert.rejects(changed.call({ externalTag: 'x'.repeat(257) }), { status: 400, code: 'constraint.validation' });
});

covers('postConversationAssign', 'rings the user', async (scene, operation) => {
  const changed = await Changed.start(scene, operation);
  assert.equal(await changed.call({ id: otherUser }), changed.ids['conversationId']);
  assert.partialDeepStrictEqual(await changed.newest(), { userId: otherUser, communications: [{ state: 'alerting' }] });
  await assert.rejects(changed.call({ id: 'nobody' }), { status: 400, code: 'constraint.validation' });
});
