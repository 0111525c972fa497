/** Spool files that a run left behind, by name, as a test wants them. */
import { type CaptureLive, encodeRecord, type FileRecord, type LeftSpoolFile } from '@tacet/capture';
import type { Instant } from '@tacet/domain';
import type { SessionStarted } from '../../src/control/index.ts';

export const someTag: string = 'b'.repeat(32);

export class LeftFiles {
  readonly files = new Map<string, Buffer>();

  names(): readonly string[] {
    return [...this.files.keys()].sort();
  }

  open(name: string): LeftSpoolFile {
    const bytes = this.files.get(name);
    if (bytes === undefined) throw new Error('there is no such file');
    return {
      size: bytes.length,
      read: (offset, length) => Buffer.from(bytes.subarray(offset, offset + length)),
      close: () => undefined,
    };
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }
}

/** The head of a file: every capture of the session is live and open since `at`. */
export function liveRecords(started: SessionStarted, at: Instant, nextSegmentNumber: number): readonly FileRecord[] {
  const { recordingId, conversationId, streams } = started;
  const previousTag = someTag;
  return streams.map(({ streamId }): CaptureLive => {
    const gate = { at, isOpen: true, since: at, keptUntil: at };
    return { kind: 'captureLive', streamId, recordingId, conversationId, ...gate, nextSegmentNumber, previousTag };
  });
}

export function fileOf(records: readonly FileRecord[]): Buffer {
  return Buffer.concat(records.map(encodeRecord));
}
