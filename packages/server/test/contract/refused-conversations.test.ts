/** What the contract has a code for, when a conversation cannot be changed as somebody wishes. */
import { agentUser, otherUser } from '../http/http-under-test.ts';
import { agentScene, conversationIn } from './agent-scene.ts';
import type { ContractUnderTest } from './contract-under-test.ts';
import { type RefusedCall, refuses } from './documented-refusals.ts';
import { typeIn } from './type-in.ts';

/** The agent's call, with this body. */
function agentWith(body: object): (scene: ContractUnderTest, operation: string) => Promise<RefusedCall> {
  return async (scene, operation) => {
    const type = operation.includes('Conversations') ? typeIn(operation).type : 'call';
    return { ...(await agentScene(scene, type)), body };
  };
}

/** The same, after the agent has left. */
async function agentWhoLeft(scene: ContractUnderTest): Promise<RefusedCall> {
  const agent = await agentScene(scene);
  await scene.call('patchConversationParticipant', { path: agent.path, body: { state: 'disconnected' } }, agent.token);
  return agent;
}

refuses(
  'patchConversationsCall',
  { status: 403, code: 'conversation.error.forbidden.not.active.participant' },
  async (scene) => {
    const token = scene.under.tokens.issue({ role: 'agent', userId: otherUser });
    return { ...(await agentScene(scene)), token, body: { recordingState: 'PAUSED' } };
  },
);
refuses(
  'patchConversationsCall',
  { status: 400, code: 'conversation.error.empty.conversation.list' },
  agentWith({ conversationIds: [] }),
);
refuses(
  'patchConversationsCallback',
  { status: 400, code: 'conversation.error.cannot.conference.self' },
  async (scene) => {
    const agent = await agentScene(scene, 'callback');
    return { ...agent, body: { conversationIds: [agent.path.conversationId] } };
  },
);
refuses('patchConversationsCall', { status: 400, code: 'invalid.value' }, agentWith({ recordingState: 'STOPPED' }));
refuses(
  'patchConversationsCall',
  { status: 400, code: 'conversation.error.cannot.create.conference' },
  agentWith({ conversationIds: [otherUser] }),
);
refuses(
  'patchConversationsCall',
  { status: 400, code: 'invalid.property' },
  agentWith({ recordingState: 'PAUSED', state: 'disconnected' }),
);
refuses(
  'patchConversationsCallParticipant',
  { status: 400, code: 'constraint.validation' },
  agentWith({ recording: true }),
);
refuses('putConversationsCallRecordingstate', { status: 400, code: 'invalid.value' }, async (scene) => {
  const { path } = await agentScene(scene);
  return { path, body: { recordingState: 'NONE' } };
});
refuses(
  'putConversationsEmailRecordingstate',
  { status: 404, code: 'conversation.error.conversation.not.found' },
  async (scene) => {
    const { path } = await agentScene(scene);
    return { path, body: { recordingState: 'PAUSED' } };
  },
);

const participant = 'patch{ConversationParticipant,ConversationsCallParticipant}';
refuses(
  participant,
  { status: 400, code: 'conversation.error.wrapup.code.required' },
  agentWith({ wrapup: { notes: 'none' } }),
);
refuses(participant, { status: 400, code: 'conversation.error.cannot.confine.party' }, agentWith({ confined: true }));
refuses(participant, { status: 400, code: 'conversation.error.call.disconnected' }, async (scene) => ({
  ...(await agentWhoLeft(scene)),
  body: { muted: true },
}));
refuses(participant, { status: 400, code: 'conversation.error.hold.alerting' }, async (scene) => {
  const { path } = await agentScene(scene);
  await scene.call('postConversationAssign', { path, body: { id: otherUser } });
  const alerting = conversationIn(scene, path.conversationId).participants.find(({ userId }) => userId === otherUser);
  const token = scene.under.tokens.issue({ role: 'agent', userId: otherUser });
  return { path: { ...path, participantId: alerting?.id ?? '' }, token, body: { held: true } };
});
refuses(participant, { status: 404, code: 'conversation.error.not.conversation.participant' }, async (scene) => {
  const agent = await agentScene(scene);
  return { ...agent, path: { ...agent.path, participantId: agentUser }, body: { held: true } };
});
refuses(
  'patchConversations{Call,Email}ParticipantCommunication',
  { status: 400, code: 'communication.state.required' },
  agentWith({ held: true }),
);

const replace = 'post{ConversationParticipant,ConversationsCallParticipant,ConversationsEmailParticipant}Replace';
refuses(replace, { status: 400, code: 'conversations.error.transfer.same.party' }, agentWith({ userId: agentUser }));
refuses(
  'postConversationParticipantReplace',
  { status: 400, code: 'conversations.error.transfer.not.connected' },
  async (scene) => {
    const { path } = await agentWhoLeft(scene);
    return { ...(path === undefined ? {} : { path }), body: { userId: otherUser } };
  },
);
refuses(
  'postConversationParticipantReplaceQueue',
  { status: 400, code: 'conversations.error.queue.not.found' },
  agentWith({ queueId: 'sales' }),
);

/** A consultation about the customer, asked for with this body. */
function consulting(body: object, token?: 'ofAdministrator'): (scene: ContractUnderTest) => Promise<RefusedCall> {
  return async (scene) => {
    const agent = await agentScene(scene);
    const { participants } = conversationIn(scene, agent.path.conversationId);
    const participantId = participants.find(({ purpose }) => purpose === 'customer')?.id ?? '';
    const path = { ...agent.path, participantId };
    return token === undefined ? { ...agent, path, body } : { path, body };
  };
}

const consult = 'postConversationsCallParticipantConsult';
const destination = { userId: otherUser };
refuses(
  consult,
  { status: 400, code: 'conversation.error.consult.transfer.no.initiator' },
  consulting({ destination }, 'ofAdministrator'),
);
refuses(consult, { status: 400, code: 'conversation.error.consult.transfer.no.destination' }, consulting({}));
refuses(
  consult,
  { status: 400, code: 'conversation.error.cannot.transfer.to.self' },
  consulting({ destination: { userId: agentUser } }),
);
refuses(
  consult,
  { status: 400, code: 'not.a.participant' },
  consulting({ destination, consultingUserId: otherUser }, 'ofAdministrator'),
);
refuses(
  'patchConversationsCallParticipantConsult',
  { status: 404, code: 'conversation.error.consult.transfer.pending.not.found' },
  consulting({ speakTo: 'BOTH' }),
);
refuses(
  'deleteConversationsCallParticipantConsult',
  { status: 400, code: 'conversation.error.consult.transfer.not.started' },
  agentWith({}),
);

const queueId = '5f1f4b0e-0000-4000-8000-00000000aaaa';

function withBody(body: object): () => Promise<RefusedCall> {
  return async () => ({ body });
}

const callback = 'postConversationsCallbacks';
refuses(callback, { status: 400, code: 'callback.error.missing.callback.numbers' }, withBody({ queueId }));
refuses(
  callback,
  { status: 400, code: 'callback.error.missing.queue.id' },
  withBody({ callbackNumbers: ['+15550100'] }),
);
refuses(
  callback,
  { status: 400, code: 'callback.error.scheduled.time.too.far.in.future' },
  withBody({ queueId, callbackNumbers: ['+15550100'], callbackScheduledTime: '2099-01-01T00:00:00.000Z' }),
);

const email = 'postConversationsEmails';
const provider = 'PureCloud Email';
refuses(
  email,
  { status: 400, code: 'too.many.create.email.parameters' },
  withBody({ provider, queueId, flowId: queueId }),
);
refuses(email, { status: 400, code: 'email.error.invalid.queue' }, withBody({ provider, queueId: 'sales' }));
refuses(email, { status: 400, code: 'bad.flow.id' }, withBody({ provider, flowId: 'sales' }));
refuses(email, { status: 400, code: 'email.outbound.queue.required' }, withBody({ provider, direction: 'OUTBOUND' }));
refuses(
  email,
  { status: 400, code: 'postino.error.notnull.createconversationrequest.provider' },
  withBody({ queueId }),
);
refuses(
  email,
  { status: 400, code: 'postino.error.notnull.createconversationrequest.queueid' },
  withBody({ provider }),
);
