/** The way back to whoever sends us media: it is told what became of its recording. */
import type { ConversationId, RecordingId } from '@tacet/domain';

export class RecordingSources {
  readonly #enders = new Set<(recordingId: RecordingId) => void>();
  readonly #hearers = new Set<(conversationId: ConversationId) => void>();

  /** An edge that brings recording sessions hears which of them are over. @returns stops it. */
  onEnd(end: (recordingId: RecordingId) => void): () => void {
    this.#enders.add(end);
    return () => this.#enders.delete(end);
  }

  /** An edge hears of conversations whose recording may have been paused or resumed. @returns stops it. */
  onChange(hear: (conversationId: ConversationId) => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  /** Tells the source of a recording, which is closed and stored by now, to stop; nobody waits for it. */
  end(recordingId: RecordingId): void {
    for (const end of this.#enders) end(recordingId);
  }

  /** The recording state of a conversation may be another one now; nobody waits for what is made of it. */
  changed(conversationId: ConversationId): void {
    for (const hear of this.#hearers) hear(conversationId);
  }
}
