/** Communications in every state and with everything that can be said of them, held against the contract's models. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  type Communication,
  type ConversationId,
  communicationStates,
  disconnectTypes,
  type Instant,
  type MediaType,
  mediaTypeRows,
  type ParticipantId,
  type QueueId,
  type RecordingId,
} from '@tacet/domain';
import { violations } from '../contract/violations.ts';
import { HttpUnderTest } from './http-under-test.ts';
import { begun } from './start-conversations.ts';

const details = {
  provider: 'Somebody',
  scriptId: 'script-1',
  callbackNumbers: ['+15550100'],
  callbackUserName: 'Zoë',
  callerId: '+15550199',
  callerIdName: 'Shop',
  toAddress: 'shop',
  fromAddress: 'zoe',
  messageType: 'open',
  roomId: 'room 7',
  cobrowseRole: 'sharer',
  socialMediaId: 'post 1',
  socialMediaHub: 'hub',
  socialUserName: '@zoe',
} as const;

/** Everything at once, whether or not it can be so. */
function everything(communication: Communication, now: Instant): Communication {
  return {
    ...communication,
    alertingAt: after(now, -9_000),
    connectedAt: after(now, -8_000),
    heldSince: after(now, -1_000),
    holds: [{ from: after(now, -6_000), to: after(now, -5_000) }],
    recordingId: communication.id as string as RecordingId,
    isMuted: true,
    isConfined: true,
    parkedAt: now,
    resumeAt: now,
    wrapup: {
      code: 'c1',
      name: 'Sold',
      notes: 'n',
      tags: ['t'],
      durationSeconds: 3,
      endedAt: now,
      isProvisional: true,
    },
    details: { ...details, callbackScheduledAt: after(now, 1_000) },
  };
}

async function modelsOf(under: HttpUnderTest, id: ConversationId, type: MediaType) {
  const token = under.tokens.issue({ role: 'supervisor' });
  const read = async (path: string) => (await under.send('GET', `/api/v2/conversations/${path}`, { token })).json;
  const row = mediaTypeRows.find((one) => one.type === type) ?? assert.fail();
  return { whole: await read(id), flat: await read(`${row.apiPath}/${id}`), key: row.participantKey };
}

/** The contract's name of the model that the door of a media type answers. */
const flatModels: { readonly [type in MediaType]?: string } = {
  call: 'CallConversation',
  callback: 'CallbackConversation',
  chat: 'ChatConversation',
  cobrowsesession: 'CobrowseConversation',
  email: 'EmailConversation',
  message: 'MessageConversation',
};

for (const { type } of mediaTypeRows) {
  test(`a ${type} says only what its models have, in their words, in whichever state it is`, async () => {
    await using under = await HttpUnderTest.start();
    const id = await begun(under, type);
    const live = under.control.live.get(id) ?? assert.fail();
    const before = live.conversation;
    const model = flatModels[type];
    for (const state of communicationStates) {
      const now = under.clock.now();
      const ending = { disconnectedAt: now, disconnectType: disconnectTypes[3] };
      const end = state === 'disconnected' ? ending : {};
      live.conversation = {
        ...before,
        externalTag: 'tag',
        transfers: [
          { id: 't1', at: now, state: 'Active', participantId: 'p' as ParticipantId, to: { queueId: 'q' as QueueId } },
        ],
        participants: before.participants.map((participant) => ({
          ...participant,
          queueId: 'q1' as QueueId,
          consultParticipantId: participant.id,
          attributes: { a: 'b' },
          flaggedAt: now,
          communications: participant.communications.map((c) => ({ ...everything(c, now), state, ...end })),
        })),
      };
      const { whole, flat, key } = await modelsOf(under, id, type);
      assert.deepEqual(violations('Conversation', whole), [], state);
      assert.equal('state' in Object(whole), false, 'a conversation that is read has no state');
      const version = type === 'chat' ? 'legacy' : 'current';
      if (model !== undefined) assert.deepEqual(violations(model, flat, version), [], state);
      assert.partialDeepStrictEqual(whole, {
        externalTag: 'tag',
        recentTransfers: [{ id: 't1', state: 'Active', destination: { address: 'q' } }],
        participants: [
          {
            attributes: { a: 'b' },
            flaggedReason: 'general',
            wrapup: { code: 'c1', provisional: true },
            [key]: [{ provider: 'Somebody', wrapup: { code: 'c1', tags: ['t'] } }],
          },
        ],
      });
    }
  });
}

test('the recording of a communication is named where its model has a place for it, and nowhere else', async () => {
  await using under = await HttpUnderTest.start();
  for (const { type } of mediaTypeRows) {
    const id = await begun(under, type);
    const live = under.control.live.get(id) ?? assert.fail();
    const participants = live.conversation.participants.map((p) => ({
      ...p,
      communications: p.communications.map((c) => everything(c, under.clock.now())),
    }));
    live.conversation = { ...live.conversation, participants };
    const { whole, key } = await modelsOf(under, id, type);
    const [{ [key]: [communication = assert.fail()] = [] } = assert.fail()] = (
      whole as { readonly participants: readonly { readonly [key: string]: readonly object[] }[] }
    ).participants;
    const hasPlace = ['call', 'chat', 'email', 'message', 'social'].includes(type);
    assert.equal('recordingId' in communication, hasPlace, type);
    assert.equal('recordingState' in communication, type === 'call', type);
    assert.equal('held' in communication, !['cobrowsesession', 'screenshare', 'video'].includes(type), type);
    assert.equal('segments' in communication, type !== 'video', type);
  }
});
