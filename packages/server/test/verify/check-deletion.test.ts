/** Deletions against the audit log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEntry, Recording, RecordingId } from '@tacet/domain';
import { checkDeletion } from '../../src/verify/check-deletion.ts';
import { someAudit, someSegment } from '../store-samples.ts';

const id = '00000000-0000-4000-8000-00000000000e' as RecordingId;

function entry(action: 'deletionBegun' | 'recordingDeleted'): AuditEntry {
  return { ...someAudit({ action, recordingId: id }), number: 1, previousHash: '', hash: '' };
}

function findings(fileState: string, wrappedKey: string, entries: readonly AuditEntry[], isFiled = false) {
  const segment = someSegment(id, 0, wrappedKey);
  const left = { recording: { id, fileState } as Recording, segments: [segment], filed: isFiled ? [segment] : [] };
  return [...checkDeletion(entries, left)].map(({ what }) => what);
}

const [begun, done] = [entry('deletionBegun'), entry('recordingDeleted')];

test('a deletion that the audit log tells of is no finding, nor is one that broke off', () => {
  assert.deepEqual(findings('DELETED', '', [begun, done]), []);
  assert.deepEqual(findings('AVAILABLE', '', [begun], true), []);
  assert.deepEqual(findings('AVAILABLE', 'a2V5', [begun], true), []);
});

test('keys that were destroyed behind the back of the audit log are found', () => {
  assert.match(findings('AVAILABLE', '', []).join(), /keys are destroyed, and no audit entry/);
  assert.match(findings('DELETED', '', [begun]).join(), /it is deleted, and no audit entry/);
});

test('what is left of a deleted recording is found', () => {
  assert.match(findings('DELETED', '', [begun, done], true).join(), /1 of its files are left/);
  assert.match(findings('DELETED', 'a2V5', [begun, done]).join(), /1 of its keys are left/);
});
