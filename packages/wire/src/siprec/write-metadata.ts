/** Metadata value to XML in the standard's own shape (RFC 7865 §9), for clients that we play ourselves. */

import type { Association, ExternalId, RecordingMetadata } from './metadata.ts';
import { writeXml, type XmlElement } from './xml.ts';

const recordingNamespace = 'urn:ietf:params:xml:ns:recording:1';
/** The name space under which outside ids are commonly sent as extension data. */
const extensionNamespace = 'urn:ietf:params:xml:ns:callData';

/** Writes a document that `readMetadata` reads back as the same value. Absent fields are left out. */
export function writeMetadata(metadata: RecordingMetadata): string {
  return writeXml(
    node('recording', { xmlns: recordingNamespace }, [
      leaf('datamode', metadata.dataMode),
      ...metadata.groups.map((group) =>
        node('group', { group_id: group.id }, [...times(group), ...extension(group.externalIds)]),
      ),
      ...metadata.sessions.map((session) =>
        node('session', { session_id: session.id }, [
          ...optional('group-ref', session.groupId),
          ...session.sipSessionIds.map((id) => leaf('sipSessionID', id)),
          ...optional('start-time', session.startedAt),
          ...optional('stop-time', session.stoppedAt),
          ...extension(session.externalIds),
        ]),
      ),
      ...metadata.participants.map((participant) =>
        node('participant', { participant_id: participant.id }, [
          ...nameId(participant.aor, participant.name),
          ...(participant.otherAors ?? []).flatMap((aor) => nameId(aor, undefined)),
          ...extension(participant.externalIds),
        ]),
      ),
      ...metadata.streams.map((stream) =>
        node('stream', { stream_id: stream.id, session_id: stream.sessionId }, optional('label', stream.label)),
      ),
      ...associations(metadata),
      ...extension(metadata.externalIds),
    ]),
  );
}

function associations(metadata: RecordingMetadata): readonly XmlElement[] {
  return [
    ...metadata.sessionRecordings.map((entry) =>
      node('sessionrecordingassoc', { session_id: entry.sessionId }, times(entry)),
    ),
    ...metadata.participantSessions.map((entry) =>
      node(
        'participantsessionassoc',
        { participant_id: entry.participantId, session_id: entry.sessionId },
        times(entry),
      ),
    ),
    ...metadata.participantStreams.map((entry) =>
      node('participantstreamassoc', { participant_id: entry.participantId }, [
        ...entry.sends.map((id) => leaf('send', id)),
        ...entry.receives.map((id) => leaf('recv', id)),
        ...times(entry),
      ]),
    ),
  ];
}

function nameId(aor: string | undefined, name: string | undefined): readonly XmlElement[] {
  return aor === undefined && name === undefined ? [] : [node('nameID', { aor }, optional('name', name))];
}

function times(entry: Association): readonly XmlElement[] {
  return [...optional('associate-time', entry.associatedAt), ...optional('disassociate-time', entry.disassociatedAt)];
}

function extension(ids: readonly ExternalId[]): readonly XmlElement[] {
  if (ids.length === 0) return [];
  return [
    node(
      'callData',
      { xmlns: extensionNamespace },
      ids.map(({ name, value }) => leaf(name, value)),
    ),
  ];
}

function optional(name: string, text: string | undefined): readonly XmlElement[] {
  return text === undefined ? [] : [leaf(name, text)];
}

function leaf(name: string, text: string): XmlElement {
  return { name, attributes: new Map(), children: [], text };
}

function node(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  children: readonly XmlElement[],
): XmlElement {
  const present = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return { name, attributes: new Map(present), children, text: '' };
}
