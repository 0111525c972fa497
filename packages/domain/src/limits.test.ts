import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from './limits.ts';

test('a crash costs at most one second: chunk time and sync time stay below it', () => {
  assert.ok(limits.chunkMsMax + limits.spoolSyncMs < 1_000);
});

test('the largest unit fits into a record, and a record into the spool’s backlog', () => {
  assert.ok(limits.unitBytesMax + 1_024 < limits.recordBytesMax);
  assert.ok(limits.recordBytesMax < limits.spoolBacklogBytesMax);
});
