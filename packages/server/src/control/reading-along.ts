/** Those who read a chat while it is written: what they are told is kept nowhere, and they are told in a pause too. */
import type { CommunicationId, ConversationId, Instant } from '@tacet/domain';
import type { ItemHead } from '@tacet/media';

/** Something that somebody has written just now. */
export interface JustWritten {
  readonly item: ItemHead;
  readonly at: Instant;
  /** The communication of whoever wrote it. */
  readonly communicationId: CommunicationId;
}

export interface AlongReader {
  readonly hear: (written: JustWritten) => void;
  /** The conversation has ended. */
  readonly over: () => void;
}

/** Recording is not delivery: a message that was withheld reaches whoever reads along, and then it is nowhere. */
export class ReadingAlong {
  readonly #readers = new Map<ConversationId, Set<AlongReader>>();

  /** @returns stops it. */
  join(conversationId: ConversationId, reader: AlongReader): () => void {
    const readers = this.#readers.get(conversationId) ?? new Set();
    this.#readers.set(conversationId, readers.add(reader));
    return () => {
      if (readers.delete(reader) && readers.size === 0) this.#readers.delete(conversationId);
    };
  }

  tell(conversationId: ConversationId, written: JustWritten): void {
    for (const { hear } of [...(this.#readers.get(conversationId) ?? [])]) hear(written);
  }

  over(conversationId: ConversationId): void {
    for (const { over } of [...(this.#readers.get(conversationId) ?? [])]) over();
  }
}
