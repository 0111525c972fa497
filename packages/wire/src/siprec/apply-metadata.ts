/** Brings what is known about a recording session up to date with one more metadata document. */

import { found, type Result, refused } from '../result.ts';
import { siprecLimits } from './limits.ts';
import type { ExternalId, MetadataFaultCode, ParticipantStreamAssociation, RecordingMetadata } from './metadata.ts';

/**
 * The state after an update (RFC 7865 §6.1.1). A complete document replaces everything. A partial one changes what it
 * names: fields it gives win, fields it leaves out stay, and what it does not name stays as it was. Associations it
 * gives take the place of the former ones, for they say how things are now; all stream associations of a participant
 * count as one, but for those that only say which of its streams have ended. A partial update with nothing before it is all there is, and stays `partial`.
 */
export function applyMetadata(
  previous: RecordingMetadata | undefined,
  update: RecordingMetadata,
): Result<RecordingMetadata, MetadataFaultCode> {
  if (previous === undefined || update.dataMode === 'complete') return found(update);
  const merged: RecordingMetadata = {
    dataMode: previous.dataMode,
    groups: merge(previous.groups, update.groups, byId, withIds),
    sessions: merge(previous.sessions, update.sessions, byId, withIds),
    participants: merge(previous.participants, update.participants, byId, withIds),
    streams: merge(previous.streams, update.streams, byId, fill),
    participantSessions: merge(previous.participantSessions, update.participantSessions, byPair, ended),
    participantStreams: streamsNow(previous.participantStreams, update.participantStreams),
    sessionRecordings: merge(previous.sessionRecordings, update.sessionRecordings, bySession, ended),
    externalIds: union(previous.externalIds, update.externalIds),
  };
  const isTooLarge = Object.values(merged).some((list) => list.length > siprecLimits.metadataEntriesMax);
  return isTooLarge ? refused('metadataTooLarge', 'entries') : found(merged);
}

const byId = ({ id }: { readonly id: string }): string => id;
const bySession = ({ sessionId }: { readonly sessionId: string }): string => sessionId;
const byParticipant = ({ participantId }: { readonly participantId: string }): string => participantId;
const byPair = (entry: { readonly participantId: string; readonly sessionId: string }): string =>
  JSON.stringify([entry.participantId, entry.sessionId]);

/** Entries of both lists by key, in order of first appearance; `join` makes one of two with the same key. */
function merge<Entry>(
  before: readonly Entry[],
  after: readonly Entry[],
  keyOf: (entry: Entry) => string,
  join: (before: Entry, after: Entry) => Entry,
): readonly Entry[] {
  const entries = new Map(before.map((entry) => [keyOf(entry), entry]));
  for (const entry of after) {
    const known = entries.get(keyOf(entry));
    entries.set(keyOf(entry), known === undefined ? entry : join(known, entry));
  }
  return [...entries.values()];
}

/**
 * Stream associations as they are now. What an update says of a participant replaces what was known, unless it only ends
 * associations: then those streams are taken out, all of them where it lists none (RFC 7865 §6.8).
 */
function streamsNow(
  before: readonly ParticipantStreamAssociation[],
  after: readonly ParticipantStreamAssociation[],
): readonly ParticipantStreamAssociation[] {
  const named = new Set(after.map(byParticipant));
  const kept = before.flatMap((entry) => {
    if (!named.has(entry.participantId)) return [entry];
    const said = after.filter(({ participantId }) => participantId === entry.participantId);
    const isReplaced = said.some(({ disassociatedAt }) => disassociatedAt === undefined);
    if (isReplaced || entry.disassociatedAt !== undefined) return [];
    const ended = said.flatMap(({ sends, receives }) => [...sends, ...receives]);
    if (said.some(({ sends, receives }) => sends.length + receives.length === 0)) return [];
    const sends = entry.sends.filter((id) => !ended.includes(id));
    const receives = entry.receives.filter((id) => !ended.includes(id));
    return sends.length + receives.length === 0 ? [] : [{ ...entry, sends, receives }];
  });
  return [...kept, ...after];
}

/** The later entry, with what it leaves out (an absent field, an empty list) taken from the earlier one. */
function fill<Entry extends object>(before: Entry, after: Entry): Entry {
  const given = Object.entries(after).filter(([, value]) => value !== undefined && !isEmptyList(value));
  return { ...before, ...Object.fromEntries(given) };
}

function withIds<Entry extends { readonly externalIds: readonly ExternalId[] }>(before: Entry, after: Entry): Entry {
  return { ...fill(before, after), externalIds: union(before.externalIds, after.externalIds) };
}

/** An update that gives only an end keeps the beginning; one that gives a beginning starts anew. */
function ended<Entry extends { readonly associatedAt: string | undefined }>(before: Entry, after: Entry): Entry {
  return after.associatedAt === undefined ? fill(before, after) : after;
}

function union(before: readonly ExternalId[], after: readonly ExternalId[]): readonly ExternalId[] {
  const all = [...before, ...after].map((id) => [JSON.stringify([id.name, id.value]), id] as const);
  return [...new Map(all).values()].slice(0, siprecLimits.metadataListMax);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
