/** Which media type the name of an operation speaks of. */
import assert from 'node:assert/strict';
import { type MediaTypeRow, mediaTypeRows } from '@tacet/domain';

/** `putConversationsCallRecordingstate` speaks of calls, `getConversationsCallbacks` of callbacks. */
export function typeIn(operation: string): MediaTypeRow {
  const [, named = ''] = /^[a-z]+Conversations([A-Z][a-z]+)/.exec(operation) ?? [];
  const type = named.toLowerCase();
  return mediaTypeRows.find((row) => [row.type, row.apiPath].includes(type)) ?? assert.fail(operation);
}
