/** A conversation in which much has happened is still what the contract's models say, at every door that shows it. */
import { test } from 'node:test';
import { mediaTypeRows } from '@tacet/domain';
import { agentUser, otherUser } from '../http/http-under-test.ts';
import { agentScene, readWhole } from './agent-scene.ts';
import { ContractUnderTest } from './contract-under-test.ts';

const change = 'patchConversationParticipant';

/** What is done to each, in this order; the conversation is read after every step. */
const steps: readonly (readonly [operation: string, body?: object])[] = [
  [change, { held: true, muted: true }],
  ['patchConversationRecordingstate', { recordingState: 'PAUSED' }],
  ['patchConversationParticipantAttributes', { attributes: { orderNumber: '17' } }],
  ['putConversationParticipantFlaggedreason'],
  ['putConversationTags', { externalTag: 'order 17' }],
  [change, { held: false, wrapup: { code: 'sold', notes: 'At last', tags: ['gold'] } }],
  ['postConversationParticipantReplace', { userId: otherUser, transferType: 'Attended' }],
  ['postConversationDisconnect'],
];

/** Types whose conversations can be read on their own, as the names of operations have them. */
const readable = ['Call', 'Callback', 'Chat', 'Cobrowsesession', 'Email', 'Message'];

for (const { type } of mediaTypeRows) {
  test(`a conversation of type ${type} keeps to the contract's models whatever is done to it`, async () => {
    await using scene = await ContractUnderTest.start();
    const { path } = await agentScene(scene, type);
    const token = scene.under.tokens.issue({ role: 'admin', userId: agentUser });
    const own = readable.find((name) => name.toLowerCase() === type);
    for (const [operation, body] of steps) {
      scene.under.clock.advance(1_000);
      await scene.call(operation, body === undefined ? { path } : { path, body }, token);
      await readWhole(scene, path, own);
    }
  });
}
