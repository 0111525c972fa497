/** Branded ids: a bare string never crosses a module border as an id. */

declare const brand: unique symbol;
/** A string that was checked to be an id of kind `K`. */
export type Id<K extends string> = string & { readonly [brand]: K };

export type ConversationId = Id<'conversation'>;
export type ParticipantId = Id<'participant'>;
export type CommunicationId = Id<'communication'>;
export type RecordingId = Id<'recording'>;
/** One recorded media stream; the capture that records it carries the same id. */
export type StreamId = Id<'stream'>;
export type SegmentId = Id<'segment'>;
export type SpanId = Id<'span'>;
export type UserId = Id<'user'>;
export type ClientId = Id<'client'>;
export type DivisionId = Id<'division'>;
export type RoleId = Id<'role'>;
export type AnnotationId = Id<'annotation'>;
export type PolicyId = Id<'policy'>;
export type BatchRequestId = Id<'batchRequest'>;
/** A queue of the contact centre, known to us by its id only. */
export type QueueId = Id<'queue'>;
/** Names one request end to end: the correlation id of an answer, or a SIP transaction. */
export type RequestId = Id<'request'>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads a UUID (any case) as an id; `undefined` when the text is not one. */
export function uuidAs<T extends Id<string>>(text: string): T | undefined {
  const lower = text.toLowerCase();
  return uuidPattern.test(lower) ? (lower as T) : undefined;
}

/** Where ids come from; an implementation draws them from real randomness, the simulator from its seed. */
export interface IdSource {
  /** A fresh UUID version 4, lower case. */
  next<T extends Id<string>>(): T;
}
