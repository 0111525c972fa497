/** Records for tests of stores: every member filled, every id fresh, instants with fractions. */
import { randomUUID } from 'node:crypto';
import {
  type Asked,
  type AuditDraft,
  type Conversation,
  type ConversationId,
  type Id,
  type Instant,
  instant,
  type Participant,
  type Recording,
  type RecordingChanged,
  type RecordingId,
  runningControl,
  type SegmentDescriptor,
  type StreamId,
  type WithheldSpan,
} from '@tacet/domain';

/** An instant some milliseconds after an arbitrary morning. */
export function at(ms: number): Instant {
  return instant(1_780_000_000_000 + ms);
}

export function freshId<T extends Id<string>>(): T {
  return randomUUID() as string as T;
}

function sampleAsked(): Asked {
  return {
    clientId: freshId(),
    userId: freshId(),
    name: 'Agent desktop',
    from: '192.0.2.17',
    door: 'PUT /api/v2/conversations/calls/{conversationId}/recordingstate',
    requestId: freshId(),
  };
}

export function sampleParticipant(address: string): Participant {
  return {
    id: freshId(),
    sourceId: randomUUID(),
    purpose: 'agent',
    address,
    name: 'Zoë "Z" Müller 🦉',
    joinedAt: at(0.125),
    communications: [
      { id: freshId(), mediaType: 'call', state: 'connected', direction: 'inbound', connectedAt: at(0.25) },
    ],
  };
}

export function sampleConversation(parts: Partial<Conversation> = {}): Conversation {
  return {
    id: freshId(),
    divisionId: freshId(),
    startedAt: at(0.001),
    participants: [sampleParticipant('sip:agent@example.org'), sampleParticipant('sip:+4930123456@example.org')],
    externalIds: [{ name: 'sipCallId', value: `${randomUUID()}@192.0.2.1` }],
    control: runningControl,
    ...parts,
  };
}

export function sampleRecording(conversationId: ConversationId, parts: Partial<Recording> = {}): Recording {
  return {
    id: freshId(),
    conversationId,
    mediaType: 'call',
    startedAt: at(1.5),
    fileState: 'UPLOADING',
    streams: [{ id: freshId(), label: '1', codecs: [], owners: [], startedAt: at(2.002) }],
    sourceId: randomUUID(),
    ...parts,
  };
}

export function sampleSpan(conversationId: ConversationId, parts: Partial<WithheldSpan> = {}): WithheldSpan {
  return {
    id: freshId(),
    conversationId,
    cause: 'securePause',
    reason: 'SecurePause',
    closedAt: at(1000.5),
    pausedBy: sampleAsked(),
    withheldCount: 0,
    ...parts,
  };
}

export function sampleSegment(recordingId: RecordingId, streamId: StreamId, number: number): SegmentDescriptor {
  return {
    id: freshId(),
    recordingId,
    streamId,
    number,
    captured: { from: at(number * 1000 + 0.007), to: at(number * 1000 + 999) },
    unitCount: 50,
    chunkCount: 2,
    bytes: 8_192,
    sha256: 'a'.repeat(64),
    lastTag: 'b'.repeat(32),
    wrappedKey: randomUUID(),
    blobName: `${recordingId}/${number}.seg`,
  };
}

export function sampleAudit(parts: Partial<AuditDraft> = {}): AuditDraft {
  return {
    at: at(1000.501),
    action: 'recordingPaused',
    result: 'done',
    by: sampleAsked(),
    facts: { closedAt: at(1000.5), streams: ['one', 'two'], code: 'none' },
    ...parts,
  };
}

export function sampleEvent(recording: Recording = sampleRecording(freshId()), ms = 1000.5): RecordingChanged {
  const { id: recordingId, conversationId, fileState } = recording;
  return { kind: 'recordingChanged', at: at(ms), correlationId: randomUUID(), conversationId, recordingId, fileState };
}
