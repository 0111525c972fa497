/** Metadata XML to value: both name spaces, and the shapes that clients in the field really send. */

import { found, type Result, refused } from '../result.ts';
import { externalIdsIn } from './external-ids.ts';
import { siprecLimits } from './limits.ts';
import type {
  Association,
  CommunicationGroup,
  CommunicationSession,
  MetadataFaultCode,
  ParticipantSessionAssociation,
  ParticipantStreamAssociation,
  RecordedParticipant,
  RecordedStream,
  RecordingMetadata,
} from './metadata.ts';
import { childOf, childrenOf, parseXml, type XmlElement } from './xml.ts';

/** The standard's root, and that of the drafts before it, which old BroadWorks servers still send. */
const rootNames: readonly string[] = ['recording', 'recording_metadata'];

/**
 * Reads an rs-metadata document (RFC 7865 §6). Name spaces and prefixes are not compared, since clients send both the
 * draft's and the standard's. Accepted beside the standard: `id` for `participant_id` and its like, `session` for
 * `session_id`, `send` and `recv` inside a participant, addresses without a scheme, no data mode (which means
 * complete). Entries without an id say nothing about anything and are left out. Never throws.
 */
export function readMetadata(bytes: Uint8Array): Result<RecordingMetadata, MetadataFaultCode> {
  const tree = parseXml(bytes);
  if (!tree.ok) return refused('metadataUnreadable', `${tree.fault.code} at ${tree.fault.detail}`);
  const root = tree.value;
  if (!rootNames.includes(root.name.toLowerCase())) return refused('metadataUnreadable', 'root element');
  if (root.children.length === 0) return refused('metadataUnreadable', 'no elements');
  const metadata: RecordingMetadata = {
    dataMode: textOf(root, 'datamode')?.toLowerCase() === 'partial' ? 'partial' : 'complete',
    groups: withIds(root, 'group', readGroup),
    sessions: withIds(root, 'session', readSession),
    participants: withIds(root, 'participant', readParticipant),
    streams: withIds(root, 'stream', readStream),
    participantSessions: readParticipantSessions(root),
    participantStreams: readParticipantStreams(root),
    sessionRecordings: childrenOf(root, 'sessionrecordingassoc').flatMap((element) => {
      const sessionId = idOf(element, 'session');
      return sessionId === undefined ? [] : [{ sessionId, ...association(element) }];
    }),
    externalIds: externalIdsIn(root),
  };
  const isTooLarge = Object.values(metadata).some((list) => list.length > siprecLimits.metadataEntriesMax);
  return isTooLarge ? refused('metadataTooLarge', 'entries') : found(metadata);
}

function readGroup(element: XmlElement, id: string): CommunicationGroup {
  return { id, ...association(element), externalIds: externalIdsIn(element) };
}

function readSession(element: XmlElement, id: string): CommunicationSession {
  return {
    id,
    groupId: textOf(element, 'group-ref'),
    sipSessionIds: textsOf(element, 'sipsessionid'),
    startedAt: textOf(element, 'start-time'),
    stoppedAt: textOf(element, 'stop-time'),
    externalIds: externalIdsIn(element),
  };
}

function readParticipant(element: XmlElement, id: string): RecordedParticipant {
  const nameIds = childrenOf(element, 'nameid');
  const names = nameIds.flatMap((nameId) => textsOf(nameId, 'name'));
  const aors = nameIds.flatMap((nameId) => readAor(nameId.attributes.get('aor')) ?? []);
  const [aor, ...others] = [...new Set(aors)].slice(0, siprecLimits.metadataListMax);
  const further = others.length === 0 ? {} : { otherAors: others };
  return { id, aor, ...further, name: names[0], externalIds: externalIdsIn(element) };
}

function readStream(element: XmlElement, id: string): RecordedStream {
  return { id, label: textOf(element, 'label'), sessionId: idOf(element, 'session') };
}

/** The associations as elements of their own, and those a client wrote as an attribute of the participant. */
function readParticipantSessions(root: XmlElement): readonly ParticipantSessionAssociation[] {
  const stated = childrenOf(root, 'participantsessionassoc').map((element) => ({
    element,
    participantId: idOf(element, 'participant'),
  }));
  const nested = childrenOf(root, 'participant').map((element) => ({
    element,
    participantId: idOf(element, 'participant') ?? ownId(element),
  }));
  return [...stated, ...nested].flatMap(({ element, participantId }) => {
    const sessionId = idOf(element, 'session');
    if (participantId === undefined || sessionId === undefined) return [];
    return [{ participantId, sessionId, ...association(element) }];
  });
}

/** The associations as elements of their own, and those a client wrote inside the participant. */
function readParticipantStreams(root: XmlElement): readonly ParticipantStreamAssociation[] {
  const nested = childrenOf(root, 'participant').filter(
    (element) => childOf(element, 'send') !== undefined || childOf(element, 'recv') !== undefined,
  );
  return [...childrenOf(root, 'participantstreamassoc'), ...nested].flatMap((element) => {
    const participantId = idOf(element, 'participant') ?? ownId(element);
    if (participantId === undefined) return [];
    const streams = { sends: textsOf(element, 'send'), receives: textsOf(element, 'recv') };
    return [{ participantId, ...streams, ...association(element) }];
  });
}

/** Reads each element that has an id; of equal ids the last counts, as the latest word on the same thing. */
function withIds<Entry>(
  root: XmlElement,
  name: string,
  read: (element: XmlElement, id: string) => Entry,
): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const element of childrenOf(root, name)) {
    const id = idOf(element, name) ?? ownId(element);
    if (id !== undefined) entries.set(id, read(element, id));
  }
  return [...entries.values()];
}

/** `participant_id`, or the bare `participant` that an early draft used. */
function idOf(element: XmlElement, name: string): string | undefined {
  return (element.attributes.get(`${name}_id`) ?? element.attributes.get(name))?.trim() || undefined;
}

function ownId(element: XmlElement): string | undefined {
  return element.attributes.get('id')?.trim() || undefined;
}

function association(element: XmlElement): Association {
  return { associatedAt: textOf(element, 'associate-time'), disassociatedAt: textOf(element, 'disassociate-time') };
}

function textOf(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text.trim() || undefined;
}

function textsOf(element: XmlElement, name: string): readonly string[] {
  const texts = childrenOf(element, name).map(({ text }) => text.trim());
  return [...new Set(texts)].filter((text) => text !== '').slice(0, siprecLimits.metadataListMax);
}

function readAor(text: string | undefined): string | undefined {
  const aor = text?.trim() ?? '';
  if (aor === '') return undefined;
  return /^(sips?|tel|im|pres|xmpp|urn|mailto|h323):/i.test(aor) ? aor : `sip:${aor}`;
}
