/** Conversations for tests: who is in them is said in a line. */
import type { Communication, Conversation, Participant, Transfer } from '../src/conversation.ts';
import type { CommunicationId, ConversationId, DivisionId, ParticipantId, UserId } from '../src/ids.ts';
import { type Instant, instant } from '../src/instant.ts';
import { runningControl } from '../src/recording-state.ts';

export const start: Instant = instant(1_000);
export const later: Instant = instant(5_000);

export const agentId = 'agent' as ParticipantId;
export const customerId = 'customer' as ParticipantId;
export const expertId = 'expert' as ParticipantId;

export function communication(id: string, more: Partial<Communication> = {}): Communication {
  const state = more.state ?? 'connected';
  const times = state === 'connected' ? { connectedAt: start } : { alertingAt: start };
  return { id: id as CommunicationId, mediaType: 'call', state, direction: 'inbound', ...times, ...more };
}

/** In a call, unless told otherwise. */
export function participant(id: string, more: Partial<Participant> = {}): Participant {
  return {
    id: id as ParticipantId,
    sourceId: `source of ${id}`,
    purpose: id === 'customer' ? 'customer' : 'agent',
    address: `sip:${id}@example.test`,
    ...(id === 'customer' ? {} : { userId: `user ${id}` as UserId }),
    joinedAt: start,
    communications: [communication(`call of ${id}`)],
    ...more,
  };
}

export function conversation(...participants: readonly Participant[]): Conversation {
  return {
    id: 'conversation' as ConversationId,
    divisionId: 'division' as DivisionId,
    startedAt: start,
    participants: participants.length > 0 ? participants : [participant('customer'), participant('agent')],
    externalIds: [],
    control: runningControl,
  };
}

/** Somebody who is to join and is being rung. */
export function target(id: string, more: Partial<Participant> = {}): Participant {
  return participant(id, {
    joinedAt: later,
    communications: [communication(`call of ${id}`, { state: 'alerting' })],
    ...more,
  });
}

export function transfer(more: Partial<Transfer> = {}): Transfer {
  return {
    id: 'transfer-1',
    at: later,
    state: 'Active',
    participantId: agentId,
    to: {},
    transferType: 'Unattended',
    ...more,
  };
}

/** Who is still here, by id. */
export function present({ participants }: Conversation): readonly string[] {
  return participants.filter((p) => p.leftAt === undefined).map((p) => p.id);
}

/** Id and state of every communication. */
export function states({ participants }: Conversation): { readonly [id: string]: string } {
  return Object.fromEntries(participants.flatMap((p) => p.communications.map((c) => [c.id, c.state])));
}

/** Ids of the participants on hold. */
export function held({ participants }: Conversation): readonly string[] {
  return participants.filter((p) => p.communications.some((c) => c.heldSince !== undefined)).map((p) => p.id);
}
