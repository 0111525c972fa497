/** The conversations that are going on here, with their recordings and live captures. */
import {
  type CaptureRequest,
  type Conversation,
  type ConversationId,
  callbackDigits,
  digitsOf,
  type ParticipantId,
  type PauseCause,
  type Recording,
  type RecordingId,
  type StreamId,
  type WithheldSpan,
} from '@tacet/domain';

import { ReadingAlong } from './reading-along.ts';

export interface LiveCapture {
  readonly streamId: StreamId;
  readonly recordingId: RecordingId;
  readonly label: string;
  /** UDP port on which it listens. */
  readonly port: number;
  /** What it was started with, so that it can be taken up where its worker was lost. */
  readonly request: CaptureRequest;
}

export interface LiveConversation {
  conversation: Conversation;
  /** Recordings whose recording session is going on. */
  readonly recordings: Map<RecordingId, Recording>;
  readonly captures: Map<StreamId, LiveCapture>;
  /** The spans that are going on, as far as this run of the node began them. */
  readonly openSpans: Map<PauseCause, WithheldSpan>;
  /** Present while what ended with its recording session waits for another one. */
  cancelLinger: (() => void) | undefined;
}

export class LiveConversations {
  /** Who reads along in them. */
  readonly readers = new ReadingAlong();
  readonly #byId = new Map<ConversationId, LiveConversation>();
  readonly #byKey = new Map<string, ConversationId>();
  /** Conversations that may wait for a call with a number, by its digits. */
  readonly #byDigits = new Map<string, Set<ConversationId>>();
  readonly #recordings = new Map<RecordingId, ConversationId>();
  readonly #streams = new Map<StreamId, ConversationId>();

  get(id: ConversationId): LiveConversation | undefined {
    return this.#byId.get(id);
  }

  get count(): number {
    return this.#byId.size;
  }

  all(): IterableIterator<LiveConversation> {
    return this.#byId.values();
  }

  /** The live conversation that any of these keys (communication session ids) belongs to. */
  idOfKeys(keys: readonly string[]): ConversationId | undefined {
    for (const key of keys) {
      const id = this.#byKey.get(key);
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /** Ties keys to a conversation at once, so that two requests at the same time make one conversation. */
  reserve(keys: readonly string[], id: ConversationId): void {
    for (const key of keys) this.#byKey.set(key, id);
  }

  /** Ties further keys to a conversation that is going on; a key that another one has stays with that. */
  learn(keys: readonly string[], id: ConversationId): void {
    for (const key of keys) if (!this.#byKey.has(key)) this.#byKey.set(key, id);
  }

  /** Unties keys from a conversation that did not come about. */
  unlearn(keys: readonly string[], id: ConversationId): void {
    for (const key of keys) if (this.#byKey.get(key) === id) this.#byKey.delete(key);
  }

  add(conversation: Conversation): LiveConversation {
    const live: LiveConversation = {
      conversation,
      recordings: new Map(),
      captures: new Map(),
      openSpans: new Map(),
      cancelLinger: undefined,
    };
    this.#byId.set(conversation.id, live);
    this.expect(conversation);
    return live;
  }

  /** Remembers under which numbers somebody in the conversation is to be called back; those of before are kept. */
  expect(conversation: Conversation): void {
    for (const digits of callbackDigits(conversation)) {
      const ids = this.#byDigits.get(digits) ?? new Set();
      this.#byDigits.set(digits, ids.add(conversation.id));
    }
  }

  /** Conversations in which one of these addresses was to be called back; whether it is still, they say themselves. */
  expecting(addresses: readonly string[]): readonly LiveConversation[] {
    const digits = addresses.flatMap((address) => digitsOf(address) ?? []);
    const ids = new Set(digits.flatMap((one) => [...(this.#byDigits.get(one) ?? [])]));
    return [...ids].flatMap((id) => this.#byId.get(id) ?? []);
  }

  remove(id: ConversationId): void {
    const live = this.#byId.get(id);
    live?.cancelLinger?.();
    this.#byId.delete(id);
    this.readers.over(id);
    this.#forget(id);
    for (const [key, owner] of this.#byKey) if (owner === id) this.#byKey.delete(key);
    for (const recording of live?.recordings.keys() ?? []) this.#recordings.delete(recording);
    for (const stream of live?.captures.keys() ?? []) this.#streams.delete(stream);
  }

  #forget(id: ConversationId): void {
    for (const [digits, ids] of this.#byDigits) if (ids.delete(id) && ids.size === 0) this.#byDigits.delete(digits);
  }

  /** The node stops: conversations that wait for another recording session stay as they are in store. */
  cancelLingers(): void {
    for (const live of this.#byId.values()) live.cancelLinger?.();
  }

  putRecording(live: LiveConversation, recording: Recording): void {
    live.recordings.set(recording.id, recording);
    this.#recordings.set(recording.id, live.conversation.id);
  }

  dropRecording(live: LiveConversation, id: RecordingId): void {
    live.recordings.delete(id);
    this.#recordings.delete(id);
  }

  putCapture(live: LiveConversation, capture: LiveCapture): void {
    live.captures.set(capture.streamId, capture);
    this.#streams.set(capture.streamId, live.conversation.id);
  }

  dropCapture(live: LiveConversation, id: StreamId): void {
    live.captures.delete(id);
    this.#streams.delete(id);
  }

  ofRecording(id: RecordingId): LiveConversation | undefined {
    const owner = this.#recordings.get(id);
    return owner === undefined ? undefined : this.#byId.get(owner);
  }

  ofStream(id: StreamId): LiveConversation | undefined {
    const owner = this.#streams.get(id);
    return owner === undefined ? undefined : this.#byId.get(owner);
  }
}

/** Live captures whose gates may open: all but those of streams that their source masks. */
export function openableCaptures({ recordings, captures }: LiveConversation): readonly StreamId[] {
  const streams = [...recordings.values()].flatMap((recording) => recording.streams);
  const masked = new Set(streams.filter(({ isMasked }) => isMasked === true).map(({ id }) => id));
  return [...captures.keys()].filter((id) => !masked.has(id));
}

/** Participants that are heard in a live capture right now. */
export function capturedParticipants(live: LiveConversation): ReadonlySet<ParticipantId> {
  const heard = new Set<ParticipantId>();
  for (const recording of live.recordings.values()) {
    for (const stream of recording.streams) {
      if (!live.captures.has(stream.id)) continue;
      for (const owner of stream.owners) if (owner.to === undefined) heard.add(owner.participantId);
    }
  }
  return heard;
}
