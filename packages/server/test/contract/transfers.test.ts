/** The official clients transfer and consult; a pause stays as it is. */
import assert from 'node:assert/strict';
import { otherUser } from '../http/http-under-test.ts';
import { type AgentScene, agentScene, conversationIn, readWhole } from './agent-scene.ts';
import type { ContractUnderTest } from './contract-under-test.ts';
import { covers } from './covers.ts';
import { typeIn } from './type-in.ts';

const queueId = '5f1f4b0e-0000-4000-8000-00000000aaaa';

const targets: { readonly [ending: string]: object } = {
  Replace: { userId: otherUser, transferType: 'Unattended' },
  ReplaceAgent: { userId: otherUser },
  ReplaceQueue: { queueId },
  ReplaceExternal: { address: '+15550123' },
  Transfer: { address: '+15550123' },
  Consult: { destination: { userId: otherUser }, speakTo: 'DESTINATION' },
  ConsultAgent: { userId: otherUser },
  ConsultQueue: { queueId },
  ConsultExternal: { address: '+15550123' },
  VoiceConsult: { address: '+15550123' },
};

function targetOf(operation: string): object {
  const [, ending = ''] = /Participant([A-Za-z]+)$/.exec(operation) ?? [];
  return targets[ending] ?? assert.fail(operation);
}

async function pausedScene(scene: ContractUnderTest, operation: string): Promise<AgentScene> {
  const agent = await agentScene(scene, operation.includes('Conversations') ? typeIn(operation).type : 'call');
  const body = { recordingState: 'PAUSED' };
  await scene.call('patchConversationRecordingstate', { path: agent.path, body });
  return agent;
}

/** The conversation has one participant more, and is paused still. */
async function checkHandover(scene: ContractUnderTest, { path }: AgentScene, before: number): Promise<void> {
  const { participants } = conversationIn(scene, path.conversationId);
  assert.equal(participants.length, before + 1);
  assert.partialDeepStrictEqual(await readWhole(scene, path), { recordingState: 'PAUSED', securePause: true });
}

covers(
  'postConversationParticipant{Replace,ReplaceAgent,ReplaceQueue,ReplaceExternal,Transfer}',
  'hands over, and a pause stays',
  async (scene, operation) => {
    const agent = await pausedScene(scene, operation);
    const before = conversationIn(scene, agent.path.conversationId).participants.length;
    await scene.call(operation, { path: agent.path, body: targetOf(operation) }, agent.token);
    await checkHandover(scene, agent, before);
    await scene.call('getConversationsCall', { path: agent.path });
  },
);

covers(
  'postConversations{Call,Callback,Chat,Cobrowsesession,Email,Message}ParticipantReplace',
  'hands over, and a pause stays',
  async (scene, operation) => {
    const agent = await pausedScene(scene, operation);
    const before = conversationIn(scene, agent.path.conversationId).participants.length;
    await scene.call(operation, { path: agent.path, body: targetOf(operation) }, agent.token);
    await checkHandover(scene, agent, before);
  },
);

/** Who is being consulted about: the customer. */
function customerPath(scene: ContractUnderTest, { path }: AgentScene): AgentScene['path'] {
  const { participants } = conversationIn(scene, path.conversationId);
  const customer = participants.find(({ purpose }) => purpose === 'customer') ?? assert.fail();
  return { ...path, participantId: customer.id };
}

interface Consulted {
  readonly destinationParticipantId: string;
}

covers(
  'postConversationsCallParticipant{Consult,ConsultAgent,ConsultQueue,ConsultExternal,VoiceConsult}',
  'consults, and a pause stays',
  async (scene, operation) => {
    const agent = await pausedScene(scene, operation);
    const path = customerPath(scene, agent);
    const before = conversationIn(scene, path.conversationId).participants.length;
    const { destinationParticipantId } = await scene.call<Consulted>(
      operation,
      { path, body: targetOf(operation) },
      agent.token,
    );
    const { participants } = conversationIn(scene, path.conversationId);
    assert.ok(participants.some(({ id }) => id === destinationParticipantId));
    await checkHandover(scene, agent, before);
    await scene.call('getConversationsCall', { path });
  },
);

covers('patchConversationsCallParticipantConsult', 'says to whom one speaks', async (scene, operation) => {
  const agent = await pausedScene(scene, operation);
  const path = customerPath(scene, agent);
  const body = { destination: { userId: otherUser } };
  const begun = await scene.call<Consulted>('postConversationsCallParticipantConsult', { path, body }, agent.token);
  const turned = await scene.call(operation, { path, body: { speakTo: 'BOTH' } }, agent.token);
  assert.deepEqual(turned, begun);
});

covers('deleteConversationsCallParticipantConsult', 'gives a consultation up', async (scene, operation) => {
  const agent = await pausedScene(scene, operation);
  const path = customerPath(scene, agent);
  const body = { destination: { userId: otherUser } };
  await scene.call('postConversationsCallParticipantConsult', { path, body }, agent.token);
  await scene.call(operation, { path }, agent.token);
  const again = scene.call(operation, { path }, agent.token);
  await assert.rejects(again, { status: 400, code: 'conversation.error.consult.transfer.not.started' });
});
