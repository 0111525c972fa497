/** Who may change conversations: every role, in its division and in another, with and without a user, at every door. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  builtInRoles,
  type MediaType,
  mediaTypeRows,
  type Permission,
  permissionsOf,
  type RoleName,
} from '@tacet/domain';
import type { GuardedDoor } from '../../src/http/door.ts';
import type { HttpContext } from '../../src/http/http-context.ts';
import { changeConversationDoors } from '../../src/http/routes-change-conversation.ts';
import { consultDoors } from '../../src/http/routes-consult.ts';
import { participantDoors } from '../../src/http/routes-participants.ts';
import { transferDoors } from '../../src/http/routes-transfers.ts';
import { wrapupDoors } from '../../src/http/routes-wrapup.ts';
import { agentUser, HttpUnderTest, homeDivision, otherDivision, otherUser } from './http-under-test.ts';

const queueId = '00000000-0000-4000-8000-0000000000f1';

/** By the model of the body; what is not here needs none. */
const bodies: { readonly [model: string]: object } = {
  MediaParticipantRequest: { muted: true },
  ParticipantAttributes: { attributes: { a: 'b' } },
  ParkingStateRequest: { state: 'parked' },
  WrapupInput: { code: 'sold' },
  TransferRequest: { queueId },
  TransferToAgentRequest: { userId: otherUser },
  TransferToQueueRequest: { queueId },
  TransferToExternalRequest: { address: '+15550177' },
  TransferToAddressRequest: { address: '+15550177' },
  ConsultTransfer: { speakTo: 'BOTH', destination: { queueId }, consultingUserId: agentUser },
  ConsultTransferToAgent: { speakTo: 'BOTH', userId: otherUser, consultingUserId: agentUser },
  ConsultTransferToQueue: { speakTo: 'BOTH', queueId, consultingUserId: agentUser },
  ConsultTransferToExternal: { speakTo: 'BOTH', address: '+15550177', consultingUserId: agentUser },
  ConsultTransferToAddress: { speakTo: 'BOTH', address: '+15550177', consultingUserId: agentUser },
  ConsultTransferUpdate: { speakTo: 'BOTH' },
  ConversationTagsUpdate: { externalTag: 'case 7' },
  ConversationUser: { id: otherUser },
};

/** A door and what is asked of it; the rights may depend on both. */
interface Wish {
  readonly door: GuardedDoor;
  readonly body?: object;
}

function wishesOf(door: GuardedDoor): readonly Wish[] {
  const { $id = '' } = (door.body ?? {}) as { readonly $id?: string };
  if ($id === 'Conversation')
    return [
      { door, body: { recordingState: 'PAUSED' } },
      { door, body: { state: 'disconnected' } },
    ];
  if (door.operation.endsWith('ParticipantCommunication')) return [{ door, body: { state: 'disconnected' } }];
  const body = bodies[$id];
  return [{ door, ...(body === undefined ? {} : { body }) }];
}

/** Only described here: what answers is the server under test. */
const nothing: object = new Proxy({}, { get: () => nothing });
const wishes = [changeConversationDoors, participantDoors, transferDoors, consultDoors, wrapupDoors]
  .flatMap((doors) => doors(nothing as HttpContext))
  .flatMap(wishesOf);

interface Caller {
  readonly role: RoleName | undefined;
  readonly isHome: boolean;
  readonly who: 'program' | 'takes part' | 'takes no part';
}

const disconnecting = ['conversation:communication:disconnect'] as const;

/** What the contract, and P12, say of a cell. */
function verdict({ door, body }: Wish, { role, isHome, who }: Caller): 'in' | 403 | 400 {
  const held = role === undefined ? new Set<Permission>() : permissionsOf(builtInRoles[role].policies);
  const holds = (permissions: readonly Permission[]): boolean => isHome && permissions.some((one) => held.has(one));
  const takesPart = who === 'takes part';
  if (door.needsUser === true && who === 'program') return 400;
  if (body !== undefined && 'recordingState' in body) {
    return takesPart && holds(['conversation:recording:pause']) ? 'in' : 403;
  }
  if (/^patchConversations[A-Z][a-z]+$/.test(door.operation)) return holds(disconnecting) ? 'in' : 403;
  if (/Replace|Transfer$|^post.*Consult/.test(door.operation)) {
    return holds(door.access) && who !== 'takes no part' ? 'in' : 403;
  }
  if (door.operation === 'postConversationAssign')
    return (role === 'admin' || role === 'supervisor') && isHome ? 'in' : 403;
  return holds(door.access) || (door.isForParticipants === true && takesPart) ? 'in' : 403;
}

function typeOf({ path }: GuardedDoor): MediaType {
  const [, , , , segment] = path.split('/');
  return mediaTypeRows.find(({ apiPath }) => apiPath === segment)?.type ?? 'call';
}

/** The path of the door to a conversation that is there for this request alone. */
async function pathOf(under: HttpUnderTest, door: GuardedDoor): Promise<string> {
  const type = typeOf(door);
  const isCall = type === 'call';
  const conversationId = isCall
    ? (await under.startCall(`call of ${under.ids.next()}`)).conversationId
    : await under.addConversation(type);
  const participants = under.control.live.get(conversationId)?.conversation.participants ?? [];
  const isAbout = /Consult$|ConsultAgent$|ConsultQueue$|ConsultExternal$/.test(door.operation);
  const subject = isAbout ? participants[0] : participants.find(({ userId }) => userId === agentUser);
  return door.path
    .replace('{conversationId}', conversationId)
    .replace('{participantId}', subject?.id ?? '')
    .replace('{communicationId}', subject?.communications[0]?.id ?? '')
    .replace('{userId}', agentUser);
}

/** Statuses of those who are let in; where nothing is there to be read or given up, that is said to them. */
function isLetIn(door: GuardedDoor, status: number): boolean {
  const isEmpty = /Wrapup$/.test(door.operation) && door.method === 'GET';
  const isNone = /Consult$/.test(door.operation) && door.method !== 'POST';
  return (status >= 200 && status < 300) || (isEmpty && status === 404) || (isNone && [400, 404].includes(status));
}

const people = [
  ['program', undefined],
  ['takes part', agentUser],
  ['takes no part', otherUser],
] as const;

for (const role of [...(Object.keys(builtInRoles) as RoleName[]), undefined]) {
  for (const division of [homeDivision, otherDivision]) {
    const where = division === homeDivision ? 'in its division' : 'in another division';
    test(`the role ${role ?? 'none'} ${where} changes what it may, at every door, and nothing else`, async () => {
      await using under = await HttpUnderTest.start();
      for (const [who, userId] of people) {
        const user = userId === undefined ? {} : { userId };
        const token = under.tokens.issue({ ...(role === undefined ? {} : { role }), division, ...user });
        for (const wish of wishes) {
          const path = await pathOf(under, wish.door);
          const sent = wish.body === undefined ? { token } : { token, body: wish.body };
          const { status } = await under.send(wish.door.method, path, sent);
          const expected = verdict(wish, { role, isHome: division === homeDivision, who });
          const isAsExpected = expected === 'in' ? isLetIn(wish.door, status) : status === expected;
          const cell = `${role} ${where}, ${who}: ${wish.door.operation} ${JSON.stringify(wish.body)}`;
          assert.ok(isAsExpected, `${cell} answered ${status}, and should be ${expected}`);
        }
      }
    });
  }
}

test('the table has every door that changes a conversation', () => {
  assert.ok(wishes.length > 80, String(wishes.length));
});
