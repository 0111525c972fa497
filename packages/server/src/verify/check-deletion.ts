/** Deleted recordings against the audit log: what was destroyed behind its back is found, and what is left of a deletion. */
import type { AuditEntry, Recording, SegmentDescriptor } from '@tacet/domain';
import type { VerifyFinding } from './finding.ts';

/** What is known of a recording's media. */
export interface MediaLeft {
  readonly recording: Recording;
  readonly segments: readonly SegmentDescriptor[];
  /** Segments whose file is still there. */
  readonly filed: readonly SegmentDescriptor[];
}

/** Yields what does not agree: keys are destroyed after an entry says so, and nothing is left of what is deleted. */
export function* checkDeletion(
  entries: readonly AuditEntry[],
  { recording, segments, filed }: MediaLeft,
): Generator<VerifyFinding> {
  const { id, fileState } = recording;
  const tells = (action: AuditEntry['action']): boolean =>
    entries.some((entry) => entry.recordingId === id && entry.action === action && entry.result === 'done');
  const part = 'recording';
  const isBegun = segments.some(({ wrappedKey }) => wrappedKey === '');
  if (isBegun && !tells('deletionBegun')) {
    yield { part, id, what: 'its keys are destroyed, and no audit entry tells of it' };
  }
  if (fileState !== 'DELETED') return;
  if (!tells('recordingDeleted')) yield { part, id, what: 'it is deleted, and no audit entry tells of it' };
  const kept = segments.filter(({ wrappedKey }) => wrappedKey !== '').length;
  if (kept > 0) yield { part, id, what: `it is deleted, and ${kept} of its keys are left` };
  if (filed.length > 0) yield { part, id, what: `it is deleted, and ${filed.length} of its files are left` };
}
