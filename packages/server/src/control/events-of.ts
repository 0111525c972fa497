/** What is to be told of a change: events worked out from the very batch that makes it durable, so that none is forgotten. */
import { isDeepStrictEqual } from 'node:util';
import {
  type AuditDraft,
  type Conversation,
  type ConversationChanged,
  type ConversationId,
  type EventDraft,
  type Instant,
  isSecurePause,
  type ParticipantId,
  type Recording,
  type RecordingFileState,
  type RecordingId,
  reportedState,
  type UserId,
  type WriteBatch,
} from '@tacet/domain';
import type { LiveConversation } from './live-conversations.ts';
import { movesRecording, stateEvent } from './state-events.ts';

/** What was told of a conversation last. */
export interface Told {
  readonly conversation: ConversationChanged | undefined;
  readonly fileStates: ReadonlyMap<RecordingId, RecordingFileState>;
}

/** What is known of a conversation when a batch about it is committed. */
export interface Before {
  readonly live: LiveConversation | undefined;
  readonly told: Told | undefined;
}

/** Captures that go on once the batch is in store: of the recordings that are live, as the batch leaves them. */
function goingOn(batch: WriteBatch, live: LiveConversation | undefined, id: ConversationId) {
  const recordings = new Map<RecordingId, Recording>(live?.recordings);
  for (const recording of batch.recordings ?? []) {
    if (recording.conversationId === id) recordings.set(recording.id, recording);
  }
  return [...recordings.values()]
    .filter((recording) => recording.endedAt === undefined)
    .flatMap((recording) => recording.streams.filter((stream) => stream.endedAt === undefined));
}

function heardIn(streams: ReturnType<typeof goingOn>): readonly ParticipantId[] {
  const owners = streams.flatMap((stream) => stream.owners.filter((owner) => owner.to === undefined));
  return [...new Set(owners.map((owner) => owner.participantId))];
}

/** Users who take part, and those whose own part has changed since something was told: who leaves hears of that. */
function concerned(conversation: Conversation, before: Conversation | undefined): readonly UserId[] {
  const parts = new Map(before?.participants.map((participant) => [participant.id, participant]));
  const users = conversation.participants.flatMap((participant) => {
    const { id, userId, leftAt } = participant;
    if (userId === undefined) return [];
    const isConcerned = leftAt === undefined || !isDeepStrictEqual(parts.get(id), participant);
    return isConcerned ? [userId] : [];
  });
  return [...new Set(users)];
}

/** The conversation as its readers see it once the batch is in store. */
function conversationAfter(
  batch: WriteBatch,
  live: LiveConversation | undefined,
  audit: readonly AuditDraft[],
  id: ConversationId,
) {
  const written = batch.conversations?.findLast((conversation) => conversation.id === id);
  // A resume that was only granted is not seen yet: until the gates are open the conversation is paused for everybody.
  const isOnlyGranted = audit.some(({ action }) => action === 'resumeGranted');
  return isOnlyGranted ? (live?.conversation ?? written) : (written ?? live?.conversation);
}

/** Everything that a reader of the conversation can see. */
function visible({ conversation, recordingState, captured }: ConversationChanged): unknown {
  const { participants, transfers, externalTag, divisionId, startedAt, endedAt, control } = conversation;
  const rest = { transfers, externalTag, divisionId, startedAt, endedAt, isSecure: isSecurePause(control) };
  return { participants, recordingState, captured, rest };
}

function recordingEvents(
  batch: WriteBatch,
  id: ConversationId,
  told: Told | undefined,
  facts: Pick<EventDraft, 'at' | 'correlationId'>,
) {
  const changed = batch.recordings?.filter(
    (recording) => recording.conversationId === id && told?.fileStates.get(recording.id) !== recording.fileState,
  );
  return (changed ?? []).map(({ id: recordingId, fileState }) => ({
    ...facts,
    kind: 'recordingChanged' as const,
    conversationId: id,
    recordingId,
    fileState,
  }));
}

function eventsOfOne(
  batch: WriteBatch,
  id: ConversationId,
  { live, told }: Before,
  at: Instant,
): readonly EventDraft[] {
  const audit = batch.audit?.filter(({ conversationId }) => conversationId === id) ?? [];
  const facts = { at, correlationId: audit[0]?.by.requestId ?? id };
  const recordings = recordingEvents(batch, id, told, facts);
  const conversation = conversationAfter(batch, live, audit, id);
  if (conversation === undefined) return recordings;
  const streams = goingOn(batch, live, id);
  const changed: ConversationChanged = {
    ...facts,
    kind: 'conversationChanged',
    conversation,
    // The end of a conversation is the end of its recording, paused or not (contract §8.2).
    recordingState: conversation.endedAt === undefined ? reportedState(conversation.control, streams.length) : 'NONE',
    captured: heardIn(streams),
    userIds: concerned(conversation, told?.conversation?.conversation),
  };
  const last = told?.conversation;
  const isVisible = last === undefined || !isDeepStrictEqual(visible(last), visible(changed));
  const state = stateEvent(batch, audit, changed, last?.recordingState ?? 'NONE');
  return [...(isVisible ? [changed] : []), ...recordings, ...(state === undefined ? [] : [state])];
}

/**
 * The events of a batch, in the order in which they are told; none for what nobody can see. A pause that was there
 * already and a refusal change nothing.
 * @param look what is known of a conversation, at this very moment.
 */
export function eventsOf(batch: WriteBatch, look: (id: ConversationId) => Before, at: Instant): readonly EventDraft[] {
  const touched = new Set<ConversationId>();
  for (const { id } of batch.conversations ?? []) touched.add(id);
  for (const { conversationId } of batch.recordings ?? []) touched.add(conversationId);
  for (const entry of batch.audit ?? []) {
    if (entry.conversationId !== undefined && movesRecording(entry)) touched.add(entry.conversationId);
  }
  return [...touched].flatMap((id) => eventsOfOne(batch, id, look(id), at));
}
