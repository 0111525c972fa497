/** Recordings whose date of deletion has come are deleted: first their keys, which makes all else unreadable (P10). */
import {
  type AuditDraft,
  type BlobStore,
  type DueRecording,
  type ExpiryStore,
  Fault,
  type Recording,
  type RecordingId,
  type SegmentDescriptor,
} from '@tacet/domain';
import { type ControlContext, systemAsks } from './context.ts';

export interface ExpiryPorts {
  readonly control: ControlContext;
  readonly store: ExpiryStore;
  readonly blobs: BlobStore;
  /** Lets go of what else there is of a recording: what is kept in memory, and what it is found by. */
  readonly forget: (id: RecordingId) => Promise<void>;
}

/** What one round came to. */
export interface Expired {
  readonly deleted: number;
  /** What could not be deleted now; the next rounds try again. */
  readonly failed: number;
}

/** A round holds up nothing else for long; the next one goes on where it ended. */
export const expiriesPerRound = 100;

/** Whether the deletion of a recording has begun: what lost its keys cannot be kept any more. */
export function hasLostKeys(segments: readonly SegmentDescriptor[]): boolean {
  return segments.some(({ wrappedKey }) => wrappedKey === '');
}

export class Expiry {
  readonly #ports: ExpiryPorts;
  /** Where the round before ended: those that stay, protected ones for instance, keep nobody else waiting. */
  #after: DueRecording | undefined;

  constructor(ports: ExpiryPorts) {
    this.#ports = ports;
  }

  /** Deletes some of what is due. @throws Fault storageUnavailable when it cannot be found out what is. */
  async round(): Promise<Expired> {
    const { control, store } = this.#ports;
    const at = control.clock.now();
    const after = this.#after === undefined ? {} : { after: this.#after };
    // Rule: a round of deletions is bounded, and the next one goes on behind it
    const due = await store.dueRecordings({ at, ...after, limit: expiriesPerRound });
    this.#after = due.length < expiriesPerRound ? undefined : due.at(-1);
    let [deleted, failed] = [0, 0];
    for (const one of due) {
      try {
        if (!(await this.#expire(one))) continue;
        deleted += 1;
        control.observe?.recordingDeleted('done');
      } catch (error) {
        if (error instanceof Fault && error.code === 'stopping') throw error;
        failed += 1;
        control.observe?.recordingDeleted('failed');
        control.report(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return { deleted, failed };
  }

  /** @returns whether it is deleted now; a crash after any step leaves it to be done again. */
  async #expire(one: DueRecording): Promise<boolean> {
    const { control, blobs, forget } = this.#ports;
    const segments = await control.queue.run(one.conversationId, () => this.#destroyKeys(one));
    if (segments === undefined) return false;
    await forget(one.id);
    // Not in the conversation's turn: a pause does not wait for a disk.
    for (const { blobName } of segments) await blobs.remove(blobName);
    await control.queue.run(one.conversationId, () => this.#finish(one, segments));
    return true;
  }

  #entry(action: 'deletionBegun' | 'recordingDeleted', one: DueRecording, facts: AuditDraft['facts']): AuditDraft {
    const { control } = this.#ports;
    const by = systemAsks(control, 'retention');
    const about = { at: control.clock.now(), by, conversationId: one.conversationId, recordingId: one.id } as const;
    return { ...about, action, result: 'done', facts };
  }

  /** @returns the segments that cannot be read any more, or `undefined` where the recording stays. */
  async #destroyKeys(one: DueRecording): Promise<readonly SegmentDescriptor[] | undefined> {
    const { control, store } = this.#ports;
    const recording = await control.store.recording(one.id);
    if (recording === undefined || !isDue(recording, control)) return undefined;
    const segments = await control.store.segmentsOf(one.id);
    // Rule: a deletion that has begun is finished, whatever is protected meanwhile
    if (hasLostKeys(segments)) {
      await store.destroyKeys(one.id);
      return segments;
    }
    if ((await control.store.document('deletionProtection', one.conversationId)) !== undefined)
      return this.#spare(recording);
    // Rule: keys are destroyed only after the audit log says so
    const facts = { deleteAt: one.deleteAt, segments: segments.length };
    // Rule: from the moment its deletion begins nothing of a recording is given out
    const going = { ...recording, deletionBegunAt: control.clock.now() };
    await control.store.commit({ recordings: [going], audit: [this.#entry('deletionBegun', one, facts)] });
    try {
      await store.destroyKeys(one.id, one.conversationId);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'recordingProtected') throw error;
      return this.#spare(going);
    }
    return segments;
  }

  /** A protected recording is there again, whatever had begun. */
  async #spare({ deletionBegunAt, ...recording }: Recording): Promise<undefined> {
    if (deletionBegunAt !== undefined) await this.#ports.control.store.commit({ recordings: [recording] });
  }

  async #finish(one: DueRecording, segments: readonly SegmentDescriptor[]): Promise<void> {
    const { control } = this.#ports;
    const recording = await control.store.recording(one.id);
    if (recording === undefined) return;
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    await control.store.commit({
      recordings: [{ ...recording, fileState: 'DELETED' }],
      audit: [this.#entry('recordingDeleted', one, { segments: segments.length, bytes })],
    });
  }
}

/** One that goes on, or is not all in store yet, is deleted later: what is still on its way would come in behind it. */
function isDue({ endedAt, fileState, retention }: Recording, { clock }: ControlContext): boolean {
  if (endedAt === undefined || (fileState !== 'AVAILABLE' && fileState !== 'ERROR')) return false;
  return retention?.deleteAt !== undefined && retention.deleteAt <= clock.now();
}
