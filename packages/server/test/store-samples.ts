/** What tests of the embedded stores put into them, and where. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Asked,
  type AuditDraft,
  type Conversation,
  type Id,
  instant,
  type RecordingId,
  runningControl,
  type SegmentDescriptor,
} from '@tacet/domain';

const at = instant(1_780_000_000_000);

export function freshId<T extends Id<string>>(): T {
  return randomUUID() as string as T;
}

/** A folder that is removed with everything in it when it is disposed. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'tacet-store-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** @param padding characters that make the stored document larger. */
export function someConversation(padding: number = 0): Conversation {
  const externalIds = [{ name: 'padding', value: 'x'.repeat(padding) }];
  return {
    id: freshId(),
    divisionId: freshId(),
    startedAt: at,
    participants: [],
    externalIds,
    control: runningControl,
  };
}

export function someAudit(parts: Partial<AuditDraft> = {}): AuditDraft {
  const by: Asked = { clientId: 'system', name: 'Tacet', from: '', door: 'test', requestId: freshId() };
  return { at, action: 'recordingPaused', result: 'done', by, facts: { count: 1 }, ...parts };
}

export function someSegment(recordingId: RecordingId, number: number, wrappedKey: string): SegmentDescriptor {
  return {
    id: freshId(),
    recordingId,
    streamId: freshId(),
    number,
    captured: { from: at, to: instant(at + 1) },
    unitCount: 1,
    chunkCount: 1,
    bytes: 100,
    sha256: 'a'.repeat(64),
    lastTag: 'b'.repeat(32),
    wrappedKey,
    blobName: `${recordingId}/${number}.seg`,
  };
}
