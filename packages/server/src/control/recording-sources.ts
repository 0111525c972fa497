/** The way back to whoever sends us media: a recording session can be ended from our side. */
import type { RecordingId } from '@tacet/domain';

export class RecordingSources {
  readonly #enders = new Set<(recordingId: RecordingId) => void>();

  /** An edge that brings recording sessions hears which of them are over. @returns stops it. */
  onEnd(end: (recordingId: RecordingId) => void): () => void {
    this.#enders.add(end);
    return () => this.#enders.delete(end);
  }

  /** Tells the source of a recording, which is closed and stored by now, to stop; nobody waits for it. */
  end(recordingId: RecordingId): void {
    for (const end of this.#enders) end(recordingId);
  }
}
