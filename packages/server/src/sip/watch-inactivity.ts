/** A recording session of which nothing comes any more is ended: its source is gone, and nobody else would ever say so. */
import { after, type Instant, type StreamId } from '@tacet/domain';
import { dueStreams } from '../control/index.ts';
import { endByUs } from './end-recording.ts';
import { sipEdgeLimits } from './limits.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RecordingEdge } from './recording-edge.ts';

/** Looks at all of them every few seconds; what is asked of the workers costs a packet nothing. */
class InactivityWatch {
  readonly #edge: RecordingEdge;
  readonly #inactivityMs: number;
  /** When one was last seen to be silent for a reason. */
  readonly #excusedAt = new WeakMap<RecordedDialog, Instant>();
  /** Those that were found silent by the last look. */
  #suspects: ReadonlySet<RecordedDialog> = new Set();
  #cancel: () => void = () => undefined;

  constructor(edge: RecordingEdge, inactivityMs: number) {
    this.#edge = edge;
    this.#inactivityMs = inactivityMs;
    this.#schedule();
  }

  stop(): void {
    this.#cancel();
  }

  #schedule(): void {
    const everyMs = Math.min(sipEdgeLimits.inactivityLookMs, this.#inactivityMs / 4);
    this.#cancel = this.#edge.control.clock.later(everyMs, () => {
      this.#edge.tasks.add(this.#look());
      this.#schedule();
    });
  }

  async #look(): Promise<void> {
    const { dialogs, control, log, tasks } = this.#edge;
    const since = after(control.clock.now(), -this.#inactivityMs);
    const asked = [...dialogs.values()].filter((recorded) => this.#isAccountable(recorded, since));
    const unheard = new Set(asked.length === 0 ? [] : await control.media.unheard(since));
    const silent = asked.filter((recorded) => this.#isSilent(recorded, unheard));
    // Rule: a server that was away itself hears what has waited meanwhile before it calls a source silent
    const gone = silent.filter((recorded) => this.#suspects.has(recorded));
    this.#suspects = new Set(silent);
    for (const recorded of gone) {
      const { conversationId, recordingId } = recorded;
      log.warn('mediaInactive', { conversationId, recordingId });
      tasks.add(endByUs(this.#edge, recorded, 'mediaInactive'));
    }
  }

  /** Whether it should have been heard, all the time since then. */
  #isAccountable(recorded: RecordedDialog, since: Instant): boolean {
    // Before its ACK nobody may say BYE to the one who called (RFC 3261 §15); that wait ends by itself.
    if (recorded.success?.phase === 'waiting') return false;
    // Rule: a source that was asked to stop sending for a secure pause is not taken for gone
    const isExcused = recorded.isSilenced || dueStreams(this.#edge.control, recorded.recordingId).length === 0;
    if (isExcused) this.#excusedAt.set(recorded, this.#edge.control.clock.now());
    const excusedAt = this.#excusedAt.get(recorded);
    return excusedAt === undefined || excusedAt <= since;
  }

  #isSilent(recorded: RecordedDialog, unheard: ReadonlySet<StreamId>): boolean {
    if (recorded.isOver || recorded.isSilenced) return false;
    const due = dueStreams(this.#edge.control, recorded.recordingId);
    return due.length > 0 && due.every((id) => unheard.has(id));
  }
}

/** @param inactivityMs 0 for never. @returns what ends the watching. */
export function watchInactivity(edge: RecordingEdge, inactivityMs: number): () => void {
  if (inactivityMs === 0) return () => undefined;
  const watch = new InactivityWatch(edge, inactivityMs);
  return () => watch.stop();
}
